"""The settings behind a "?" in a voice's option, as in "da?at_once=4&per_second=8"."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from reader.errors import UnknownVoiceError

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings by name, of a voice of `engine`. A look-up raises UnknownVoiceError where the value makes no sense."""

    engine: str
    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """A text, or the default where the setting is missing."""
        return self.values.get(name, default)

    def required(self, name: str) -> str:
        """A text that must be there."""
        if name not in self.values:
            raise UnknownVoiceError(f"the voice of {self.engine!r} needs the setting {name}: write {name}=...")
        return self.values[name]

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """One of some words, the first where the setting is missing."""
        value = self.values.get(name, choices[0])
        if value not in choices:
            raise self._wrong(name, f"one of {', '.join(choices)}")
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """A decimal number from `least` to `most`."""
        value = self.values.get(name)
        if value is None:
            return default
        if not _NUMBER.fullmatch(value) or not least <= float(value) <= most:
            raise self._wrong(name, f"a number from {least:g} to {most:g}")
        return float(value)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        number = self.number(name, default, least, most)
        if number != int(number):
            raise self._wrong(name, f"a whole number from {least} to {most}")
        return int(number)

    def _wrong(self, name: str, wanted: str) -> UnknownVoiceError:
        return UnknownVoiceError(
            f"the setting {name} of a voice of {self.engine!r} must be {wanted}, not {self.values[name][:40]!r}"
        )


def settings_in(query: str, engine: str, known: Container[str]) -> Settings:
    """The settings in the query of an option. Raises UnknownVoiceError unless each is known, filled and alone."""
    values: dict[str, str] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict") if query else []
    except ValueError as error:
        raise UnknownVoiceError(
            f"the settings of a voice of {engine!r} are written as name=value&name=value"
        ) from error
    for name, value in pairs:
        if name not in known:
            raise UnknownVoiceError(f"a voice of {engine!r} has no setting called {name[:40]!r}")
        if name in values or not value.strip() or not value.isprintable():
            raise UnknownVoiceError(f"the setting {name} of a voice of {engine!r} needs one value that can be printed")
        values[name] = value
    return Settings(engine, values)
