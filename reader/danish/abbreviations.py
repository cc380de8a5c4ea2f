"""The abbreviations, from a table that anybody can extend: data/abbreviations.tsv."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from reader.danish.phrases import Phrases
from reader.danish.tables import rows

_INNER_STOP = re.compile(r"\.(?=\S)")  # after it a space may stand: bl. a.


_ENDS: dict[str, Literal["never", "maybe", "title"]] = {"never": "never", "maybe": "maybe", "title": "title"}


class Abbreviation(NamedTuple):
    """A row of the table.

    `end`: whether a sentence may end with it; a title ends one only before a word that begins sentences. `before`: it
    is read only before a "year", a "number", a "name" (a capital), a "word" (anything but the end of the sentence), in
    "lower" case (Mia. is somebody), or "" wherever it stands.
    """

    written: str
    spoken: str
    end: Literal["never", "maybe", "title"]
    before: str


@cache
def table() -> dict[str, tuple[Abbreviation, ...]]:
    """Every abbreviation by its written form in lower case, without spaces; several where the company decides."""
    found: dict[str, tuple[Abbreviation, ...]] = {}
    for written, spoken, end, before in rows("abbreviations.tsv"):
        found[written] = (*found.get(written, ()), Abbreviation(written, spoken, _ENDS[end], before))
    return found


@cache
def phrases() -> Phrases[tuple[Abbreviation, ...]]:
    """The table, ready to be found in a text in lower case."""
    return Phrases((_INNER_STOP.sub(". ", written), found) for written, found in table().items())
