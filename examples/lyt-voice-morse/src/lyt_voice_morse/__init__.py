"""The engine "morse": what it is, which voices it has, and how a name becomes one of them."""

from __future__ import annotations

from dataclasses import dataclass

from voices import Engine, Kind, Sibling, UnknownVoiceError, Voice
from voices.options import Settings, settings_in

PLAIN = "plain"
PACE, SLOWEST, FASTEST = 40, 28, 80  # words a minute
LOWEST, HIGHEST = 200, 2000  # hertz


@dataclass(frozen=True, slots=True)
class Hand:
    """A telegraphist: a tone in hertz, and whom it may stand for."""

    tone: int
    kind: Kind | None = None


HANDS = {PLAIN: Hand(600), "low": Hand(440, "man"), "high": Hand(880, "woman")}


def make(option: str) -> Voice:
    """The voice "morse", "morse:low", "morse:high?tone=900&pace=50". Raises UnknownVoiceError for any other."""
    from lyt_voice_morse.voice import MorseVoice  # noqa: PLC0415  only who chooses the engine pays for it

    name, settings = _parsed(option)
    tone = settings.whole("tone", HANDS[name].tone, LOWEST, HIGHEST)
    return MorseVoice(name, tone, _pace(settings))


def siblings(option: str) -> tuple[Sibling, ...]:
    """The other hands, at the pace of this one."""
    name, settings = _parsed(option)
    others = (other for other in HANDS if other != name)
    return tuple(Sibling(f"{other}?pace={_pace(settings)}", HANDS[other].kind) for other in others)


def _parsed(option: str) -> tuple[str, Settings]:
    name, _, query = option.partition("?")
    name = name or PLAIN
    if name not in HANDS:
        raise UnknownVoiceError(f"no morse voice is called {name[:40]!r}; there are: {', '.join(HANDS)}")
    return name, settings_in(query, "morse", ("tone", "pace"))


def _pace(settings: Settings) -> int:
    return settings.whole("pace", PACE, SLOWEST, FASTEST)


ENGINE = Engine(
    name="morse",
    summary="Morse code: offline, exact, for ears that know it",
    licence="MIT; what it sends is free to use",
    make=make,
    siblings=siblings,
    ready=lambda: tuple(HANDS),
    commercial="yes",
    examples=("morse:plain", "morse:low", "morse:high?tone=900&pace=50"),
)
