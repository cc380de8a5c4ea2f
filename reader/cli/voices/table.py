"""The voices as tables that fit a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from reader.cli.console import printable
from reader.cli.voices.listing import Row
from reader.model import shortened

WIDTH = 100
LONGEST_CELL = 32
NARROWEST = 30  # of the last column, however wide the others are

HAVE = ("voice", "where", "price", "commercial use", "what to know")
COULD = ("voice", "size", "price", "commercial use", "what to know")
CONNECT = ("service", "price", "commercial use", "what to know")


def shown(rows: Sequence[Row]) -> list[str]:
    """All rows as lines: what is here, what could be, and what cannot be used."""
    ready = [row for row in rows if row.state == "ready"]
    could = [row for row in rows if row.state == "installable"]
    lines = ["You have:", *_table(HAVE, [(_have(row), "*" if row.default else " ") for row in ready])]
    if default := next((row for row in ready if row.default), None):
        lines += ["", f"* speaks unless you name another: {default.voice}"]
    if could:
        lines += ["", "You could have:", *_table(COULD, [(_could(row), " ") for row in could]), ""]
        lines += [line for row in could for line in _how(row)]
    if services := [row for row in rows if row.state == "service"]:
        lines += ["", "You could connect:", *_table(CONNECT, [(_service(row), " ") for row in services]), ""]
        lines += [line for row in services for line in _examples(row)]
    if unusable := [row for row in rows if row.state == "unusable"]:
        lines += ["", "Not usable yet:", *_problems(unusable)]
    return lines


def _have(row: Row) -> tuple[str, ...]:
    know = f"{row.summary} (your profile)" if row.own else row.summary
    return (row.name, "online" if row.online else "offline", row.cost, row.commercial, _with_licence(row, know))


def _could(row: Row) -> tuple[str, ...]:
    size = f"{(row.bytes or 0) / 1e6:.0f} MB"
    return (row.name, size, row.cost, row.commercial, _with_licence(row, row.summary))


def _service(row: Row) -> tuple[str, ...]:
    return (row.name, row.cost, row.commercial, _with_licence(row, row.summary))


def _examples(row: Row) -> list[str]:
    return [line for example in row.examples for line in _wrapped(printable(f"--voice '{example}'"), "  ", 4)]


def _how(row: Row) -> list[str]:
    first = f", but first {row.problem}" if row.problem else ""
    return _wrapped(printable(f"Install {row.name} with: {row.install}{first}"), "", 2)


def _with_licence(row: Row, know: str) -> str:
    """Where commercial use is not simply allowed, the licence says why."""
    return know if row.commercial == "yes" else f"{know}; licence: {row.licence}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], str]]) -> Iterator[str]:
    """Aligned columns, the last one over as many lines as it takes; each row with its sign before it."""
    cells = [([shortened(printable(cell), LONGEST_CELL) for cell in row[:-1]], printable(row[-1])) for row, _ in rows]
    columns = zip(head[:-1], *(short for short, _ in cells), strict=True)
    widths = [max(map(len, column)) for column in columns]
    indent = 2 + sum(width + 2 for width in widths)
    for (short, long), sign in zip([(head[:-1], head[-1]), *cells], [" ", *(sign for _, sign in rows)], strict=True):
        begin = f"{sign} " + "".join(f"{cell:{width}}  " for cell, width in zip(short, widths, strict=True))
        yield from _wrapped(long, begin, indent)


def _problems(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from _wrapped(printable(row.problem or ""), f"  {shortened(printable(row.name), LONGEST_CELL)}: ", 6)


def _wrapped(text: str, begin: str, indent: int) -> list[str]:
    width = max(WIDTH, len(begin) + NARROWEST)
    wrapper = textwrap.TextWrapper(width, begin, " " * indent, break_on_hyphens=False)
    return wrapper.wrap(text) or [begin.rstrip()]
