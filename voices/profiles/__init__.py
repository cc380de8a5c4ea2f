"""Profiles: a voice as it is meant to be used – engine, model, pace, pitch, who speaks what, licence and price.

A profile is a TOML file, and its name is the file's. Some come with the program; a person's own lie in the folder that
`voices.places.profiles_folder` names, may have other names, and win over ours where they have the same one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reader.errors import ConfigError
from reader.model import Manner
from voices.places import profiles_folder
from voices.profiles.parsing import read_profile
from voices.profiles.shapes import Profile

__all__ = ["Manner", "Profile", "ProfileStatus", "find_profile", "profile_statuses", "profiles"]

BUILT_IN = ("espeak", "talesyntese", "gtts")
DEFAULT_MODELS = {"espeak": "da", "piper": "da_DK-talesyntese-medium", "gtts": "da"}  # of "piper" alone
RESERVED = ("default", "same", "second")  # these mean something else where a voice is named

_NAME = re.compile(r"[a-z0-9_-]{1,64}")
_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class ProfileStatus:
    """A profile that is there, or was meant to be: `problem` says why it cannot be used, in one line."""

    name: str
    is_own: bool
    profile: Profile | None = None
    problem: str | None = None


def find_profile(name: str) -> Profile | None:
    """The profile called `name`, or the one of the voice `name` ("engine:option", or an engine for its usual voice).

    None where there is none. Raises ConfigError if the profile of this very name is a person's own, and broken.
    """
    if _NAME.fullmatch(name) and name not in RESERVED:
        if (own := _own_file(name)) is not None:
            return read_profile(name, own)
        if name in BUILT_IN:
            return _built_in(name)
    voice = f"{name}:{DEFAULT_MODELS[name]}" if name in DEFAULT_MODELS else name
    return next((profile for profile in _usable() if profile.voice == voice), None)


def profiles() -> tuple[Profile, ...]:
    """Every profile that can be used, ours first."""
    return tuple(_usable())


def profile_statuses() -> tuple[ProfileStatus, ...]:
    """Every profile, ours first, a person's own by name, and a broken one with what is wrong."""
    return tuple(_statuses())


def _usable() -> Iterator[Profile]:
    return (status.profile for status in _statuses() if status.profile is not None)


def _statuses() -> Iterator[ProfileStatus]:
    """One after the other, so that whoever finds what he looked for reads no further file."""
    for name in BUILT_IN:
        own = _own_file(name)
        yield ProfileStatus(name, is_own=False, profile=_built_in(name)) if own is None else _status(own)
    for own in _own_files():
        if own.stem not in BUILT_IN:
            yield _status(own)


def _status(own: Path) -> ProfileStatus:
    name = own.stem
    if not _NAME.fullmatch(name):
        return ProfileStatus(name, is_own=True, problem=f"{str(own)!r} must be named with a-z, 0-9, '_' and '-' only")
    if name in RESERVED:
        return ProfileStatus(name, is_own=True, problem=f"{str(own)!r} needs another name: this one is taken")
    try:
        return ProfileStatus(name, is_own=True, profile=read_profile(name, own))
    except ConfigError as error:
        return ProfileStatus(name, is_own=True, problem=str(error))


@cache
def _built_in(name: str) -> Profile:
    return read_profile(name, Path(__file__).with_name(name + _SUFFIX))


def _own_file(name: str) -> Path | None:
    """The file of a person's own profile; `name` has been checked."""
    folder = profiles_folder()
    if folder is None:
        return None
    file = folder / (name + _SUFFIX)
    try:
        return file if file.is_file() else None
    except OSError:  # nothing can be used of a folder that may not be read
        return None


def _own_files() -> list[Path]:
    folder = profiles_folder()
    try:
        return sorted(folder.glob("*" + _SUFFIX)) if folder is not None else []
    except OSError:
        return []
