"""Independent programs judge finished episodes: players' tags and chapters, meters of loudness, grammars of captions.

Ten articles, as different as they come, are spoken; nothing of ours is believed about what came out. The programs that
run in Node are in tests/judges/. Each judge is also shown something broken, so that it is known to notice.
"""

from __future__ import annotations

import array
import json
import os
import re
import shutil
import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import eyed3
import mutagen.id3
import mutagen.mp3
import pytest

from reader.casting import choose_voices
from reader.config import Settings
from reader.danish import Lexicon
from reader.model import Article, Episode, Paragraph, ParagraphKind, shown_title
from reader.prepared import Prepared
from reader.soundside import record
from reader.textside import script_of
from reader.timeline import chapter_times

pytestmark = pytest.mark.whole

NODE = Path(__file__).parent / "judges"
MODULES = Path(os.environ.get("LYT_NODE_MODULES") or NODE / "node_modules")
SCHEMA = json.loads((NODE / "chapters.schema.json").read_text("utf-8"))
TRACKS = ("transcript.vtt", "sentences.vtt", "chapters.vtt")

FRAME = 1152 / 44_100  # seconds of an MP3 frame
FRAME_BYTES = 144 * 96_000 / 44_100  # on average; each has 313 or 314
LENGTH_LEEWAY = 2 * FRAME  # most readers count what an encoder adds at both ends
LOUDNESS_LEEWAY = 0.5  # LU
METERS_LEEWAY = 0.15  # LU between two meters, of which ffmpeg's tells tenths
HIGHEST_PEAK = -0.9  # dBTP: ours is -1, and meters differ by a tenth

TONE = Settings(voice="tone", transcripts=("srt", "txt"))
ESPEAK = replace(TONE, voice="espeak")
LONG_TITLE = (
    "Efter ti års tovtrækkeri, tre borgmestre, to folkeafstemninger, et ødelagt venskab og 14.000 siders "
    "høringssvar vedtog byrådet på Lyngø sent tirsdag aften at bygge den cykelsti, som skolebørnene på øens nordside "
    "har ønsket sig, siden de var helt små."
)

PEOPLE = ("Ida Ravn", "Bo Holm", "Åse Ørn", "Søren Bæk-Lund", "Yasmin El-Tayeb", "Per Kjær", "Zoë Müller", "Else Fjord")
REMARKS = (
    "Vi venter på færgen",
    "Broen er for smal",
    "Det koster 1,5 mio. kr.",
    "Havnen & byen hænger sammen",
    "Vandet stod 40 cm højt",
    "Vi kalder det »øko«",
    "Det må vi tale om",
    "Skolen lukker kl. 14.30",
    "Prisen er < 10 kr. og > 5 kr.",
    "Så er den ikke længere",
    "Børnene cykler selv",
)


@dataclass(frozen=True, slots=True)
class Case:
    """An article, how many chapters it has, and how it is read."""

    article: Article
    chapters: int
    settings: Settings = TONE


@dataclass(frozen=True, slots=True)
class Made:
    """A finished episode and where it is."""

    folder: Path
    episode: Episode
    case: Case

    @property
    def mp3(self) -> Path:
        return self.folder / self.episode.recording.path

    @property
    def chapters(self) -> list[list[int | str]]:
        """The starts in milliseconds, and the titles."""
        recording = self.episode.recording
        times = chapter_times(self.episode.script, recording.cues, recording.duration)
        return [[time.start_ms, time.chapter.title] for time in times]


Judge = Callable[..., str]
Reading = dict[str, Any]  # what a reader tells of an MP3; what it does not know is not in it


def news(title: str | None, *texts: str, kind: ParagraphKind = "text", **fields: Any) -> Article:
    return Article(title, (*map(Paragraph, texts[:1]), *(Paragraph(text, kind) for text in texts[1:])), **fields)


def quotes(number: int) -> list[str]:
    """So many paragraphs, each with something else that somebody says."""
    pairs = islice(zip(cycle(REMARKS), cycle(PEOPLE), strict=False), number)
    return [f"»{remark},« siger {person}." for remark, person in pairs]


def printed(**fields: Any) -> dict[str, Any]:
    """What is known of an article that was in a newspaper."""
    return {
        "byline": ("Bo Ek", "Eva Ås-Nørgaard"),
        "site": "Fjordavisen",
        "published": "2024-03-05T10:30:00+01:00",
        "url": "https://avis.example/oeen/artikel?id=7&del=2#top",
        **fields,
    }


CASES = {
    "one chapter, a title of 250 characters": Case(
        news(LONG_TITLE, "Cykelstien bliver 3,4 km lang. Den skal stå færdig den 1. maj 2027."), 1
    ),
    "two chapters, Danish letters, printed": Case(
        news("Ærø får en ny færge på elfte år", "Det sker i Søby.", *quotes(1), **printed()), 2, ESPEAK
    ),
    "three chapters, a quoted title": Case(
        news("»Vi er ikke færdige« – »slet ikke«", "Fyret blinker igen.", *quotes(2), "Så gik de hjem."), 3, ESPEAK
    ),
    "ten chapters, emoji": Case(news("Tivoli åbner 🎡 med 🎈🎈 og 🇩🇰", "Porten går op kl. 10.", *quotes(9)), 10),
    "forty chapters, signs, printed": Case(
        news('Bæk & Søn: "<b>Billigt</b>" er > dyrt & < gratis', "Butikken lukker.", *quotes(39), **printed()), 40
    ),
    "eighty chapters, no title": Case(news(None, *quotes(80)), 80),
    "headings": Case(
        Article(
            "Sådan stemte øerne",
            tuple(
                chain.from_iterable(
                    (Paragraph(name, "heading"), Paragraph(f"På {name} stemte {n} pct. ja."), Paragraph(quote))
                    for n, (name, quote) in enumerate(zip(("Lyngø", "Rønø", "Æbelholm"), quotes(3), strict=True), 51)
                )
            ),
            site="Ø-bladet",
        ),
        3,
        replace(TONE, chapters="headings"),
    ),
    "a list at -23 LUFS": Case(
        news(
            "Fem gode råd", "Det siger redningsfolk:", "Tag vest på", "Sig, hvor du er", "Ro hjem kl. 20", kind="item"
        ),
        1,
        replace(ESPEAK, lists=True, loudness=-23.0),
    ),
    "questions at -19 LUFS": Case(
        news(
            "»Jeg savner havet«", *quotes(1), "Hvad savner du?", "Kommer du hjem igen?", kind="question", site="Sønd."
        ),
        1,
        replace(ESPEAK, loudness=-19.0),
    ),
    "no chapters": Case(
        news("Kort nyt", "Det regner på Møn.", *quotes(2), byline=("Eva Ås",)), 0, replace(TONE, chapters="none")
    ),
}


def make(name: str, case: Case, folder: Path) -> Made:
    """Speak an article."""
    settings = replace(case.settings, output=str(folder))
    script = script_of(case.article, Lexicon(), settings)
    episode = record(Prepared(script, name), choose_voices(settings), settings)
    return Made(folder / episode.slug, episode, case)


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(request.param, CASES[request.param], tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An episode to be broken."""
    case = Case(news("Broen", "Det regner.", *quotes(2), **printed()), 3)
    return make("good", case, tmp_path_factory.mktemp("good"))


@pytest.fixture
def broken(good: Made, tmp_path: Path) -> Made:
    """A copy of it that may be spoiled."""
    return replace(good, folder=shutil.copytree(good.folder, tmp_path / "broken"))


_REPORTS: dict[Path, Any] = {}


def node_report(made: Made, judge: Judge) -> Any:
    """What the readers in Node see; they are asked once for each episode."""
    if made.folder not in _REPORTS:
        if not (MODULES / "music-metadata").is_dir():
            reason = "the judges in Node are not installed: npm ci in a copy of tests/judges, and LYT_NODE_MODULES"
            if os.environ.get("LYT_JUDGES") == "required":
                pytest.fail(reason)
            pytest.skip(reason)
        _REPORTS[made.folder] = json.loads(judge("node", str(NODE / "judge.mjs"), str(made.folder), str(made.mp3)))
    return _REPORTS[made.folder]


def by_ffprobe(made: Made, judge: Judge) -> Reading:
    shown = json.loads(judge("ffprobe", *"-v quiet -show_format -show_chapters -of json".split(), str(made.mp3)))
    tags = shown["format"]["tags"]
    return {
        "seconds": float(shown["format"]["duration"]),
        **{name: tags.get(name) for name in ("title", "artist", "album", "language", "publisher")},
        "voices": tags.get("SYNTHETIC_SPEECH"),
        "chapters": [[chapter["start"], chapter["tags"]["title"]] for chapter in shown["chapters"]],
    }


def by_mutagen(made: Made, _judge: Judge) -> Reading:
    tag = mutagen.id3.ID3(made.mp3, translate=False)
    names = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "language": "TLAN", "publisher": "TPUB"}
    voices, tables, pictures = tag.getall("TXXX:SYNTHETIC_SPEECH"), tag.getall("CTOC"), tag.getall("APIC")
    return {
        "seconds": mutagen.mp3.MP3(made.mp3).info.length,
        **{name: str(tag[key]) if key in tag else None for name, key in names.items()},
        "voices": str(voices[0]) if voices else None,
        "chapters": [[chapter.start_time, str(chapter.sub_frames["TIT2"])] for chapter in tag.getall("CHAP")],
        "contents": len(tables[0].child_element_ids) if tables else None,
        "cover": pictures[0].mime if pictures else None,
    }


def by_eyed3(made: Made, _judge: Judge) -> Reading:
    audio: Any = eyed3.load(made.mp3)
    tag, voices = audio.tag, audio.tag.user_text_frames.get("SYNTHETIC_SPEECH")
    frames = audio.info.time_secs / FRAME * int(FRAME_BYTES) / FRAME_BYTES  # it takes each for as short as the first
    tables, pictures = list(tag.table_of_contents), list(tag.images)
    return {
        "seconds": (frames - 1) * FRAME,  # and that of the Info header for sound
        **{name: getattr(tag, name) for name in ("title", "artist", "album", "publisher")},
        "language": tag.getTextFrame(b"TLAN"),
        "voices": voices.text if voices else None,
        "chapters": [[start, title] for start, title in sorted((c.times.start, c.title) for c in tag.chapters)],
        "contents": len(tables[0].child_ids) if tables else None,
        "cover": pictures[0].mime_type if pictures else None,
    }


def by_music_metadata(made: Made, judge: Judge) -> Reading:
    return dict(node_report(made, judge)["mp3"]["music-metadata"])


def by_node_id3(made: Made, judge: Judge) -> Reading:
    return dict(node_report(made, judge)["mp3"]["node-id3"])


READERS: dict[str, Callable[[Made, Judge], Reading]] = {
    "ffprobe": by_ffprobe,
    "mutagen": by_mutagen,
    "eyeD3": by_eyed3,
    "music-metadata": by_music_metadata,
    "node-id3": by_node_id3,
}


def wanted(made: Made) -> Reading:
    """What a reader should tell."""
    article = made.episode.script.article
    return {
        "seconds": pytest.approx(made.episode.recording.duration, abs=LENGTH_LEEWAY),
        "title": shown_title(made.episode.script),
        "artist": ", ".join(article.byline) or article.site,
        "album": article.site or "Lyt til artiklen",
        "language": "dan",
        "publisher": article.site,
        "voices": ", ".join(made.episode.voices),
        "chapters": made.chapters,
        "contents": len(made.chapters) or None,
        "cover": "image/jpeg",
        "warnings": [],
    }


def amiss(made: Made, reading: Reading) -> set[str]:
    """What a reader tells otherwise than it should."""
    return {key for key, value in reading.items() if value != wanted(made)[key]}


def decoding_complaints(mp3: Path, judge: Judge) -> str:
    return judge("ffmpeg", "-v", "error", "-xerror", "-i", str(mp3), "-f", "null", "-")


def metered(sound: Path, judge: Judge) -> tuple[float, float]:
    """The integrated loudness in LUFS and the true peak in dBTP."""
    shown = judge("ffmpeg", "-hide_banner", "-nostats", "-i", str(sound), *"-af ebur128=peak=true -f null -".split())
    summary = re.search(r"Summary:\s.*?\bI:\s+(\S+) LUFS.*?\bPeak:\s+(\S+) dBFS", shown, re.DOTALL)
    assert summary, shown
    return float(summary[1]), float(summary[2])


def glued(music: bytes) -> bytes:
    """An MP3 and its frames once more, as who joins files without decoding them does."""
    tag = 10 + sum(byte << shift for byte, shift in zip(music[6:10], (21, 14, 7, 0), strict=True))
    return music + music[tag:]


def holed(music: bytes) -> bytes:
    """An MP3 that was damaged on the way."""
    return music[:-20_000] + bytes(5000) + music[-15_000:]


_TIME = r"\d\d:[0-5]\d:[0-5]\d,\d{3}"
_SUBTITLE = re.compile(rf"(\d+)\n({_TIME}) --> ({_TIME})\n\S.{{0,31}}\n(?:\S.{{0,31}}\n)?")


def subtitles(text: str) -> list[tuple[str, ...]]:
    """Number, start and end of each subtitle; none where the text is not SubRip throughout."""
    matches = [_SUBTITLE.fullmatch(f"{block}\n") for block in text.removesuffix("\n").split("\n\n")]
    return [match.groups() for match in matches if match] if all(matches) else []


def counted(path: Path, form: str, judge: Judge) -> str:
    """How many captions ffprobe finds."""
    options = ["-v", "error", "-f", form, *"-count_packets -show_entries stream=nb_read_packets -of csv=p=0".split()]
    return judge("ffprobe", *options, str(path)).strip()


def test_the_articles_are_as_different_as_they_should_be() -> None:
    """Among the ten articles are those with 1, 2, 3, 10, 40 and 80 chapters, and a title of 250 characters."""
    assert len(CASES) == 10
    assert {1, 2, 3, 10, 40, 80} <= {case.chapters for case in CASES.values()}
    assert max(len(case.article.title or "") for case in CASES.values()) == 250
    assert {-16.0, -19.0, -23.0} == {case.settings.loudness for case in CASES.values()}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_tells_what_the_episode_is(made: Made, reader: str, judge: Judge) -> None:
    """Each reader of tags finds the length, the titles, the names, the voices, the chapters and the cover."""
    reading = READERS[reader](made, judge)
    assert reading == {key: wanted(made)[key] for key in reading}
    assert len(reading["chapters"]) == made.case.chapters


def test_decoders_find_nothing_to_mend(made: Made, judge: Judge) -> None:
    """ffprobe and ffmpeg read every frame without a word, and mp3val has no warning."""
    assert judge("ffprobe", "-v", "warning", str(made.mp3)) == ""
    assert decoding_complaints(made.mp3, judge) == ""
    assert "WARNING" not in judge("mp3val", str(made.mp3))


def test_the_cover_is_a_square_jpeg(made: Made, judge: Judge) -> None:
    """The picture in the tag is a JPEG of 1400 x 1400 pixels, as the podcast directories want it."""
    options = "-v error -select_streams v -show_entries stream=codec_name,width,height -of csv=p=0".split()
    assert judge("ffprobe", *options, str(made.mp3)).strip() == "mjpeg,1400,1400"


def test_a_meter_finds_the_loudness_that_was_asked(made: Made, judge: Judge) -> None:
    """ffmpeg's meter finds the loudness that was asked and no peak too high, and so did our own meter."""
    loudness, peak = metered(made.mp3, judge)
    assert loudness == pytest.approx(made.case.settings.loudness, abs=LOUDNESS_LEEWAY)
    assert made.episode.recording.loudness == pytest.approx(loudness, abs=METERS_LEEWAY)
    assert peak <= HIGHEST_PEAK


def test_the_grammar_of_the_w3c_accepts_every_track(made: Made, judge: Judge) -> None:
    """The W3C's parser finds no error in any WebVTT file, and as many cues as were written."""
    texts = {name: (made.folder / name).read_text("utf-8") for name in TRACKS}
    assert texts["chapters.vtt"].count(" --> ") == made.case.chapters
    assert node_report(made, judge)["vtt"] == {
        name: {"cues": text.count(" --> "), "errors": []} for name, text in texts.items()
    }


def test_ajv_accepts_the_chapters(made: Made, judge: Judge) -> None:
    """The chapters as JSON are what Podcasting 2.0 defines, says a validator in Node."""
    assert node_report(made, judge)["chapters.json"] == []


def test_jsonschema_accepts_the_chapters(made: Made) -> None:
    """The chapters as JSON are what Podcasting 2.0 defines, says a validator in Python."""
    jsonschema = pytest.importorskip("jsonschema")
    chapters = json.loads((made.folder / "chapters.json").read_text("utf-8"))
    assert list(jsonschema.Draft7Validator(SCHEMA).iter_errors(chapters)) == []
    assert [[round(1000 * c["startTime"]), c["title"]] for c in chapters["chapters"]] == made.chapters


def test_subtitles_are_subrip(made: Made, judge: Judge) -> None:
    """Subtitles that were asked for are numbered, rise, have two short lines at most, and ffprobe counts them all."""
    path = made.folder / "transcript.srt"
    shown = subtitles(path.read_text("utf-8"))
    assert [number for number, *_ in shown] == [str(n) for n in range(1, len(shown) + 1)]
    times = [time for _, *both in shown for time in both]
    assert times == sorted(times)
    assert counted(path, "srt", judge) == str(len(shown))


@pytest.mark.parametrize("reader", ["ffprobe", "mutagen", "eyeD3", "music-metadata"])
def test_readers_notice_an_episode_that_was_glued_on(broken: Made, reader: str, judge: Judge) -> None:
    """Of two MP3 files in one, whose Info header counts only the first, each reader tells a length that is not so."""
    duration = broken.episode.recording.duration
    broken.mp3.write_bytes(glued(broken.mp3.read_bytes()))
    twice = replace(broken.episode, recording=replace(broken.episode.recording, duration=2 * duration))
    assert amiss(replace(broken, episode=twice), READERS[reader](broken, judge)) == {"seconds"}


@pytest.mark.parametrize(
    ("frame", "key"), [("CTOC", "contents"), ("CHAP", "chapters"), ("APIC", "cover"), ("TXXX", "voices")]
)
@pytest.mark.parametrize("reader", READERS)
def test_readers_notice_what_a_tag_lacks(broken: Made, reader: str, frame: str, key: str, judge: Judge) -> None:
    """A tag without table of contents, chapters, cover or voices is found to lack just that, by all who tell of it."""
    experimental = f"X{frame[1:]}"  # readers ignore such frames
    broken.mp3.write_bytes(broken.mp3.read_bytes().replace(frame.encode(), experimental.encode()))
    reading = READERS[reader](broken, judge)
    assert amiss(broken, reading) == {key} & reading.keys()


@pytest.mark.parametrize("spoil", [glued, holed])
def test_mp3val_notices_what_is_glued_or_damaged(broken: Made, spoil: Callable[[bytes], bytes], judge: Judge) -> None:
    """mp3val warns of two MP3 files in one, and of one with a hole in it."""
    broken.mp3.write_bytes(spoil(broken.mp3.read_bytes()))
    assert "WARNING" in judge("mp3val", str(broken.mp3))


def test_ffmpeg_notices_damage(broken: Made, judge: Judge) -> None:
    """ffmpeg complains of an MP3 with a hole in it."""
    broken.mp3.write_bytes(holed(broken.mp3.read_bytes()))
    assert decoding_complaints(broken.mp3, judge) != ""


def test_the_meter_notices_what_is_too_loud(tmp_path: Path, judge: Judge) -> None:
    """A square wave of full scale is far louder than any episode may be, and peaks too high."""
    with wave.open(str(tmp_path / "loud.wav"), "wb") as file:
        file.setparams((1, 2, 44_100, 0, "NONE", ""))
        file.writeframes(array.array("h", ([32_767] * 50 + [-32_767] * 50) * 2000).tobytes())
    loudness, peak = metered(tmp_path / "loud.wav", judge)
    assert loudness > -12
    assert peak > HIGHEST_PEAK


@pytest.mark.parametrize("name", TRACKS)
def test_the_grammar_notices_times_with_a_comma(broken: Made, name: str, judge: Judge) -> None:
    """Times as SubRip writes them are errors in WebVTT."""
    path = broken.folder / name
    path.write_text(re.sub(r"(\d\d)\.(\d{3})", r"\1,\2", path.read_text("utf-8")), "utf-8")
    assert node_report(broken, judge)["vtt"][name]["errors"] != []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: re.sub(r",(\d{3})", r".\1", text),
        lambda text: text.replace(" --> ", " -> "),
        lambda text: f"{text}\nPS\n",
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("Det regner.", "Det regner i dag på hele Sjælland."),
    ],
    ids=["times with a dot", "short arrows", "more at the end", "no empty lines", "a long line"],
)
def test_the_pattern_notices_what_is_not_subrip(good: Made, spoil: Callable[[str], str]) -> None:
    """Times as WebVTT writes them, other arrows, lines that are too long and whatever else are no subtitles."""
    text = (good.folder / "transcript.srt").read_text("utf-8")
    assert subtitles(text) != []
    assert subtitles(spoil(text)) == []


def test_ffprobe_notices_what_is_not_subrip(broken: Made, judge: Judge) -> None:
    """Where a subtitle has no time that can be read, ffprobe counts one less."""
    path = broken.folder / "transcript.srt"
    text = path.read_text("utf-8")
    path.write_text(text.replace(" --> ", " -> ", 1), "utf-8")
    assert counted(path, "srt", judge) == str(len(subtitles(text)) - 1)


FAULTS: dict[str, Callable[[Any], Any]] = {
    "times in quotation marks": lambda plain: plain["chapters"][1].update(startTime="12.5"),
    "no times": lambda plain: plain["chapters"][1].pop("startTime"),
    "no version": lambda plain: plain.pop("version"),
    "an unknown word": lambda plain: plain["chapters"][1].update(starttime=1),
    "a title that is none": lambda plain: plain["chapters"][1].update(title=7),
}


def spoil_chapters(made: Made, fault: str) -> Any:
    path = made.folder / "chapters.json"
    plain = json.loads(path.read_text("utf-8"))
    FAULTS[fault](plain)
    path.write_text(json.dumps(plain), "utf-8")
    return plain


@pytest.mark.parametrize("fault", FAULTS)
def test_ajv_notices_chapters_that_are_none(broken: Made, fault: str, judge: Judge) -> None:
    """ajv finds exactly the one fault in chapters whose times are strings or missing, or that lack their version."""
    spoil_chapters(broken, fault)
    assert len(node_report(broken, judge)["chapters.json"]) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_jsonschema_notices_chapters_that_are_none(broken: Made, fault: str) -> None:
    """A validator in Python finds exactly the one fault in the same broken chapters."""
    jsonschema = pytest.importorskip("jsonschema")
    assert len(list(jsonschema.Draft7Validator(SCHEMA).iter_errors(spoil_chapters(broken, fault)))) == 1
