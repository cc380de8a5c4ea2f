"""Profiles: a voice as it is meant to be used – engine, model, pace, pitch, who speaks what, licence and price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voices.seam import Commercial


@dataclass(frozen=True, slots=True)
class Manner:
    """How a role is spoken: by another voice if `voice` names one; `rate` and `pitch` are factors (1.0: as it is)."""

    voice: str | None = None
    rate: float = 1.0
    pitch: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A voice ("engine:option") with its manner, and that of each role that differs from it.

    `commercial` says whether what it speaks may be used in a business.
    """

    name: str
    voice: str
    summary: str = ""
    manner: Manner = field(default_factory=Manner)
    roles: Mapping[str, Manner] = field(default_factory=dict)
    licence: str = "unknown"
    commercial: Commercial = "unclear"
    cost: str = "free"


_PROFILES: Mapping[str, Profile] = {}


def find_profile(name: str) -> Profile | None:
    """The profile called `name`, or the built-in one of the voice `name`; None where there is none."""
    return _PROFILES.get(name)
