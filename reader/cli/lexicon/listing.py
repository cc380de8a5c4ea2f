"""The entries of lexicons as a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from reader.cli.console import printable
from reader.danish import Entry, Lexicon
from reader.danish.lexicon import built_in

HEAD = ("written", "spoken", "ipa", "language", "source")


class Listed(NamedTuple):
    """An entry, and whose it is."""

    entry: Entry
    owner: str


def listed(own: Lexicon, pattern: str, *, everything: bool) -> list[Listed]:
    """The newsroom's entries, and with `everything` the built-in ones, that hold `pattern`; case does not count."""
    rows = [Listed(entry, "newsroom") for entry in own.entries]
    if everything:
        rows += [Listed(entry, "built-in") for entry in built_in().entries]
    wanted = pattern.casefold()
    return [row for row in rows if wanted in row.entry.written.casefold() or wanted in row.entry.spoken.casefold()]


def plain(row: Listed) -> dict[str, str | None]:
    """An entry for programs."""
    entry = row.entry
    return {
        "written": entry.written,
        "spoken": entry.spoken,
        "ipa": entry.ipa,
        "language": entry.language,
        "source": entry.source,
        "lexicon": row.owner,
    }


def table(rows: Sequence[Listed], *, everything: bool) -> list[str]:
    """Rows in aligned columns under their names; with `everything`, the source begins with whose entry it is."""
    lines = [HEAD, *(_cells(row, everything=everything) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(_padded, cells, widths)).rstrip() for cells in lines]


def _cells(row: Listed, *, everything: bool) -> tuple[str, ...]:
    entry = row.entry
    owner = (row.owner + (": " if entry.source else "")) if everything else ""
    cells = (entry.written, entry.spoken, entry.ipa or "", entry.language or "", owner + (entry.source or ""))
    return tuple(map(printable, cells))


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    """Columns on a terminal: the accents of IPA stand on other characters."""
    return sum(not unicodedata.combining(character) for character in cell)
