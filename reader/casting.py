"""From the settings to the voices that speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import get_args

from reader.config import SAME, SECOND, Settings
from reader.errors import UsageError
from reader.model import Manner
from reader.synthesizer import Ensemble, Part
from voices import Kind, Voice, find_profile, is_online, load, resolve, siblings


def choose_voices(settings: Settings) -> tuple[Ensemble, ...]:
    """The voices of the settings: those that speak, and those that speak when they fail.

    Two engines are never mixed unless both are named. Raises UsageError.
    """

    @cache
    def voice_of(name: str) -> Voice:
        if settings.offline and is_online(name):
            raise UsageError(f"the voice {name!r} needs the network, but offline was asked for: choose another voice")
        return load(name)

    first, *others = [name.strip() for name in settings.voice.split(",")]
    relief = _as_relief(settings)
    return (_ensemble(first, settings, voice_of), *(_ensemble(name, relief, voice_of) for name in others))


def _as_relief(settings: Settings) -> Settings:
    """What holds for a voice that speaks when another failed: the voices named beside that one may have failed too."""
    quote_voice = settings.quote_voice if settings.quote_voice == SAME else SECOND
    roles = {role: replace(manner, voice=None) for role, manner in settings.roles.items()}
    speakers = {name: who for name, who in settings.speakers.items() if who in get_args(Kind)}
    return replace(settings, quote_voice=quote_voice, roles=roles, speakers=speakers)


def _ensemble(name: str, settings: Settings, voice_of: Callable[[str], Voice]) -> Ensemble:
    profile = find_profile(name) or find_profile(resolve(name))
    manner = profile.manner if profile else Manner()
    roles = {**(profile.roles if profile else {}), **settings.roles}
    quoting = roles.get("quote", manner)
    if settings.quote_voice != SECOND:
        quoting = replace(quoting, voice=None if settings.quote_voice == SAME else settings.quote_voice)
    others = siblings(name) if settings.quote_voice == SECOND and quoting.voice is None else ()

    def part(manner: Manner, voice: str | None = None) -> Part:
        return Part(voice_of(voice or manner.voice or name), manner.rate * settings.tempo, manner.pitch)

    return Ensemble(
        part(manner),
        {role: part(manner) for role, manner in {**roles, "quote": quoting}.items()},
        tuple((part(quoting, other.option), other.kind) for other in others),
        {who: _kind(voice) or part(quoting, voice) for who, voice in settings.speakers.items()},
    )


def _kind(word: str) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == word), None)
