"""How the text of a profile becomes one: every key is known, every value checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

from reader.errors import ConfigError
from reader.model import Manner, Role
from voices.profiles.shapes import UNKNOWN, Profile
from voices.seam import Commercial

ROLES = get_args(Role)
SLOWEST, FASTEST = 0.5, 2.0  # for pitch too: the lowest and the highest
LONGEST_TEXT, LONGEST_COST, LONGEST_MODEL = 300, 60, 300
LONGEST_FILE = 100_000  # bytes

_KEYS = ("engine", "model", "options", "rate", "pitch", "roles", "summary", "licence", "commercial", "cost")
_ROLE_KEYS = ("rate", "pitch", "voice")
_ENGINE = re.compile(r"[a-z0-9_-]{1,40}")
_OPTION = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def read_profile(name: str, file: Path) -> Profile:
    """The profile of a file. Raises ConfigError, which names the file and the key."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(LONGEST_FILE + 1)
    except OSError as error:
        raise ConfigError(f"the profile {str(file)!r} cannot be read: {error.strerror}") from error
    if len(raw) > LONGEST_FILE:
        raise ConfigError(f"the profile {str(file)!r} is too long: {LONGEST_FILE} bytes is the most")
    try:
        plain = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the profile {str(file)!r} is not TOML: {error}") from error
    return _Reader(file, plain).profile(name)


class _Reader:
    """A table of a profile's file: takes values out by their keys, and names file and key of one that is wrong."""

    def __init__(self, file: Path, table: Mapping[str, Any], place: str = "") -> None:
        self._file = file
        self._table = table
        self._place = place

    def profile(self, name: str) -> Profile:
        self._know(_KEYS)
        manner = self._manner(Manner())
        return Profile(
            name,
            self._voice(),
            summary=self._text("summary", "", LONGEST_TEXT),
            manner=manner,
            roles=self._roles(manner),
            licence=self._text("licence", UNKNOWN, LONGEST_TEXT),
            commercial=self._commercial(),
            cost=self._text("cost", "free", LONGEST_COST),
        )

    def role(self, manner: Manner) -> Manner:
        self._know(_ROLE_KEYS)
        return self._manner(manner, self._text("voice", "", LONGEST_MODEL) or None)

    def _voice(self) -> str:
        engine = self._text("engine", "", 40)
        if not _ENGINE.fullmatch(engine):
            raise self._wrong("engine", "must name a voice engine, such as 'espeak'")
        model = self._text("model", "", LONGEST_MODEL)
        options = self._options()
        if options and "?" in model:
            raise self._wrong("model", "must hold no '?' beside a table of options")
        option = f"{model}?{options}" if options else model
        return f"{engine}:{option}" if option else engine

    def _options(self) -> str:
        options = self._below("options")
        for key, value in options.items():
            if not _OPTION.fullmatch(key):
                raise self._wrong(f"options.{key}", "must be named with letters, digits, '.', '_' and '-' only")
            if not isinstance(value, (str, int, float)):
                raise self._wrong(f"options.{key}", "must be a string, a number, true or false")
        return urlencode({key: _plain(value) for key, value in sorted(options.items())})

    def _roles(self, manner: Manner) -> dict[str, Manner]:
        roles = self._below("roles")
        for role in roles:
            if role not in ROLES:
                raise self._wrong(f"roles.{role}", f"is no role; there are: {', '.join(ROLES)}")
            if not isinstance(roles[role], dict):
                raise self._wrong(f"roles.{role}", "must be a table")
        return {role: _Reader(self._file, table, f"roles.{role}.").role(manner) for role, table in roles.items()}

    def _manner(self, base: Manner, voice: str | None = None) -> Manner:
        return Manner(voice, self._factor("rate", base.rate), self._factor("pitch", base.pitch))

    def _factor(self, key: str, default: float) -> float:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not SLOWEST <= value <= FASTEST:
            raise self._wrong(key, f"must be a number from {SLOWEST} to {FASTEST:g}; 1 is the voice's own")
        return float(value)

    def _commercial(self) -> Commercial:
        for word in get_args(Commercial):
            if self._table.get("commercial", "unclear") == word:
                known: Commercial = word
                return known
        raise self._wrong("commercial", f"must be one of {', '.join(get_args(Commercial))}")

    def _text(self, key: str, default: str, longest: int) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value.isprintable() or value != value.strip() or len(value) > longest:
            raise self._wrong(key, f"must be a string of one line, {longest} characters at most, without outer spaces")
        return value

    def _below(self, key: str) -> dict[str, Any]:
        table = self._table.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong(key, "must be a table")
        return table

    def _know(self, keys: tuple[str, ...]) -> None:
        for key in self._table:
            if key not in keys:
                raise self._wrong(key, f"is unknown here; there may be: {', '.join(keys)}")

    def _wrong(self, key: str, reason: str) -> ConfigError:
        return ConfigError(f"the profile {str(self._file)!r}: {self._place}{key} {reason}")


def _plain(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
