"""What a profile says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reader.model import Manner
from voices.seam import Commercial

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Profile:
    """A voice ("engine:option") with its manner, and that of each role that differs from it.

    The manner of a role is whole: it stands instead of the profile's, and is not to be multiplied with it. `commercial`
    says whether what the voice speaks may be used in a business; `licence` is "unknown" where the profile is silent.
    """

    name: str
    voice: str
    summary: str = ""
    manner: Manner = field(default_factory=Manner)
    roles: Mapping[str, Manner] = field(default_factory=dict)
    licence: str = UNKNOWN
    commercial: Commercial = "unclear"
    cost: str = "free"
