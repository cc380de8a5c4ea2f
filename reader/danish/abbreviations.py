"""The abbreviations, from a table that anybody can extend: data/abbreviations.tsv."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple


class Abbreviation(NamedTuple):
    """A row of the table; `may_end`: a sentence may end with it."""

    written: str
    spoken: str
    may_end: bool


@cache
def table() -> dict[str, Abbreviation]:
    """Every abbreviation by its written form in lower case, without spaces."""
    text = resources.files("reader.danish").joinpath("data/abbreviations.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    found = (Abbreviation(written, spoken, end == "maybe") for written, spoken, end in rows)
    return {abbreviation.written.replace(" ", ""): abbreviation for abbreviation in found}


@cache
def pattern() -> re.Pattern[str]:
    """Matches any abbreviation of the table as a word of its own, longest first."""
    forms = sorted((row.written for row in table().values()), key=len, reverse=True)
    choices = "|".join(re.escape(form).replace(r"\ ", r"\s?") for form in forms)
    return re.compile(rf"(?<![\w.])(?:{choices})(?!\w)", re.IGNORECASE)
