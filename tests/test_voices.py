"""The seam between reader and voices, and the voices that come with it."""

import subprocess
import sys
from importlib import metadata

import pytest

import voices
from voices import AudioFormat, Mark, Speech, UnknownVoiceError, Utterance
from voices.testing import check_voice

SENTENCE = "Det blæser, og regnen falder over Aarhus, siger hun."


@pytest.mark.parametrize(
    "name", ["tone", "tone:high", "espeak", "espeak:da", "espeak:da+f1", "espeak:da+f5", "espeak:sv"]
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


def test_a_plug_in_that_fails_is_listed_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that cannot be imported is listed with its reason; only who chooses it gets an error."""
    points = [metadata.EntryPoint("bad", "no_such_bad:make", voices.GROUP)]
    points.append(metadata.EntryPoint("odd", "sys:path", voices.GROUP))

    def fake(group: str) -> metadata.EntryPoints:
        return metadata.EntryPoints(points).select(group=group)

    monkeypatch.setattr("voices.registry.metadata.entry_points", fake)
    monkeypatch.syspath_prepend("elsewhere")  # what is installed is looked for once for each path
    assert {status.name: bool(status.problem) for status in voices.available()} == {"bad": True, "odd": True}
    with pytest.raises(UnknownVoiceError, match="no_such_bad"):
        voices.load("bad")
    with pytest.raises(UnknownVoiceError, match="nobody"):
        voices.load("nobody")


def test_equal_input_gives_equal_sound_in_another_process() -> None:
    """The same words give the same bytes in every run, so that recordings can be compared and cached."""
    code = (
        "import hashlib, voices\n"
        "for name in ('espeak:da', 'espeak:da+f5', 'tone'):\n"
        f"    speech = voices.load(name).speak(voices.Utterance({SENTENCE!r}))\n"
        "    print(hashlib.sha256(speech.pcm + repr(speech.marks).encode()).hexdigest())\n"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(runs) == 1
