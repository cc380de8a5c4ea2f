"""The gender that a noun gives to the number before it: en mand, et år."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from reader.danish.numbers import Gender
from reader.danish.tables import lines

SHORTEST_HEAD = 3  # letters of the last part of a compound: "hus" in "rækkehus"
# They end like neuter nouns and are none.
COMMON = tuple(
    "akkord backup fjord jeton jord kapital karton kløft komedie pickup portal rekord stab tilværelse".split()
)
WORDS_AHEAD = 2  # an adjective may stand between number and noun: 1 nyt hus

_WORD = re.compile(r"[\s-]{0,3}([^\W\d_]{1,40})")


def gender_after(text: str, place: int) -> Gender:
    """The gender of the noun that follows a place in a text; "en" where none is known."""
    for _ in range(WORDS_AHEAD):
        match = _WORD.match(text, place)
        if match is None:
            break
        word = match[1].casefold()
        if is_neuter(word):
            return "et"
        if not word.endswith("t"):  # no adjective in the neuter either
            break
        place = match.end()
    return "en"


@lru_cache(maxsize=4096)
def is_neuter(word: str) -> bool:
    """Whether a noun in the singular, or its genitive, is neuter; a compound has the gender of its last part."""
    known = _neuter()
    if word.endswith(COMMON):
        return False
    forms = (word, word.removesuffix("s")) if word.endswith("s") else (word,)
    return any(form[start:] in known for form in forms for start in _heads(form))


def _heads(form: str) -> range:
    return range(max(1, len(form) - SHORTEST_HEAD + 1))


@cache
def _neuter() -> frozenset[str]:
    return frozenset(lines("neuter.txt"))
