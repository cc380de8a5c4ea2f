"""The clip cache: a sentence is spoken once, whoever needs it, and what comes back is what was spoken or nothing."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import VoiceError
from reader.model import Mark, Span
from reader.synthesizer.checking import check_length
from reader.synthesizer.clipcache import ClipCache, clip_folder, clip_name, packed, unpacked
from voices import AudioFormat, Speech, Utterance
from voices.tone import ToneVoice

WORDS = Utterance("Det regner i Aarhus, siger hun.")
FORM = AudioFormat(8000)


class Recorder:
    """A tone voice that is not instant, and remembers what it was asked."""

    concurrency = 3
    id = "recorder:one@1"
    format = AudioFormat(22_050)

    def __init__(self, change: Callable[[Speech], Speech] = lambda speech: speech) -> None:
        self.asked: list[Utterance] = []
        self._change = change

    def speak(self, utterance: Utterance, /) -> Speech:
        self.asked.append(utterance)
        return self._change(ToneVoice("low").speak(utterance))


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(clip_folder(tmp_path / "clips"))


def entries(cache: ClipCache) -> list[Path]:
    return sorted(cache.folder.path.glob("*.clip"))


# once


def test_what_was_spoken_comes_from_the_cache(cache: ClipCache) -> None:
    """The second time the same words are asked for, the voice is not, and the speech is the same, marks and all."""
    voice = Recorder()
    spoken, was_known = cache.speech(voice, WORDS)
    again, is_known = cache.speech(voice, WORDS)
    assert (was_known, is_known) == (False, True)
    assert spoken == again == ToneVoice("low").speak(WORDS)
    assert len(spoken.marks) == 6
    assert voice.asked == [WORDS]


def test_an_estimated_mark_stays_estimated(cache: ClipCache) -> None:
    """Whether the voice told of a word or nobody did is kept with each mark."""

    def half_estimated(speech: Speech) -> Speech:
        return replace(speech, marks=tuple(replace(m, estimated=n % 2 == 1) for n, m in enumerate(speech.marks)))

    voice = Recorder(half_estimated)
    spoken = cache.speech(voice, WORDS)[0]
    assert cache.speech(voice, WORDS) == (spoken, True)
    assert [mark.estimated for mark in spoken.marks] == [False, True] * 3


def test_an_instant_voice_is_asked_each_time(cache: ClipCache) -> None:
    """Keeping what an instant voice says would cost more than saying it again: not even a folder is made."""
    assert [cache.speech(ToneVoice("low"), WORDS)[1] for _ in range(2)] == [False, False]
    assert not cache.folder.path.exists()


SOUND = Span(0, 3, 0, 3, "lexicon", ipa="d̥e")


@pytest.mark.parametrize(
    "other",
    [
        replace(WORDS, text="Det regner i Aarhus, siger han."),
        replace(WORDS, language="nb"),
        replace(WORDS, role="quote"),
        replace(WORDS, rate=0.9),
        replace(WORDS, pitch=1.1),
        replace(WORDS, spans=(SOUND,)),
        replace(WORDS, spans=(replace(SOUND, ipa=None, language="en"),)),
        replace(WORDS, spans=(replace(SOUND, spoken_end=2),)),
    ],
)
def test_what_sounds_different_is_spoken(cache: ClipCache, other: Utterance) -> None:
    """Whatever may change the sound makes another entry."""
    voice = Recorder()
    cache.speech(voice, WORDS)
    assert not cache.speech(voice, other)[1]
    assert voice.asked == [WORDS, other]
    if other.spans == (SOUND,):
        assert not cache.speech(voice, replace(other, spans=(replace(SOUND, ipa="de"),)))[1]


@pytest.mark.parametrize(
    "other",
    [
        replace(WORDS, speaker="Ida Ravn"),
        replace(WORDS, rate=1),
        replace(WORDS, spans=(Span(4, 5, 4, 10, "number"),)),
    ],
)
def test_what_sounds_the_same_is_not_spoken_again(cache: ClipCache, other: Utterance) -> None:
    """A corrected attribution, or a rule that only spells differently, costs no new speech."""
    voice = Recorder()
    cache.speech(voice, WORDS)
    assert cache.speech(voice, other)[1]
    rewritten = replace(SOUND, written_end=9, rule="newsroom")
    assert clip_name(voice, replace(WORDS, spans=(SOUND,))) == clip_name(voice, replace(WORDS, spans=(rewritten,)))


def test_a_voice_may_heed_the_speaker(cache: ClipCache) -> None:
    """A voice that says that it speaks for each person differently has an entry for each."""
    voice = Recorder()
    voice.heeds_speaker = True  # type: ignore[attr-defined]
    for speaker in ("Ida Ravn", "Bo Holm", None):
        assert not cache.speech(voice, replace(WORDS, speaker=speaker))[1]


@pytest.mark.parametrize(("name", "value"), [("id", "recorder:one@2"), ("format", AudioFormat(22_051))])
def test_another_voice_is_asked(cache: ClipCache, name: str, value: object) -> None:
    """A new version of an engine, or another format of its sound, has nothing to do with what was kept."""
    cache.speech(Recorder(), WORDS)
    voice = Recorder()
    setattr(voice, name, value)
    assert not cache.speech(voice, WORDS)[1]


# what is never kept


def test_an_error_passes_and_keeps_nothing(cache: ClipCache) -> None:
    """The voice's own error comes through, nothing is kept, and the next one asks again."""

    class Mute(Recorder):
        def speak(self, utterance: Utterance, /) -> Speech:
            super().speak(utterance)
            raise VoiceError("the line is dead")

    voice = Mute()
    for _ in range(2):
        with pytest.raises(VoiceError, match="the line is dead"):
            cache.speech(voice, WORDS)
    assert len(voice.asked) == 2
    assert entries(cache) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda speech: Speech(b""), "gave no sound"),
        (lambda speech: Speech(speech.pcm[:2000]), "need at least 360 ms"),
        (lambda speech: Speech(speech.pcm * 40), "need at most 41000 ms"),
        (lambda speech: Speech(speech.pcm[:-1]), "ends amid a sample"),
    ],
    ids=["empty", "short", "long", "half"],
)
def test_a_speech_of_absurd_length_is_an_error(
    cache: ClipCache, change: Callable[[Speech], Speech], message: str
) -> None:
    """What cannot be the sound of the words is refused, kept or not, and never comes from the cache."""
    for _ in range(2):
        with pytest.raises(VoiceError, match=message):
            cache.speech(Recorder(change), WORDS)
    assert entries(cache) == []
    assert cache.speech(Recorder(), WORDS)[0].pcm


def test_an_instant_voice_is_checked_too(cache: ClipCache) -> None:
    """That nothing is kept is no reason to let missing words pass."""

    class Hasty(Recorder):
        is_instant = True

    with pytest.raises(VoiceError, match="no sound"):
        cache.speech(Hasty(lambda _: Speech(b"")), WORDS)


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_a_voice_may_hurry_or_take_its_time(rate: float) -> None:
    """At half and at twice its own pace a voice is within the bounds."""
    check_length(WORDS.text, ToneVoice("low").speak(replace(WORDS, rate=rate)), 22_050)


BAD_MARKS = [
    (Mark(0, 3, 10), Mark(2, 5, 20)),
    (Mark(0, 3, 20), Mark(4, 6, 10)),
    (Mark(3, 3, 0),),
    (Mark(0, 99, 0),),
    (Mark(0, 3, 10**9),),
    (Mark(-1, 3, 0),),
    (Mark(0, 3, -1),),
    (Mark(0, 3, 2**80),),
    (Mark(0, 3, 0.5),),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("marks", BAD_MARKS, ids=range(len(BAD_MARKS)))
def test_marks_that_break_the_rules_are_not_kept(cache: ClipCache, marks: tuple[Mark, ...]) -> None:
    """A speech that would not come back as it is is given to whoever asked, and spoken again for the next one."""
    voice = Recorder(lambda speech: Speech(speech.pcm, marks))
    for _ in range(2):
        speech, is_known = cache.speech(voice, WORDS)
        assert speech.marks == marks
        assert not is_known
    assert entries(cache) == []


# what comes back


def spoken(text: str = "Hej du.") -> Speech:
    return Speech(bytes(range(200)) * 20, (Mark(0, 3, 100), Mark(4, 6, 900, estimated=True))[: len(text.split())])


def test_bytes_come_back_as_they_went() -> None:
    """A speech, with marks or without, is the same after it was bytes."""
    for speech in (spoken(), Speech(spoken().pcm)):
        assert unpacked(packed(speech, FORM), FORM, Utterance("Hej du.")) == speech


HEADS = [
    (8001, 1, 2),
    (8000, 2, 2),
    (0, 0, 0),
    (8000, 1, 3),
    (8000, 1, 2**32 - 1),
    (2**32 - 1, 2**16 - 1, 2**32 - 1),
    (8000, 1, 192),
]
MARKS = [
    (0, 3, 2001, 0),
    (0, 3, 2**64 - 1, 0),
    (0, 2**32 - 1, 0, 0),
    (3, 3, 0, 0),
    (5, 4, 0, 0),
    (0, 5, 0, 0),
    (0, 3, 901, 0),
    (0, 3, 0, 2),
    (0, 3, 0, 255),
]


@pytest.mark.parametrize("head", HEADS, ids=str)
def test_a_head_with_wrong_numbers_is_a_miss(head: tuple[int, int, int]) -> None:
    """Another format than the voice's, or more marks than there are bytes, is no speech, and takes no memory."""
    data = packed(spoken(), FORM)
    assert unpacked(struct.pack("<IHI", *head) + data[10:], FORM, Utterance("Hej du.")) is None


@pytest.mark.parametrize("mark", MARKS, ids=str)
def test_a_mark_with_wrong_numbers_is_a_miss(mark: tuple[int, int, int, int]) -> None:
    """A mark outside the text or the sound, or one that does not rise, makes the entry none."""
    data = packed(spoken(), FORM)
    assert unpacked(data[:10] + struct.pack("<IIQB", *mark) + data[27:], FORM, Utterance("Hej du.")) is None


def test_a_head_cut_anywhere_is_a_miss() -> None:
    """What breaks off in its head, its marks or a frame is none, and so is what breaks off before the words can end."""
    data = packed(spoken(), FORM)
    for length in [*range(60), len(data) - 1]:
        assert unpacked(data[:length], FORM, Utterance("Hej du.")) is None


def test_a_sound_that_is_no_longer_believed_is_a_miss() -> None:
    """What is kept is held to the same length as what is spoken, in whole frames of all channels."""
    words, stereo = Utterance("Hej du."), AudioFormat(8000, 2)
    for pcm in (b"", bytes(1000), bytes(10**6)):
        assert unpacked(packed(Speech(pcm), FORM), FORM, words) is None
    assert unpacked(packed(Speech(bytes(4000)), stereo), stereo, words) == Speech(bytes(4000))
    assert unpacked(packed(Speech(bytes(4002)), stereo), stereo, words) is None


@given(st.binary(max_size=200))
def test_bytes_of_others_are_a_speech_only_by_their_own_right(data: bytes) -> None:
    """Any bytes are none, or a speech that as bytes is exactly them again."""
    for body in (data, struct.pack("<IHI", 8000, 1, len(data) % 3) + data + spoken().pcm):
        speech = unpacked(body, FORM, Utterance("Hej du."))
        assert speech is None or packed(speech, FORM) == body


PCM = st.binary(min_size=2000, max_size=3000).map(lambda data: data[: len(data) // 2 * 2])
ORDERED = st.lists(st.integers(0, 999), min_size=2, max_size=2).map(sorted)


@given(pcm=PCM, frames=ORDERED, estimated=st.booleans())
def test_any_speech_comes_back(*, pcm: bytes, frames: list[int], estimated: bool) -> None:
    """Whatever the sound and wherever its words begin, it is the same after it was bytes."""
    speech = Speech(pcm, (Mark(0, 3, frames[0], estimated), Mark(4, 6, frames[1], not estimated)))
    assert unpacked(packed(speech, FORM), FORM, Utterance("Hej du.")) == speech


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: bytes(len(data)),
        lambda data: data[:-1] + bytes([data[-1] ^ 4]),
        lambda data: data[:40] + bytes([data[40] ^ 4]) + data[41:],
    ],
    ids=["cut", "empty", "zeroed", "sound flipped", "head flipped"],
)
def test_a_damaged_clip_is_spoken_again(
    cache: ClipCache, caplog: pytest.LogCaptureFixture, spoil: Callable[[bytes], bytes]
) -> None:
    """Damage costs one speech and one warning, without a word of the text, and then all is as before."""
    voice = Recorder()
    first = cache.speech(voice, WORDS)[0]
    (path,) = entries(cache)
    path.write_bytes(spoil(path.read_bytes()))
    assert cache.speech(voice, WORDS) == (first, False)
    assert cache.speech(voice, WORDS) == (first, True)
    assert len(voice.asked) == 2
    (record,) = caplog.records
    assert "Aarhus" not in record.getMessage()


def test_a_clip_under_another_name_is_spoken_again(cache: ClipCache) -> None:
    """The sound of other words is never given for these, even if somebody renames files."""
    other = replace(WORDS, text="Solen skinner i Odense, siger han.")
    voice = Recorder()
    cache.speech(voice, WORDS)
    (first,) = entries(cache)
    expected = cache.speech(voice, other)[0]
    (second,) = set(entries(cache)) - {first}
    second.write_bytes(first.read_bytes())
    assert cache.speech(voice, other) == (expected, False)


# a cache that fails


def test_a_cache_that_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    """Where nothing can be kept, everything is spoken."""
    (tmp_path / "file").write_text("x")
    cache = ClipCache(clip_folder(tmp_path / "file"))
    voice = Recorder()
    assert [cache.speech(voice, WORDS)[1] for _ in range(2)] == [False, False]


def test_a_folder_deleted_while_a_voice_speaks_is_no_error(cache: ClipCache) -> None:
    """Whoever empties the cache in mid-run costs what is needed again, and nothing else."""

    def emptied(speech: Speech) -> Speech:
        for path in cache.folder.path.iterdir():
            path.unlink()
        cache.folder.path.rmdir()
        return speech

    first = cache.speech(Recorder(emptied), WORDS)[0]
    assert cache.speech(Recorder(), WORDS) == (first, True)


def test_threads_have_a_sentence_spoken_once(cache: ClipCache) -> None:
    """Those who need a sentence that another thread is having spoken wait for it."""
    begun = threading.Barrier(6)

    def slowly(speech: Speech) -> Speech:
        time.sleep(0.02)
        return speech

    voice = Recorder(slowly)

    def ask(_: int) -> bool:
        begun.wait(30)
        return cache.speech(voice, WORDS)[1]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, range(6))) == [False] + [True] * 5
    assert len(voice.asked) == 1


# processes

SENTENCES = [f"Det er sætning nummer {number}, og den er kort." for number in range(12)]

RUN = """
import hashlib, os, sys, time
from pathlib import Path
from reader.synthesizer.clipcache import ClipCache, clip_folder
from voices import AudioFormat, Speech, Utterance
from voices.tone import ToneVoice

folder, log, stop_at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

class Recorder:
    id, format, concurrency = "recorder:run@1", AudioFormat(22_050), 1

    def speak(self, utterance, /):
        handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, (utterance.text + "\\n").encode())
        os.close(handle)
        if len(Path(log).read_text("utf-8").splitlines()) == stop_at:
            print("stopped", flush=True)
            time.sleep(600)
        time.sleep(0.01)
        return ToneVoice("low").speak(utterance)

print("ready", flush=True)
sys.stdin.readline()
cache, digest = ClipCache(clip_folder(folder)), hashlib.sha256()
for line in sys.stdin:
    speech, _ = cache.speech(Recorder(), Utterance(line.strip()))
    digest.update(repr(speech).encode())
print(digest.hexdigest(), flush=True)
"""


def begin(tmp_path: Path, stop: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(tmp_path / "clips"), str(tmp_path / "log"), str(stop)]
    pipe, environ = subprocess.PIPE, os.environ | {"PYTHONUTF8": "1"}
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", cwd=ROOT, env=environ)


@contextmanager
def runs(tmp_path: Path, *stops: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ready to speak the sentences and note each one; `stops` is where the speaking hangs."""
    begun: list[subprocess.Popen[str]] = []
    try:
        begun.extend(begin(tmp_path, stop) for stop in stops)
        for run in begun:
            assert run.stdout
            assert run.stdout.readline() == "ready\n"
        yield begun
    finally:
        for run in begun:
            run.kill()
            run.communicate()


def start(run: subprocess.Popen[str]) -> None:
    assert run.stdin
    run.stdin.write("\n".join(["", *SENTENCES, ""]))
    run.stdin.close()
    run.stdin = None


def answer(run: subprocess.Popen[str]) -> str:
    assert run.stdout
    return run.stdout.readline().strip()


def spoken_texts(tmp_path: Path) -> list[str]:
    return (tmp_path / "log").read_text("utf-8").splitlines()


def test_two_processes_speak_each_sentence_once(tmp_path: Path) -> None:
    """Two runs of one article at the same time share the work, and get the same bytes."""
    with runs(tmp_path, 0, 0) as both:
        for run in both:
            start(run)
        one, other = map(answer, both)
    assert one == other
    assert len(one) == 64
    assert sorted(spoken_texts(tmp_path)) == sorted(SENTENCES)


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    """When a run is killed while its voice speaks, one that waits for the same sentence goes on with it at once."""
    with runs(tmp_path, 5, 0) as (doomed, other):
        start(doomed)
        assert answer(doomed) == "stopped"
        start(other)
        with pytest.raises(subprocess.TimeoutExpired):  # it waits
            other.wait(0.3)
        assert spoken_texts(tmp_path) == SENTENCES[:5]
        doomed.kill()
        assert len(answer(other)) == 64
    assert spoken_texts(tmp_path) == [*SENTENCES[:5], *SENTENCES[4:]]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The next run asks only for what the killed one had not finished, and its result is that of an undisturbed one."""
    with runs(tmp_path, 8) as (doomed,):
        start(doomed)
        assert answer(doomed) == "stopped"
    with runs(tmp_path, 0) as (second,):
        start(second)
        resumed = answer(second)
    assert spoken_texts(tmp_path) == [*SENTENCES[:8], *SENTENCES[7:]]
    (tmp_path / "elsewhere").mkdir()
    with runs(tmp_path / "elsewhere", 0) as (undisturbed,):
        start(undisturbed)
        assert answer(undisturbed) == resumed
