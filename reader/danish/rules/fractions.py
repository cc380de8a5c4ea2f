"""Fractions and ratios: 3/4, 1/2 time, 3 1/2, ½, 1:100, 50/50, 24/7."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.gender import gender_after
from reader.danish.numbers import Gender
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, SPACE
from reader.danish.rules.units import unit_at

SIGNS = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}
SCALED = frozenset(
    "forhold forholdet format formatet målestok målestoksforhold målestoksforholdet skala skalaen".split()
)
NO_PARTS = frozenset(((9, 11), (24, 7)))  # the day and the service hours
LARGEST_PART = 100  # 1/100 is a part; 123/2022 is the number of a file

_SIGN = "".join(SIGNS)
_MIXED = re.compile(rf"(\d{{1,4}})(?:{SPACE}(\d{{1,2}})/(\d{{1,2}})(?![\w/])|{SPACE}?([{_SIGN}]))")
_FRACTION = re.compile(r"(\d{1,3})/(\d{1,3})(?![\w/])(?!,\d)")
_RATIO = re.compile(r"(\d{1,4}):(\d{1,7}(?:\.\d{3})*)(?![\w:])")
_SLASHED = re.compile(r"(\d{1,9})/(?=\d)")
_LINK = re.compile(rf"{SPACE}?{DASH}{SPACE}?(?=\d{{1,2}}/\d)")
_LONE = re.compile(rf"[{_SIGN}]")


def fraction(passage: Passage, at: int) -> Iterator[Found]:
    """3/4: tre fjerdedele; 1/2 time: en halv time; 3 1/2: tre en halv; 24/7: fireogtyve syv."""
    mixed = _MIXED.match(passage.free, at)
    if mixed:
        upper, lower = SIGNS[mixed[4]] if mixed[4] else (int(mixed[2]), int(mixed[3]))
        if 0 < upper < lower:
            gender = gender_after(passage.written, mixed.end())
            yield Found(at, mixed.end(), _mixed(int(mixed[1]), upper, lower, gender))
            return
    match = _FRACTION.match(passage.free, at)
    if match:
        upper, lower = int(match[1]), int(match[2])
        gender = gender_after(passage.written, match.end())
        is_part = 0 < upper < lower <= LARGEST_PART and (upper, lower) not in NO_PARTS
        both = f"{numbers.number(match[1], 'et')} {numbers.number(match[2], 'et')}"
        yield Found(at, match.end(), part_words(upper, lower, gender) if is_part else both)
        link = _LINK.match(passage.free, match.end())
        if link:
            yield Found(link.start(), link.end(), " til ")
        return
    slashed = _SLASHED.match(passage.free, at)
    if slashed:
        yield Found(at, slashed.end(), numbers.number(slashed[1], "et") + " skråstreg ")


def fraction_sign(passage: Passage) -> Iterator[Found]:
    """½: en halv; ¾: tre fjerdedele."""
    for match in _LONE.finditer(passage.free):
        upper, lower = SIGNS[match.group()]
        unit = unit_at(passage.free, match.end())
        gender = unit[2].gender if unit else gender_after(passage.written, match.end())
        yield Found(match.start(), match.end(), part_words(upper, lower, gender))
        if unit:
            yield Found(unit[0], unit[1], unit[2].one)


def scale(passage: Passage, at: int) -> Iterator[Found]:
    """målestok 1:50: en til halvtreds, and no time of the day."""
    if passage.word_before(at) in SCALED:
        yield from ratio(passage, at)


def ratio(passage: Passage, at: int) -> Iterator[Found]:
    """1:100: en til hundrede; 16:9: seksten til ni."""
    match = _RATIO.match(passage.free, at)
    if match:
        yield Found(at, match.end(), f"{numbers.number(match[1])} til {numbers.number(match[2])}")


def part_words(upper: int, lower: int, gender: Gender) -> str:
    """A part of a whole: (3, 4) gives "tre fjerdedele", (1, 2) "en halv" or "et halvt"."""
    if lower == 2:
        return "et halvt" if gender == "et" else "en halv"
    return f"{numbers.cardinal(upper)} {numbers.ordinal(lower)}del{'e' if upper > 1 else ''}"


def _mixed(whole: int, upper: int, lower: int, gender: Gender) -> str:
    if (whole, upper, lower) == (1, 1, 2):
        return "halvandet" if gender == "et" else "halvanden"
    link = " " if lower == 2 else " og "
    return numbers.cardinal(whole, gender) + link + part_words(upper, lower, gender)
