"""Clips to one MP3: every frame counted, chapters in silence, the same bytes for the same clips."""

from __future__ import annotations

import array
import struct
from collections.abc import Callable
from pathlib import Path

import av
import eyed3
import mutagen.id3
import mutagen.mp3
import pytest
from conftest import article_of, script_of

import voices
from reader.assembler import assemble
from reader.assembler.clips import trimmed
from reader.assembler.id3 import tag
from reader.assembler.mp3 import SAMPLES_PER_FRAME, crc16, info_frame
from reader.assembler.programme import CUT_MS, RATE
from reader.assembler.resampling import resampled
from reader.assembler.words import printed_words, word_cues
from reader.errors import AssemblyError
from reader.model import Clip, Line, Mark, Recording, Script
from reader.scriptwriter import write_script
from reader.synthesizer import alone, synthesize
from reader.timeline import chapter_times

pytestmark = pytest.mark.whole

HALF_A_FRAME_MS = 1000 * SAMPLES_PER_FRAME / RATE / 2 + 1
SCRIPT = write_script(
    article_of(
        "Det regner. Solen skinner over Ærø.",
        "»Vi bygger en bro nu,« siger Ida Ravn. Så gik de.",
        "»Det koster 10 kr. om året,« siger Åse Ørn.",
        title="»Broen« & vejret 😀",
        published="2024-03-05T10:30:00+01:00",
        url="https://avis.example/broen",
        byline=("Bo Ek", "Eva Ås"),
        site="Fjordavisen",
    )
)


def speak(script: Script, path: Path, name: str = "tone") -> Recording:
    body, quote = voices.load(name), voices.load(next((other.option for other in voices.siblings(name)), name))
    return assemble(script, synthesize(script, alone(body, quote)), path)


def decoded(path: Path) -> array.array[int]:
    """The samples of an MP3, with what the Info header says must be cut off cut off."""
    samples = array.array("h")
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: 2 * part.samples])
    return samples


def loudest(samples: array.array[int], start: float, end: float) -> int:
    return max(map(abs, samples[max(0, round(start * RATE)) : round(end * RATE)]), default=0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recording]:
    path = tmp_path_factory.mktemp("made") / "made.mp3"
    return path, speak(SCRIPT, path)


def test_the_counted_time_is_the_decoded_time(made: tuple[Path, Recording]) -> None:
    """A decoder that heeds the Info header gets exactly the frames that were counted, to within one MP3 frame."""
    path, recording = made
    assert abs(len(decoded(path)) - recording.duration * RATE) <= SAMPLES_PER_FRAME
    assert abs(mutagen.mp3.MP3(path).info.length - recording.duration) < 0.03


def test_the_file_is_what_podcast_clients_want(made: tuple[Path, Recording]) -> None:
    """44.1 kHz, mono, 96 kbit/s, constant."""
    info = mutagen.mp3.MP3(made[0]).info
    assert (info.sample_rate, info.channels) == (44_100, 1)
    assert info.bitrate == pytest.approx(96_000, abs=10)
    assert info.bitrate_mode == mutagen.mp3.BitrateMode.CBR
    assert (made[1].bytes, made[1].path) == (made[0].stat().st_size, "made.mp3")


def test_equal_clips_give_equal_bytes(made: tuple[Path, Recording], tmp_path: Path) -> None:
    """The same script and voice give the same file, byte for byte."""
    again = speak(SCRIPT, tmp_path / "again.mp3")
    assert again.sha256 == made[1].sha256
    assert (tmp_path / "again.mp3").read_bytes() == made[0].read_bytes()


def test_there_is_sound_in_every_line_and_silence_between(made: tuple[Path, Recording]) -> None:
    """Each cue holds sound; the pauses are silent, and as long as the script wants to within half an MP3 frame."""
    path, recording = made
    samples = decoded(path)
    end = 0.0
    for line, cue in zip(SCRIPT.lines, recording.cues, strict=True):
        assert loudest(samples, cue.start, cue.end) > 3000
        leeway = HALF_A_FRAME_MS if line.pause_ms >= CUT_MS and end else 1
        assert abs((cue.start - end) * 1000 - line.pause_ms) < leeway
        assert loudest(samples, end + 0.03, cue.start - 0.03) < 60
        end = cue.end
    assert 0.4 < recording.duration - end < 0.6
    assert loudest(samples, end + 0.03, recording.duration) < 60


@pytest.mark.parametrize("voice", ["tone", "espeak"])
def test_every_chapter_starts_in_silence(voice: str, tmp_path: Path) -> None:
    """Nothing is heard at a chapter's start, and its first word follows within a fifth of a second."""
    path = tmp_path / "chapters.mp3"
    recording = speak(SCRIPT, path, voice)
    samples = decoded(path)
    times = chapter_times(SCRIPT, recording.cues, recording.duration)
    assert len(times) == 3
    for time in times:
        start = time.start_ms / 1000
        assert loudest(samples, start - 0.05, start + 0.1) < 90
        first_word = recording.cues[time.chapter.line].start
        assert 0 < first_word - start < 0.35


def test_chapters_cover_the_recording(made: tuple[Path, Recording]) -> None:
    """The first chapter starts at 0, each ends where the next begins, the last one with the sound."""
    times = chapter_times(SCRIPT, made[1].cues, made[1].duration)
    assert times[0].start_ms == 0
    assert [time.end_ms for time in times[:-1]] == [time.start_ms for time in times[1:]]
    assert times[-1].end_ms == round(1000 * made[1].duration)


def test_mutagen_and_eyed3_read_the_tag(made: tuple[Path, Recording]) -> None:
    """Two independent readers find the same title, people, date, language and chapters, in their order."""
    path, recording = made
    wanted = [
        (time.start_ms, time.end_ms, time.chapter.title)
        for time in chapter_times(SCRIPT, recording.cues, recording.duration)
    ]
    id3 = mutagen.id3.ID3(path, translate=False)
    chapters = id3.getall("CHAP")
    assert id3.version == (2, 3, 0)
    assert [(c.start_time, c.end_time, str(c.sub_frames["TIT2"])) for c in chapters] == wanted
    (table,) = id3.getall("CTOC")
    assert (table.element_id, int(table.flags), list(table.child_element_ids)) == (
        "toc",
        3,
        [c.element_id for c in chapters],
    )
    assert [c.sub_frames.getall("WXXX")[0].url for c in chapters] == [
        f"https://avis.example/broen#{c.element_id}" for c in chapters
    ]
    plain = {key: str(id3[key]) for key in ("TIT2", "TPE1", "TALB", "TLAN", "TYER", "TDAT", "TIME")}
    assert plain == {
        "TIT2": "»Broen« & vejret 😀",
        "TPE1": "Bo Ek, Eva Ås",
        "TALB": "Fjordavisen",
        "TLAN": "dan",
        "TYER": "2024",
        "TDAT": "0503",
        "TIME": "1030",
    }
    assert "tone:low@1" in str(id3.getall("TXXX")[0])
    other = eyed3.load(path)
    assert other is not None
    read = [(c.times[0], c.times[1], c.title) for c in other.tag.chapters]
    assert sorted(read) == wanted
    assert [t.child_ids for t in other.tag.table_of_contents] == [[c.element_id.encode() for c in chapters]]


def test_ffprobe_and_mp3val_accept_the_file(made: tuple[Path, Recording], judge: Callable[..., str]) -> None:
    """ffprobe reads the chapters without a word of complaint, and mp3val finds nothing to mend."""
    path, recording = made
    shown = judge("ffprobe", "-v", "warning", "-show_chapters", "-of", "compact", str(path))
    rows = [dict(pair.split("=", 1) for pair in row.split("|")[1:]) for row in shown.splitlines()]
    wanted = chapter_times(SCRIPT, recording.cues, recording.duration)
    assert [(int(row["start"]), row["tag:title"]) for row in rows] == [(t.start_ms, t.chapter.title) for t in wanted]
    assert judge("ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-") == ""
    assert "WARNING" not in judge("mp3val", str(path))


def test_the_info_frame_counts_right() -> None:
    """The Info frame is one valid frame that says how much is to come and what to cut off."""
    frame = info_frame(96, 44_100, frames=100, music_bytes=31_347, sound_frames=114_000)
    assert frame[:4] == b"\xff\xfb\x70\xc0"
    assert len(frame) == 313
    assert frame[21:25] == b"Info"
    assert struct.unpack(">III", frame[25:37]) == (15, 100, 313 + 31_347)
    delay_and_padding = int.from_bytes(frame[162:165], "big")
    assert (delay_and_padding >> 12, delay_and_padding & 0xFFF) == (576, 100 * 1152 - 576 - 114_000)
    assert struct.unpack(">H", frame[175:177])[0] == crc16(frame[:175])
    assert crc16(b"123456789") == 0xBB3D


def test_a_tag_without_chapters_has_no_table() -> None:
    """Where nobody wants chapters, the tag holds none, and no empty table either."""
    assert b"CTOC" not in tag(SCRIPT, (), ("tone",))


@pytest.mark.parametrize(
    ("published", "frames"),
    [("2022-08", {"TYER": "2022"}), ("2022-08-24", {"TYER": "2022", "TDAT": "2408"}), (None, {}), ("i går", {})],
)
def test_a_date_is_written_as_far_as_it_is_known(published: str | None, frames: dict[str, str], tmp_path: Path) -> None:
    """A day that is not known is never invented."""
    script = write_script(article_of("Det regner.", published=published))
    path = tmp_path / "date.mp3"
    speak(script, path)
    id3 = mutagen.id3.ID3(path, translate=False)
    assert {key: str(id3[key]) for key in ("TYER", "TDAT", "TIME") if key in id3} == frames


def test_hostile_titles_break_no_tag(tmp_path: Path) -> None:
    """Control characters, markup, surrogates and a title of six hundred characters leave a tag that can be read."""
    for title in ("a\0b\nc\x1b[31m", "x" * 600, "<script>&\"'", "\udce5 \u202e bagvendt", "😀" * 300):
        path = tmp_path / "hostile.mp3"
        speak(write_script(article_of("Det regner.", title=title)), path)
        shown = str(mutagen.id3.ID3(path, translate=False)["TIT2"])
        assert shown
        assert len(shown) <= 255
        assert shown.isprintable() or "\ufffd" in shown or "?" in shown


def test_clips_must_come_in_order_and_all(tmp_path: Path) -> None:
    """A missing, doubled or silent clip is an AssemblyError, never a recording with a hole."""
    tone = array.array("h", [9000, -9000] * 4000).tobytes()
    clips = [Clip(n, tone, 22_050, (), "test") for n in range(len(SCRIPT.lines))]
    for wrong in (
        clips[1:],
        clips[:-1],
        [clips[0], *clips],
        [*clips, clips[-1]],
        [Clip(0, bytes(9000), 22_050, (), "test")],
    ):
        with pytest.raises(AssemblyError):
            assemble(SCRIPT, wrong, tmp_path / "wrong.mp3")


def test_trimming_keeps_a_breath_and_moves_the_marks() -> None:
    """Silence at both ends of a clip goes but for 15 ms, the marks move along, and the edges fade."""
    sound = array.array("h", [0] * 2205 + [9000, -9000] * 2000 + [0] * 4410)
    clip = trimmed(Clip(0, sound.tobytes(), 22_050, (Mark(0, 3, 0), Mark(4, 6, 4000)), "test"))
    kept = 22_050 * 15 // 1000
    assert len(clip.pcm) // 2 == 4000 + 2 * kept
    assert [mark.frame for mark in clip.marks] == [0, 4000 - 2205 + kept]


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_resampling_keeps_the_length(rate: int) -> None:
    """A clip of any rate is as long after resampling as before, to the frame."""
    pcm = array.array("h", [5000, -5000] * (rate // 4)).tobytes()
    assert len(resampled(pcm, rate, RATE)) == (len(pcm) // 2) * RATE // rate


def test_printed_words_are_timed_by_their_spoken_words() -> None:
    """An abbreviation sounds when its first spoken word sounds, and lasts until the next printed word."""
    (line,) = script_of("Prisen er 1.234 kr. nu.").lines
    assert line.spoken == "Prisen er et tusind to hundrede og fireogtredive kroner nu."
    voice = voices.load("tone")
    speech = voice.speak(voices.Utterance(line.spoken))
    clip = Clip(0, speech.pcm, 22_050, speech.marks, voice.id)
    cues = word_cues(line, clip, 1.0, 1.0 + len(speech.pcm) / 2 / 22_050)
    assert [line.written[cue.written_start : cue.written_end] for cue in cues] == ["Prisen", "er", "1.234", "kr.", "nu"]
    times = {line.spoken[mark.start : mark.end]: 1.0 + mark.frame / 22_050 for mark in speech.marks}
    assert [round(cue.start, 6) for cue in cues] == [round(times[w], 6) for w in ("Prisen", "er", "et", "kroner", "nu")]
    assert not any(cue.estimated for cue in cues)


def test_words_without_marks_are_estimated() -> None:
    """A voice that gives no marks gets rising times inside the line, all marked as estimated."""
    (line,) = script_of("Et to tre fire.").lines
    cues = word_cues(line, Clip(0, bytes(2000), 1000, (), "test"), 5.0, 6.0)
    starts = [cue.start for cue in cues]
    assert starts == sorted(set(starts))
    assert all(cue.estimated and 5.0 <= cue.start <= cue.end <= 6.0 for cue in cues)
    half = word_cues(line, Clip(0, bytes(2000), 1000, (Mark(3, 5, 500),), "test"), 5.0, 6.0)
    assert [cue.estimated for cue in half] == [True, False, True, True]
    assert half[1].start == 5.5


def test_words_that_one_rule_joins_are_one() -> None:
    """Printed words that one change says together have one time: nobody can tell when the second begins."""
    (line,) = script_of("Den 99,95 kr. dyre.").lines
    assert [line.written[p.written_start : p.written_end] for p in printed_words(line)] == ["Den", "99,95 kr.", "dyre"]
    assert isinstance(line, Line)
