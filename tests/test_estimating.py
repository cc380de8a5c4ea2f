"""When words begin in the sound of a voice that does not tell: near the truth, after pauses, whatever the text."""

import re
import subprocess
import sys
from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voices
from voices import Mark, Speech, UnknownVoiceError, Utterance, VoiceError, estimated_marks, estimating

pytestmark = pytest.mark.whole

RATE = 22_050
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
TEXT = "Det blæser, og regnen falder over Aarhus: »Vi har ventet i årevis,« siger borgmesteren – og smiler."
UNSPOKEN = "zxx"  # a language that eSpeak NG does not have


@cache
def told(text: str = TEXT, name: str = "espeak:da+f1", rate: float = 0.8) -> Speech:
    """What a voice says that is not the one that estimates, slower and higher; its marks are the truth."""
    return voices.load(name).speak(Utterance(text, rate=rate, pitch=1.2))


def untold(speech: Speech) -> Speech:
    return replace(speech, marks=())


def silence(milliseconds: int) -> bytes:
    return bytes(2 * (RATE * milliseconds // 1000))


def milliseconds_off(marks: Sequence[Mark], truth: Sequence[Mark]) -> list[float]:
    assert [mark.start for mark in marks] == [mark.start for mark in truth]
    return [1000 * (mark.frame - true.frame) / RATE for mark, true in zip(marks, truth, strict=True)]


def shares_of_letters(text: str, speech: Speech) -> list[Mark]:
    frames = len(speech.pcm) // 2
    return [Mark(*match.span(), frames * match.start() // len(text)) for match in WORD.finditer(text)]


def follows_a_mark(mark: Mark) -> bool:
    return TEXT[mark.start - 2 : mark.start] in (", ", ": ", "– ", "« ") or TEXT[mark.start - 1] == "»"


def test_every_word_gets_a_mark() -> None:
    """Each word of a text that was spoken without marks has one, and it says that it is estimated."""
    speech = untold(told())
    marks = estimated_marks(TEXT, speech, RATE)
    assert [(mark.start, mark.end) for mark in marks] == [match.span() for match in WORD.finditer(TEXT)]
    assert all(mark.estimated for mark in marks)
    assert all(before.frame < after.frame for before, after in pairwise(marks))
    assert estimated_marks(TEXT, speech, RATE) == marks


@pytest.mark.parametrize("name", ["espeak:da+f1", "espeak:da+m7", "espeak:da+klatt6"])
@pytest.mark.parametrize("rate", [0.7, 1.3])
def test_words_are_found_in_the_sound_of_another_voice(name: str, rate: float) -> None:
    """The estimates for a voice that sounds otherwise, slower or faster, are far nearer than shares of letters."""
    speech = told(name=name, rate=rate)
    wrong = [abs(off) for off in milliseconds_off(estimated_marks(TEXT, untold(speech), RATE), speech.marks)]
    by_shares = [abs(off) for off in milliseconds_off(shares_of_letters(TEXT, speech), speech.marks)]
    assert fmean(wrong) < 0.65 * fmean(by_shares)
    assert fmean(wrong) < 60
    assert max(wrong) < 160


@pytest.mark.parametrize("language", ["da", "da-DK", UNSPOKEN])
def test_a_word_after_a_pause_begins_where_the_pause_ends(language: str) -> None:
    """Longer pauses at the marks of a text move the words after them by as much, to where sound begins again."""
    speech = told()
    longer = b""
    truth: list[Mark] = []
    done = 0
    for mark in speech.marks:
        if follows_a_mark(mark):
            longer += speech.pcm[2 * done : 2 * mark.frame] + silence(350)
            done = mark.frame
        truth.append(replace(mark, frame=mark.frame + len(longer) // 2 - done))
    longer += speech.pcm[2 * done :]
    marks = estimated_marks(TEXT, Speech(longer), RATE, language)
    off = dict(zip(speech.marks, milliseconds_off(marks, truth), strict=True))
    after_marks = [wrong for mark, wrong in off.items() if follows_a_mark(mark)]
    assert len(after_marks) == 4
    assert all(-20 < wrong < 20 for wrong in after_marks)


def test_what_the_voice_told_is_kept() -> None:
    """Marks of the voice stay as they are, and pull the estimates between them to their places."""
    speech = told()
    some = speech.marks[::4]
    marks = estimated_marks(TEXT, replace(speech, marks=some), RATE)
    assert [mark for mark in marks if not mark.estimated] == list(some)
    wrong = [abs(off) for off in milliseconds_off(marks, speech.marks)]
    assert max(wrong) < 120
    assert estimated_marks(TEXT, speech, RATE) == speech.marks


def test_estimates_keep_between_the_marks_of_the_voice() -> None:
    """However wrong a mark of the voice may seem, it stays, and all marks rise."""
    speech = told()
    early, late = replace(speech.marks[8], frame=9_000), replace(speech.marks[9], frame=9_001)
    marks = estimated_marks(TEXT, replace(speech, marks=(early, late)), RATE)
    assert {early, late} <= set(marks)
    assert all(before.frame <= after.frame for before, after in pairwise(marks))
    assert marks[7].frame <= 9_000


def test_a_part_of_a_word_that_the_voice_marked_is_not_marked_again() -> None:
    """A mark of the voice that lies in a word, or spans two, is enough for them."""
    text = "Trump-lejren og EU her"
    own = (Mark(0, 5, 100), Mark(13, 18, 20_000))
    marks = estimated_marks(text, Speech(told(text).pcm, own), RATE)
    assert [text[mark.start : mark.end] for mark in marks] == ["Trump", "og EU", "her"]
    assert [mark.estimated for mark in marks] == [False, False, True]


def test_silence_around_the_sound_is_not_spoken() -> None:
    """Words begin after the silence with which a clip begins, and before that with which it ends."""
    speech = told()
    plain = estimated_marks(TEXT, untold(speech), RATE)
    padded = estimated_marks(TEXT, Speech(silence(700) + speech.pcm + silence(900)), RATE)
    shift = len(silence(700)) // 2
    assert all(abs(late.frame - shift - mark.frame) < RATE // 100 for mark, late in zip(plain, padded, strict=True))


@pytest.mark.parametrize("times", [2, 3])
def test_a_finer_rate_changes_nothing(times: int) -> None:
    """The same sound with more samples a second has its words at the same times."""
    speech = told()
    samples = array("h", speech.pcm)
    finer = array("h", (sample for sample in samples for _ in range(times)))
    plain = estimated_marks(TEXT, untold(speech), RATE)
    marks = estimated_marks(TEXT, Speech(finer.tobytes()), times * RATE)
    assert all(
        abs(mark.frame - times * other.frame) < times * RATE // 20 for mark, other in zip(marks, plain, strict=True)
    )


@pytest.mark.parametrize("broken", ["make", "speak"])
def test_without_espeak_the_letters_must_do(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Where eSpeak NG is missing or fails, the estimates are coarser, and still better than shares."""

    def fail(*_arguments: object) -> None:
        raise VoiceError("it died") if broken == "speak" else UnknownVoiceError("it is not installed")

    speech = told()
    monkeypatch.setattr("voices.espeak.make" if broken == "make" else "voices.espeak.EspeakVoice.speak", fail)
    estimating._voice.cache_clear()
    marks = estimated_marks(TEXT, untold(speech), RATE)
    estimating._voice.cache_clear()
    monkeypatch.undo()
    assert marks == estimated_marks(TEXT, untold(speech), RATE, UNSPOKEN)
    wrong = [abs(off) for off in milliseconds_off(marks, speech.marks)]
    by_shares = [abs(off) for off in milliseconds_off(shares_of_letters(TEXT, speech), speech.marks)]
    assert fmean(wrong) < 0.75 * fmean(by_shares)


@pytest.mark.parametrize("pcm", [b"", b"\0", b"\1\2", bytes(9_999), b"\0\x40\0\xc0" * 30_000, told("Hej.").pcm])
@pytest.mark.parametrize(
    "text", ["", "!!!", "hej", "1.234,5 % af O'Hara-gade_7", "a " * 200, "😀 \ud800 \0 [[h'aj]] <b>", "ord, " * 60]
)
@pytest.mark.parametrize("language", ["da", "en", "../da", ""])
def test_no_text_and_no_sound_is_too_odd(text: str, pcm: bytes, language: str) -> None:
    """Whatever does not fit together, each word has one mark, they never fall, and none lies outside the sound."""
    check_marks(text, estimated_marks(text, Speech(pcm), RATE, language), len(pcm) // 2)


@given(st.text(max_size=60), st.binary(max_size=6_000), st.sampled_from([8_000, 16_000, 24_000, 48_000]))
def test_any_text_and_any_bytes_have_marks(text: str, pcm: bytes, rate: int) -> None:
    """The same holds for arbitrary texts, sounds and rates."""
    check_marks(text, estimated_marks(text, Speech(pcm), rate, UNSPOKEN), len(pcm) // 2)


def check_marks(text: str, marks: Sequence[Mark], frames: int) -> None:
    assert [(mark.start, mark.end) for mark in marks] == [match.span() for match in WORD.finditer(text)]
    assert all(before.frame <= after.frame for before, after in pairwise(marks))
    assert all(0 <= mark.frame <= frames for mark in marks)


def test_a_long_sound_is_looked_at_more_coarsely(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no more frames than are allowed, the words of a long sound are still found."""
    monkeypatch.setattr(estimating, "MOST_FRAMES", 150)
    speech = told()
    wrong = [abs(off) for off in milliseconds_off(estimated_marks(TEXT, untold(speech), RATE), speech.marks)]
    assert fmean(wrong) < 80


def test_a_sound_lies_straight_on_itself() -> None:
    """The way between equal sounds is the straight one, and one that stretches a part leads through its frames."""
    frames = [(float(number % 7), float(number % 5)) for number in range(200)]
    assert estimating._way(frames, frames) == [(number, number) for number in range(200)]
    sound = [(0.0,)] * 40 + [(1.0,)] * 20 + [(0.0,)] * 40
    later = [(0.0,)] * 60 + [(1.0,)] * 20 + [(0.0,)] * 20
    way = estimating._way(sound, later)
    assert (way[0][0], way[-1][1]) == (0, 99)
    assert all(before[1] <= after[0] for before, after in pairwise(way))
    assert way[40][0] == 60
    assert way[59][1] == 79


def test_numpy_is_not_needed() -> None:
    """Estimating imports none of the heavy packages that other voices bring."""
    code = (
        "import sys, voices\n"
        "voices.estimated_marks('Det regner.', voices.Speech(bytes(9000)), 22050)\n"
        "print(sorted({'numpy', 'av', 'pydub', 'onnxruntime'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
