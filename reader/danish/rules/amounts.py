"""A number as it is written, with its sign, as a range, with mio. and mia.: what prices, shares and measures share."""

from __future__ import annotations

import re
from typing import NamedTuple

from reader.danish import numbers
from reader.danish.gender import gender_after
from reader.danish.numbers import Gender
from reader.danish.reading import Found, Passage

SPACE = r"[ \u00a0\u202f\u2009]"
# At most five groups of three, which is more than anybody can follow; so a search never runs away.
NUMBER = r"(?:\d{1,3}(?:[. \u00a0\u202f\u2009]\d{3}){1,5}(?!\d)|\d++)(?:,\d++)?"
END = r"(?!\w)(?![.,]\d)"  # where a number may end
DASH = r"[-–—−]"

_AMOUNT = re.compile(rf"({NUMBER})(?:{SPACE}?{DASH}{SPACE}?({NUMBER}))?")
_SCALE = re.compile(rf"{SPACE}?(mio|mia|bio|t(?=\.{SPACE}?kr))\b\.?", re.IGNORECASE)
_SCALE_WORD = re.compile(rf"{SPACE}(?:tusind|millioner?|milliard(?:er)?|billion(?:er)?)\b")
_WORD_AFTER = re.compile(r"[\s-]{0,3}[^\W\d_]")
_NAME_BEFORE = re.compile(r"(?:^|[^.!?…]\s|\()[A-ZÆØÅ][^\W\d_]*\s\Z")
_SIGN_BEFORE = re.compile(r"(?:^|[\s(»\"“/])([-−–+±])\Z")
_ABOUT_BEFORE = re.compile(r"(?:^|[\s(»\"“])(~|≈)\Z")
SIGNS = {"-": "minus", "−": "minus", "–": "minus", "+": "plus", "±": "plus minus"}
SCALES = {"mio": ("million", "millioner"), "mia": ("milliard", "milliarder"), "bio": ("billion", "billioner")}
ONE = "1"


class Amount(NamedTuple):
    """A number, or a range of two, at a place in a text; `scale` is mio., mia. or the like, if it stands there."""

    start: int
    end: int
    first: str
    last: str | None
    dash: tuple[int, int] | None
    scale: re.Match[str] | None
    has_scale_word: bool

    @property
    def is_one(self) -> bool:
        """Whether the number is one: en million."""
        return self.first == ONE and self.last is None

    @property
    def is_singular(self) -> bool:
        """Whether what is counted stands in the singular: en krone, but en million kroner."""
        return self.is_one and self.scale is None and not self.has_scale_word


def amount_at(passage: Passage, at: int) -> Amount | None:
    """The amount that begins at a number."""
    match = _AMOUNT.match(passage.free, at)
    if match is None:
        return None
    scale = _SCALE.match(passage.free, match.end())
    word = None if scale else _SCALE_WORD.match(passage.free, match.end())
    end = (scale or word or match).end()
    dash = (match.end(1), match.start(2)) if match[2] else None
    return Amount(at, end, match[1], match[2], dash, scale, word is not None)


def amount_words(passage: Passage, amount: Amount, gender: Gender) -> list[Found]:
    """The readings of an amount: its sign, its numbers, the dash between them, its scale."""
    count: Gender = "en" if amount.scale or amount.has_scale_word else gender
    found = sign_before(passage, amount.start)
    said = numbers.number if amount.last is None else end_of_range
    found.append(Found(amount.start, amount.start + len(amount.first), said(amount.first, count)))
    if amount.last is not None and amount.dash is not None:
        start, end = amount.dash
        found.append(Found(start, end, " til "))
        found.append(Found(end, end + len(amount.last), said(amount.last, count)))
    if amount.scale is not None:
        found.append(_scale_words(passage, amount, amount.scale))
    return found


def sign_before(passage: Passage, at: int) -> list[Found]:
    """The sign directly before a number, if there is one: -5, +2, ±3."""
    before = passage.free[max(0, at - 2) : at]
    match = _SIGN_BEFORE.search(before)
    if match:
        return [Found(at - 1, at, SIGNS[match[1]] + " ")]
    return [Found(at - 1, at, "cirka ")] if _ABOUT_BEFORE.search(before) else []


def number_words(passage: Passage, at: int, end: int, gender: Gender | None = None) -> list[Found]:
    """The readings of a plain number and its sign; without `gender`, the noun that follows gives it."""
    words = numbers.number(passage.free[at:end], gender or _gender(passage, at, end))
    return [*sign_before(passage, at), Found(at, end, words)]


def _gender(passage: Passage, at: int, end: int) -> Gender:
    """The gender that a noun after the number gives it; "et" where it only counts a name: Voyager 1."""
    is_last = not _WORD_AFTER.match(passage.written, end)
    return (
        "et"
        if is_last and _NAME_BEFORE.search(passage.written[max(0, at - 30) : at])
        else gender_after(passage.written, end)
    )


def end_of_range(text: str, gender: Gender) -> str:
    """A number of a range; between 1.100 and 1.999 in hundreds, as one says it: tusind til femten hundrede."""
    value = int("".join(filter(str.isdigit, text))[:9]) if "," not in text else 0
    return numbers.year(value) if 1100 <= value < 2000 else numbers.number(text, gender)


def full_stop(passage: Passage, written: str, end: int) -> str:
    """The full stop that is to be heard where an abbreviation also ends the sentence."""
    return "." if written.endswith(".") and passage.ends_sentence(end) else ""


def _scale_words(passage: Passage, amount: Amount, scale: re.Match[str]) -> Found:
    name = scale[1].casefold()
    one, many = SCALES.get(name, ("tusind", "tusind"))
    words = one if amount.is_one else many
    start = scale.start() + (len(scale.group()) - len(scale.group().lstrip()))
    return Found(start, scale.end(), words + full_stop(passage, scale.group(), scale.end()))
