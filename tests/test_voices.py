"""The seam between reader and voices, and the voices that come with it."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

import pytest

import voices
import voices.espeak as espeak_module
from voices import AudioFormat, Mark, Speech, UnknownVoiceError, Utterance, Voice, VoiceError
from voices.espeak import word_marks
from voices.testing import check_voice

SENTENCE = "Det blæser, og regnen falder over Aarhus, siger hun."


@pytest.mark.parametrize(
    "name", ["tone", "tone:high", "espeak", "espeak:da", "espeak:da+f1", "espeak:da+m3", "espeak:sv"]
)
def test_every_voice_keeps_the_contract(name: str) -> None:
    """Each voice that works offline passes the contract that plug-ins must pass."""
    check_voice(voices.load(name))


class Broken:
    """A voice that breaks one promise at a time."""

    id = "broken:one@1"
    format = AudioFormat(22_050)
    concurrency = 1

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def speak(self, _utterance: Utterance, /) -> Speech:
        return self.speech


LOUD = b"\x00\x40\x00\xc0" * 20_000


@pytest.mark.parametrize(
    "speech",
    [
        Speech(b""),
        Speech(bytes(80_000)),
        Speech(LOUD + b"\0"),
        Speech(LOUD[:400]),
        Speech(LOUD * 400),
        Speech(LOUD, (Mark(0, 900, 0),)),
        Speech(LOUD, (Mark(0, 3, 900_000),)),
        Speech(LOUD, (Mark(0, 2, 0), Mark(1, 3, 10))),
        Speech(LOUD, (Mark(0, 1, 10), Mark(2, 3, 0))),
        Speech(LOUD),  # speaks even where there is nothing to say
    ],
)
def test_the_contract_notices_every_broken_promise(speech: Speech) -> None:
    """Silence, half frames, wrong lengths, bad marks and speech without words all fail the contract."""
    with pytest.raises(AssertionError):
        check_voice(Broken(speech))


@pytest.mark.parametrize(
    "name", ["nobody", "nobody:da", "", "espeak:xx", "espeak:da+nobody", "espeak:../../etc/passwd", "tone:x"]
)
def test_an_unknown_voice_is_named(name: str) -> None:
    """A voice that does not exist is a wrong call, and the message says what there is."""
    with pytest.raises(UnknownVoiceError) as caught:
        voices.load(name)
    assert str(caught.value)
    assert caught.value.exit_code == 2


def test_every_engine_has_siblings_or_says_that_it_has_none() -> None:
    """The siblings of a voice are voices of its engine, and all of them differ."""
    for name in ("tone", "espeak", "espeak:da+f1", "default"):
        others = [voices.load(other.option).id for other in voices.siblings(name)]
        assert others
        assert len({voices.load(name).id, *others}) == len(others) + 1
    assert voices.siblings("gtts") == ()


class Points(list[metadata.EntryPoint]):
    names = frozenset({"bad", "odd"})


def test_a_plug_in_that_fails_is_listed_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that cannot be imported is listed with its reason; only who chooses it gets an error."""
    points = [metadata.EntryPoint(n, f"no_such_{n}:make", voices.GROUP) for n in ("bad",)]
    points.append(metadata.EntryPoint("odd", "sys:path", voices.GROUP))

    def fake(group: str, name: str | None = None) -> Points:
        assert group == voices.GROUP
        return Points(point for point in points if name in (None, point.name))

    monkeypatch.setattr("voices.registry.metadata.entry_points", fake)
    assert {status.name: bool(status.problem) for status in voices.available()} == {"bad": True, "odd": True}
    with pytest.raises(UnknownVoiceError, match="no_such_bad"):
        voices.load("bad")
    with pytest.raises(UnknownVoiceError, match="nobody"):
        voices.load("nobody")


def test_equal_input_gives_equal_sound_in_another_process() -> None:
    """The same words give the same bytes in every run, so that recordings can be compared and cached."""
    code = (
        "import hashlib, voices\n"
        "for name in ('espeak:da', 'espeak:da+f1', 'tone'):\n"
        f"    speech = voices.load(name).speak(voices.Utterance({SENTENCE!r}))\n"
        "    print(hashlib.sha256(speech.pcm + repr(speech.marks).encode()).hexdigest())\n"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(runs) == 1


def test_espeak_marks_every_word() -> None:
    """Every word of a plain sentence has a mark at its own place, also between marks and after emoji."""
    text = "»Ærø er 😀 dejlig,« siger hun."
    speech = voices.load("espeak").speak(Utterance(text))
    assert [text[mark.start : mark.end] for mark in speech.marks] == ["Ærø", "er", "dejlig", "siger", "hun"]


def test_rate_and_pitch_are_heeded() -> None:
    """A slower rate makes a longer speech, and another pitch another one."""
    voice = voices.load("espeak")
    plain, slow, high = (voice.speak(Utterance(SENTENCE, rate=r, pitch=p)) for r, p in ((1, 1), (0.7, 1), (1, 1.5)))
    assert len(slow.pcm) > 1.2 * len(plain.pcm)
    assert high.pcm != plain.pcm


@pytest.fixture
def espeak() -> Voice:
    return voices.load("espeak")


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
def test_a_dead_process_is_an_error_and_is_replaced(espeak: Voice) -> None:
    """When a speaking process dies, that line is a VoiceError, and the next one is spoken again."""
    espeak.speak(Utterance(SENTENCE))
    for server in list(espeak._servers._all):  # type: ignore[attr-defined]
        os.kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
    failures = 0
    for _ in range(2 * espeak.concurrency):
        try:
            espeak.speak(Utterance(SENTENCE))
        except VoiceError:
            failures += 1
    assert failures == espeak.concurrency
    assert espeak.speak(Utterance(SENTENCE)).pcm


def test_a_voice_may_be_named_while_it_begins_to_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for the version of a process that is still starting takes no answer from another thread."""
    library, data = espeak_module._paths()
    read = espeak_module._Server._receive

    def slow(self: espeak_module._Server) -> bytes:
        time.sleep(0.05)  # as on a machine that is busy
        return read(self)

    monkeypatch.setattr(espeak_module._Server, "_receive", slow)
    monkeypatch.setattr(espeak_module, "DEADLINE_SECONDS", 5.0)
    servers = espeak_module._Servers(library, data, 1)
    voice = espeak_module.EspeakVoice("da", servers)
    with ThreadPoolExecutor(3) as executor:
        names = [executor.submit(lambda: voice.id) for _ in range(2)]
        speech = executor.submit(voice.speak, Utterance(SENTENCE)).result(20)
        assert {name.result(20) for name in names} == {voice.id}
    servers.close()
    assert speech.marks


def test_an_utterance_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, espeak: Voice) -> None:
    """A speaking process that does not end is killed with its child, and the line is a VoiceError."""
    monkeypatch.setattr("voices.espeak.DEADLINE_SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(VoiceError):
        espeak.speak(Utterance("Det regner i dag. " * 100_000))
    assert time.monotonic() - begun < 10
    monkeypatch.undo()
    assert espeak.speak(Utterance(SENTENCE)).pcm


@pytest.mark.parametrize(
    ("events", "marks"),
    [
        ([(0, 0), (4, 10), (8, 20)], ["et:0", "to:10", "tre:20"]),
        ([(0, 0), (3, 5), (4, 10)], ["et:0", "to:5"]),
        ([(0, 0), (8, 20)], ["et:0", "tre:20"]),
        ([(0, 0), (4, 900)], ["et:0", "to:100"]),
        ([(0, 50), (4, 10)], ["et:50"]),
        ([(40, 10)], []),
    ],
)
def test_events_become_marks_of_whole_words(events: list[tuple[int, int]], marks: list[str]) -> None:
    """Pieces of a word, lost words, and times that run backwards or out of the sound are put in order."""
    text = "et, to: tre"
    assert [f"{text[m.start : m.end]}:{m.frame}" for m in word_marks(text, events, 100)] == marks
