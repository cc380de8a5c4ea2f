"""What a voice is: the values that go in and come out, and how an engine presents its voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from reader.model import Mark, Span

Kind = Literal["woman", "man"]
Commercial = Literal["yes", "no", "unclear"]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """The s16le PCM that a voice gives: frames a second, and channels (every voice so far speaks in mono)."""

    rate: int
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Utterance:
    """What to speak. `text` is always words; `rate` and `pitch` are factors (1.0 is the voice's own).

    `spans` say what rules changed in the text; one with `ipa` tells how the words at its spoken offsets sound.
    """

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
    """Anything that can speak. `voices.testing.check_voice` holds a voice to what is said here.

    Four attributes may be added: `gives_marks = False` by a voice that does not tell when its words begin (what marks
    it gives all the same are exact), `is_instant = True` by one that is quicker than a look into a cache,
    `heeds_rate = False` by one that knows no pace but its own, and `heeds_speaker = True` by one that sounds different
    for each `speaker` of an utterance.
    """

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


def gives_marks(voice: Voice) -> bool:
    """Whether a voice tells when each of its words begins."""
    return bool(getattr(voice, "gives_marks", True))


def is_instant(voice: Voice) -> bool:
    """Whether a voice is so quick that keeping what it said would cost more than saying it again."""
    return bool(getattr(voice, "is_instant", False))


def heeds_rate(voice: Voice) -> bool:
    """Whether a voice speaks at the pace that an utterance asks for."""
    return bool(getattr(voice, "heeds_rate", True))


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another voice of the same engine and language, fit for quotes. `kind` is None where nobody said how it sounds."""

    option: str
    kind: Kind | None = None


def _alone(_option: str) -> tuple[Sibling, ...]:
    return ()


def _nothing() -> None:
    return None


def _no_voices() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Engine:
    """A factory of voices that can describe itself: `engine("da+f1")` makes the voice "espeak:da+f1".

    `siblings` names, for a voice's option, the others that may speak quotes beside it, the best first. `ready` names
    the Danish voices that are installed here, the best first; `missing` says what must be installed before any can
    speak.
    """

    name: str
    summary: str
    licence: str
    make: Callable[[str], Voice]
    siblings: Callable[[str], tuple[Sibling, ...]] = _alone
    ready: Callable[[], tuple[str, ...]] = _no_voices
    missing: Callable[[], str | None] = _nothing
    online: bool = False
    commercial: Commercial = "unclear"
    cost: str = "free"
    examples: tuple[str, ...] = ()

    def __call__(self, option: str) -> Voice:
        return self.make(option)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One registered engine as it is here: what it says of itself, or `problem`, why it cannot be used, in one line."""

    name: str
    engine: Engine | None = None
    problem: str | None = None
    missing: str | None = None
    ready: tuple[str, ...] = ()
