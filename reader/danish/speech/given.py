"""Given names and the gender that they tell."""

from __future__ import annotations

from functools import cache

from reader.danish.speech.vocabulary import Gender
from reader.danish.tables import rows


@cache
def _genders() -> dict[str, str]:
    return dict(rows("given_names.tsv"))


def is_given_name(word: str) -> bool:
    """Whether a word is known as a given name, or begins with one and a hyphen ("Anne-Marie")."""
    return word in _genders() or word.partition("-")[0] in _genders()


def gender_of(word: str) -> Gender | None:
    """The gender that a given name tells; None where it is unknown, or borne by both."""
    known = _genders().get(word) or _genders().get(word.partition("-")[0])
    return "m" if known == "m" else "f" if known == "f" else None
