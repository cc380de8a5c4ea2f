"""Voices: one module per engine, imported only when it is chosen.

A voice turns one utterance into sound; that is all it knows. `load("espeak:da")` gives a voice, `available()` lists the
engines that are installed. Engines register as entry points in the group `lyt.voices`; ours register the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Protocol

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark, Span

__all__ = [
    "AudioFormat",
    "Engine",
    "EngineStatus",
    "Mark",
    "Speech",
    "UnknownVoiceError",
    "Utterance",
    "Voice",
    "VoiceError",
    "available",
    "gives_marks",
    "is_online",
    "load",
    "second_voice",
]

GROUP = "lyt.voices"
DEFAULT_ENGINE = "espeak"


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """The s16le PCM that a voice gives: frames a second, and channels (every voice so far speaks in mono)."""

    rate: int
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Utterance:
    """What to speak. `text` is always words; `rate` and `pitch` are factors (1.0 is the voice's own)."""

    text: str
    language: str = "da"
    role: str = "body"
    speaker: str | None = None
    rate: float = 1.0
    pitch: float = 1.0
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """One utterance as s16le PCM. A mark says at which frame a word of the utterance's text begins; they rise."""

    pcm: bytes
    marks: tuple[Mark, ...] = ()


class Voice(Protocol):
    """Anything that can speak. `voices.testing.check_voice` holds a voice to what is said here."""

    @property
    def id(self) -> str:
        """Stable, with the engine's version: the same id and utterance mean the same sound ("espeak:da@1.52.0+8d3")."""

    @property
    def format(self) -> AudioFormat:
        """The format of every speech of this voice."""

    @property
    def concurrency(self) -> int:
        """How many utterances it can speak at once, from as many threads."""

    def speak(self, utterance: Utterance, /) -> Speech:
        """Speak one utterance. Raises VoiceError, and nothing else, when it cannot."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A factory of voices that can describe itself: `engine("da+f3")` makes the voice "espeak:da+f3".

    `second` names, for a voice's option, the option of another voice of this engine, fit for quotes.
    """

    name: str
    summary: str
    licence: str
    make: Callable[[str], Voice]
    second: Callable[[str], str | None] = lambda _option: None
    online: bool = False
    examples: tuple[str, ...] = ()

    def __call__(self, option: str) -> Voice:
        return self.make(option)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One registered engine: `problem` says why it cannot be used here, in one line."""

    name: str
    engine: Engine | None = None
    problem: str | None = None


def load(name: str) -> Voice:
    """Make the voice called "engine" or "engine:option"; "default" is the best Danish voice that is installed.

    Raises UnknownVoiceError when there is no such engine or voice, VoiceError when the engine cannot start.
    """
    engine_name, _, option = resolve(name).partition(":")
    return _find(engine_name).make(option)


def second_voice(name: str) -> str | None:
    """The name of another voice of the same engine, for quotes; None where the engine has only one."""
    engine_name, _, option = resolve(name).partition(":")
    second = _find(engine_name).second(option)
    return None if second is None else f"{engine_name}:{second}"


def gives_marks(voice: Voice) -> bool:
    """Whether a voice tells when its words begin; one that does not says so with `gives_marks = False`."""
    return bool(getattr(voice, "gives_marks", True))


def is_online(name: str) -> bool:
    """Whether a voice needs the network, and sends the text there."""
    return _find(resolve(name).partition(":")[0]).online


def resolve(name: str) -> str:
    """The name behind "default", and every other name as it is."""
    return DEFAULT_ENGINE if name == "default" else name


def available() -> tuple[EngineStatus, ...]:
    """Every registered engine by name, a broken one with its reason."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    return tuple(_status(point) for point in points)


def _find(engine_name: str) -> Engine:
    points = metadata.entry_points(group=GROUP, name=engine_name)
    for point in points:
        status = _status(point)
        if status.engine is not None:
            return status.engine
        raise UnknownVoiceError(f"the voice engine {engine_name!r} cannot be used: {status.problem}")
    known = ", ".join(sorted(metadata.entry_points(group=GROUP).names))
    raise UnknownVoiceError(f"no voice engine is called {engine_name!r}; installed are: {known or 'none'}")


def _status(point: metadata.EntryPoint) -> EngineStatus:
    try:
        factory = point.load()
    except Exception as error:  # noqa: BLE001  a plug-in may fail in any way, and must not stop the program
        return EngineStatus(point.name, problem=f"{type(error).__name__}: {error}".splitlines()[0])
    if isinstance(factory, Engine):
        return EngineStatus(point.name, factory)
    if callable(factory):
        return EngineStatus(point.name, Engine(point.name, "a plug-in", "unknown", factory))
    return EngineStatus(point.name, problem="its entry point is not a factory of voices")
