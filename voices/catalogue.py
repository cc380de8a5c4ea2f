"""The catalogue: voices that can be installed, and how to tell that what arrived is what was meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from reader.errors import ConfigError, UnknownVoiceError
from voices.seam import Commercial

# No name may lead out of its folder, hide, or be one of those that an installation uses while it is going on.
_NAME = re.compile(r"(?!.*(?:\.\.|\.part|\.tag$))[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?<!\.)")
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_DIGESTS = {"sha256": re.compile(r"[0-9a-f]{64}"), "md5": re.compile(r"[0-9a-f]{32}")}
_HTTPS = re.compile(r"https://[a-z0-9.-]+/[!-~]+")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a voice: its exact size in bytes, and its SHA-256 or MD5 in hexadecimal. Raises ConfigError."""

    name: str
    bytes: int
    address: str
    sha256: str | None = None
    md5: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigError(f"the catalogue names a file {self.name!r}, which is no plain file name")
        if self.bytes <= 0:
            raise ConfigError(f"the catalogue says of {self.name!r} that it has {self.bytes} bytes")
        kind, digest = self.digest
        if not _DIGESTS[kind].fullmatch(digest):
            raise ConfigError(f"the catalogue has no {kind} of {self.name!r}")

    @property
    def digest(self) -> tuple[str, str]:
        """The kind and the value of the best digest that is known: ("sha256", "b927...")."""
        return ("md5", self.md5) if self.sha256 is None and self.md5 is not None else ("sha256", self.sha256 or "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A voice that can be installed. `rate` is in frames a second; `aliases`, the shortest first, name it too.

    `commercial` says whether what it speaks may be used in a business. Raises ConfigError.
    """

    name: str
    engine: str
    files: tuple[File, ...]
    aliases: tuple[str, ...] = ()
    language: str = "da"
    speakers: int = 1
    rate: int = 22_050
    summary: str = ""
    licence: str = "unknown"
    commercial: Commercial = "unclear"
    cost: str = "free"

    def __post_init__(self) -> None:
        if not _ALIAS.fullmatch(self.name) or not all(map(_ALIAS.fullmatch, self.aliases)):
            raise ConfigError(f"the catalogue has a voice {self.name!r} whose name or alias is no plain name")
        if len({file.name.casefold() for file in self.files}) != len(self.files) or not self.files:
            raise ConfigError(f"the catalogue's voice {self.name!r} has no files, or two of one name")

    @property
    def voice(self) -> str:
        """Its name once it is installed: "piper:da_DK-talesyntese-medium"."""
        return f"{self.engine}:{self.name}"

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(file.bytes for file in self.files)

    @property
    def command(self) -> str:
        """What to type to install it."""
        return f"lyt voices install {self.aliases[0] if self.aliases else self.name}"


@cache
def entries() -> tuple[Entry, ...]:
    """Everything that the catalogue has."""
    text = Path(__file__).with_name("catalogue.toml").read_text("utf-8")
    return tuple(entry_of(name, table) for name, table in tomllib.loads(text).items())


def entry(name: str) -> Entry:
    """The voice of this name, alias, or "engine:name". Raises UnknownVoiceError, which says what there is."""
    for one in entries():
        if name in (one.name, one.voice, *one.aliases):
            return one
    known = ", ".join(" or ".join((*one.aliases[:1], one.name)) for one in entries())
    raise UnknownVoiceError(f"no voice that can be installed is called {name!r}; there are: {known}")


def entry_of(name: str, table: Mapping[str, Any]) -> Entry:
    """The entry of a table of the catalogue. Raises ConfigError if it would let in what nobody meant."""
    try:
        plain = dict(table)
        files = tuple(File(**file) for file in plain.pop("files"))
        made = Entry(name, files=files, aliases=tuple(plain.pop("aliases", ())), **plain)
    except (TypeError, KeyError) as error:
        raise ConfigError(f"the catalogue's voice {name!r} has a key too many or too few: {error}") from error
    if made.commercial not in get_args(Commercial):
        raise ConfigError(f"the catalogue's voice {name!r} has another commercial use than yes, no or unclear")
    for file in files:
        if not _HTTPS.fullmatch(file.address):
            raise ConfigError(f"the catalogue's file {file.name!r} does not lie at a plain https address")
    return made
