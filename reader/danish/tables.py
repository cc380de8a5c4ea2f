"""The tables of this package: plain files in data/, one row a line, # before a comment."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).with_name("data")  # importlib.resources takes longer to import than all tables take to read


def lines(name: str) -> tuple[str, ...]:
    """The lines of a table, without its comments: "units.tsv"."""
    text = DATA.joinpath(name).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def rows(name: str) -> list[list[str]]:
    """The columns of each line of a table."""
    return [line.split("\t") for line in lines(name)]
