"""A finished recording: as loud as was asked, with its jingles, its cover, and nothing published that is broken."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mutagen.id3
import numpy as np
import pytest
from conftest import article_of
from test_loudness import sine

from reader.assembler import Mastering, assemble, listen
from reader.assembler.clips import trimmed
from reader.assembler.jingles import LONGEST_SECONDS, jingle
from reader.assembler.levelling import gains_for
from reader.assembler.programme import RATE, Programme
from reader.assembler.resampling import pcm_of, samples_of
from reader.assembler.spool import Spool
from reader.config import Settings
from reader.errors import ConfigError, UnprovenError
from reader.model import Clip, Script
from reader.pipeline import narrate
from reader.scriptwriter import write_script
from reader.synthesizer import alone, synthesize
from voices import load

pytestmark = pytest.mark.whole

SCRIPT = write_script(
    article_of(
        "Færgen sejler igen fra mandag, efter at den har ligget på værft i seks uger.",
        "»Vi har savnet den mere, end vi troede,« siger købmand Åse Ørn.",
        "Den nye motor bruger en tredjedel mindre strøm end den gamle.",
        title="Færgen er tilbage",
        site="Fjordavisen",
    )
)
TEXT = "Færgen er tilbage\n\nFærgen sejler igen fra mandag.\n\n»Vi har savnet den,« siger købmand Åse Ørn.\n"


def clips_of(script: Script, change: Callable[[Clip], Clip] = lambda clip: clip) -> list[Clip]:
    voice, other = load("espeak:da"), load("espeak:da+f1")
    return [change(clip) for clip in synthesize(script, alone(voice, other))]


def sound_file(path: Path, seconds: float, level: float = -12, rate: int = 48_000) -> Path:
    """A tone in a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm_of(sine(440, seconds, level, rate)))
    return path


@pytest.mark.parametrize("loudness", [-16.0, -19.0, -23.0])
def test_the_finished_file_is_as_loud_as_was_asked(loudness: float, tmp_path: Path, judge: Callable[..., str]) -> None:
    """By our meter and by FFmpeg's, the MP3 is within half a unit of its loudness, and its true peak below -1 dBTP."""
    path = tmp_path / "a.mp3"
    recording = assemble(SCRIPT, clips_of(SCRIPT), path, mastering=Mastering(loudness=loudness))
    assert recording.loudness == pytest.approx(loudness, abs=0.5)
    assert recording.true_peak is not None
    assert recording.true_peak <= -1
    shown = judge("ffmpeg", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-")
    summary = shown[shown.rindex("Summary:") :].split()
    assert float(summary[summary.index("I:") + 1]) == pytest.approx(loudness, abs=0.5)
    assert float(summary[summary.index("Peak:") + 1]) <= -1


def test_a_faint_voice_is_as_loud_as_the_others(tmp_path: Path) -> None:
    """A voice of another engine that is 20 dB fainter is heard as loudly as the first one."""

    def fainter(clip: Clip) -> Clip:
        if "f1" not in clip.voice:
            return clip
        return replace(clip, pcm=(np.frombuffer(clip.pcm, "<i2") // 10).astype("<i2").tobytes())

    path = tmp_path / "a.mp3"
    recording = assemble(SCRIPT, clips_of(SCRIPT, fainter), path)
    levels = listen(path).levels
    loudest = {
        cue.voice: float(np.percentile(levels[round(100 * cue.start) : round(100 * cue.end)], 90))
        for cue in recording.cues
    }
    assert len(loudest) == 2
    assert max(loudest.values()) / min(loudest.values()) < 1.6


def test_what_cannot_be_made_loud_enough_is_not_published(tmp_path: Path) -> None:
    """A recording that misses its loudness by more than half a unit is an error that says by how much."""

    def click(clip: Clip) -> Clip:
        sound = np.full(len(clip.pcm) // 2, 200, np.float32)
        sound[::4000] = 32_000
        return replace(clip, pcm=sound.astype("<i2").tobytes())

    with pytest.raises(UnprovenError, match="LUFS"):
        assemble(SCRIPT, clips_of(SCRIPT, click), tmp_path / "a.mp3", mastering=Mastering(loudness=-10.0))


def test_jingles_stand_around_the_article(tmp_path: Path) -> None:
    """The first one sounds before the first line and the last one after the last; cues and chapters follow."""
    intro, outro = jingle(sound_file(tmp_path / "intro.wav", 2)), jingle(sound_file(tmp_path / "outro.wav", 1.5))
    plain = assemble(SCRIPT, clips_of(SCRIPT), tmp_path / "plain.mp3")
    path = tmp_path / "a.mp3"
    recording = assemble(SCRIPT, clips_of(SCRIPT), path, mastering=Mastering(intro=intro, outro=outro))
    heard = listen(path)
    assert recording.cues[0].start - plain.cues[0].start == pytest.approx(2.7, abs=0.1)
    assert recording.duration - plain.duration == pytest.approx(2 + 0.7 + 1.5 + 0.7, abs=0.15)
    assert np.median(heard.levels[120:180]) > 0.1
    end = recording.cues[-1].end
    assert np.median(heard.levels[round(100 * (end + 0.9)) : round(100 * (end + 1.9))]) > 0.1
    assert recording.proof is not None
    assert recording.loudness == pytest.approx(-16, abs=0.5)


def test_a_jingle_is_as_loud_as_the_voices(tmp_path: Path) -> None:
    """A jingle that is recorded far too loudly or faintly is brought to the loudness of the article."""
    for level in (-0.5, -40):
        intro = jingle(sound_file(tmp_path / "intro.wav", 3, level))
        path = tmp_path / "a.mp3"
        assemble(SCRIPT, clips_of(SCRIPT), path, mastering=Mastering(intro=intro))
        sound = listen(path).levels[100:300]
        assert 0.1 < float(np.median(sound)) < 0.4


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000])
def test_a_jingle_of_any_form_is_brought_to_ours(rate: int, tmp_path: Path) -> None:
    """A jingle of another rate is as long as it was, without the silence around it."""
    sound = jingle(sound_file(tmp_path / "a.wav", 1.25, rate=rate))
    assert len(sound) / 2 / RATE == pytest.approx(1.25, abs=0.02)
    assert np.abs(samples_of(sound)).max() == pytest.approx(0.25, abs=0.02)


def test_what_is_no_jingle_is_named(tmp_path: Path) -> None:
    """A file that is missing, no sound, silent or longer than a minute is an error that names it."""
    (tmp_path / "text.wav").write_text("Hej", "utf-8")
    (tmp_path / "empty.mp3").write_bytes(b"")
    sound_file(tmp_path / "silent.wav", 1, -120)
    sound_file(tmp_path / "long.wav", LONGEST_SECONDS + 1, rate=8000)
    told = {"missing.wav": "cannot be used", "text.wav": "cannot be used", "empty.mp3": "cannot be used"}
    for name, reason in {**told, "silent.wav": "is silent", "long.wav": "longer than 60 seconds"}.items():
        with pytest.raises(ConfigError, match=f"{name}.*{reason}"):
            jingle(tmp_path / name)


def test_files_that_cannot_be_used_are_said_before_anybody_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong jingle or cover ends the run before a voice is asked, which may cost money."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")

    def never(*_: object) -> None:
        pytest.fail("the voice was asked")

    monkeypatch.setattr("voices.tone.ToneVoice.speak", never)
    for wrong in ({"intro": "no.wav"}, {"outro": "no.wav"}, {"cover": "no.jpg"}):
        with pytest.raises(ConfigError, match=r"no\.(wav|jpg)"):
            narrate(str(tmp_path / "a.txt"), tmp_path / "ud", settings=Settings(voice="tone", **wrong))  # type: ignore[arg-type]
    assert not (tmp_path / "ud").exists()


def test_the_tag_carries_the_cover_the_publisher_and_the_address(tmp_path: Path) -> None:
    """Cover, publisher and canonical address stand in the tag, the cover last of all."""
    script = replace(SCRIPT, article=replace(SCRIPT.article, url="https://avis.example/faergen"))
    path = tmp_path / "a.mp3"
    jpeg = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
    assemble(script, clips_of(script), path, mastering=Mastering(cover=lambda: jpeg))
    id3 = mutagen.id3.ID3(path, translate=False)
    (picture,) = id3.getall("APIC")
    assert (picture.mime, picture.type, picture.data) == ("image/jpeg", 3, jpeg)
    assert (str(id3["TPUB"]), id3.getall("WOAF")[0].url) == ("Fjordavisen", "https://avis.example/faergen")
    data = path.read_bytes()
    assert data.index(b"APIC") > data.rindex(b"CHAP", 0, 5000)


def test_an_address_that_a_tag_cannot_hold_is_left_out(tmp_path: Path) -> None:
    """An address with other characters than ASCII stands in no frame of the tag: its readers would garble it."""
    script = replace(SCRIPT, article=replace(SCRIPT.article, url="https://avis.example/færgen"))
    assemble(script, clips_of(script), tmp_path / "a.mp3")
    id3 = mutagen.id3.ID3(tmp_path / "a.mp3", translate=False)
    assert not id3.getall("WOAF")
    assert all(not chapter.sub_frames.getall("WXXX") for chapter in id3.getall("CHAP"))


def test_a_better_quality_gives_another_file_of_the_same_length(tmp_path: Path) -> None:
    """LAME's quality changes the frames and not their number."""
    made = [
        assemble(SCRIPT, clips_of(SCRIPT), tmp_path / f"{quality}.mp3", mastering=Mastering(quality=quality))
        for quality in (5, 7)
    ]
    assert made[0].sha256 != made[1].sha256
    assert (made[0].bytes, made[0].duration) == (made[1].bytes, made[1].duration)


def test_nothing_of_a_programme_stays_in_memory(tmp_path: Path) -> None:
    """Clips and their levels wait in the spool: what the programme itself holds does not grow with the sound."""
    with Spool(tmp_path) as spool:
        programme = Programme(SCRIPT, spool)
        clips = clips_of(SCRIPT)
        for clip in clips:
            programme.add(clip)
        programme.end()
        takes = [part for stretch in programme.stretches for part in stretch.parts if not isinstance(part, int)]
        assert [spool.read(take.offset, take.size) for take in takes] == [trimmed(clip).pcm for clip in clips]
        assert gains_for(programme.levels, -16.0, -2.0).keys() == {clip.voice for clip in clips}
        assert sum(part.hops for part in programme.levels) / 200 == pytest.approx(programme.frames / RATE, abs=0.5)


def test_a_cover_is_made_or_not(tmp_path: Path) -> None:
    """An episode has a drawn cover by itself, one of one's own when that is named, and none when none is wanted."""
    from PIL import Image

    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    Image.new("RGB", (900, 1200), "#336699").save(tmp_path / "own.png")
    covers = {}
    for name, cover in (("drawn", ""), ("own", str(tmp_path / "own.png")), ("none", None)):
        episode = narrate(str(tmp_path / "a.txt"), tmp_path / name, settings=Settings(voice="tone", cover=cover))
        folder = tmp_path / name / episode.slug
        id3 = mutagen.id3.ID3(folder / episode.recording.path)
        covers[name] = [picture.data for picture in id3.getall("APIC")]
        assert episode.cover == (None if cover is None else "cover.jpg")
        assert covers[name] == ([] if cover is None else [(folder / "cover.jpg").read_bytes()])
    assert covers["drawn"] != covers["own"]
    with Image.open(io.BytesIO(covers["own"][0])) as picture:
        assert picture.size == (1400, 1400)


def onsets(levels: np.ndarray[tuple[int], np.dtype[np.float32]], start: float, end: float) -> list[float]:
    """When sound begins again after at least 40 ms of silence, in seconds."""
    quiet = levels[round(100 * start) - 6 : round(100 * end)] < 0.01
    first = round(100 * start) - 6
    return [(first + n) / 100 for n in range(4, len(quiet)) if not quiet[n] and quiet[n - 4 : n].all()]


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("tone", "Prisen er steget meget i år, siger Bo Holm."),
        ("espeak", "Pærer. Tomater, kartofler, porrer, persille, peberrod, kål, tang, tobak."),
    ],
)
def test_words_sound_when_their_cues_say(voice: str, text: str, tmp_path: Path) -> None:
    """Wherever a word can be heard to begin in the finished file, a printed word has its time within 50 ms of that."""
    script = write_script(article_of(text), notice=None)
    path = tmp_path / "a.mp3"
    recording = assemble(script, synthesize(script, alone(load(voice))), path)
    levels = listen(path).levels
    compared = 0
    for cue in recording.cues:
        for heard in onsets(levels, cue.start, cue.end):
            compared += 1
            assert min(abs(word.start - heard) for word in cue.words) <= 0.05
    assert compared >= 6


def test_the_bytes_do_not_depend_on_the_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One processor or many: the file is the same, byte for byte."""
    made = []
    for processors in (1, 2, 7):
        monkeypatch.setattr("os.cpu_count", lambda count=processors: count)
        made.append(assemble(SCRIPT, clips_of(SCRIPT), tmp_path / f"{processors}.mp3").sha256)
    assert len(set(made)) == 1
