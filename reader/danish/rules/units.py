"""Measures and shares: 25 °C, 90 km/t, 10 m², 4.000 kWh, 50 %, 12 mg/l; units without a number too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from reader.danish import numbers
from reader.danish.numbers import Gender
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, NUMBER, SPACE, amount_at, amount_words, full_stop
from reader.danish.tables import rows

LONGEST_UNIT = 12  # characters

_GAP = re.compile(rf"{SPACE}?")
_LINK = re.compile(rf"(?:{SPACE}?{DASH}{SPACE}?|/|{SPACE}[x×]{SPACE})(?=\d)")
_MINUTES = re.compile(rf"(?<={SPACE}t){SPACE}\d{{1,2}}{SPACE}?min\b")
LINKS = {"/": " per ", "x": " gange ", "×": " gange "}
_TIMES = re.compile(rf"({NUMBER})({SPACE}?[x×*]{SPACE}?)(?=\d)")
# Said in words where they stand without a number; single letters are not.
_STANDING = re.compile(r"(?=[kcm‰%°GMT])(?:km[²³]|cm[²³]|m[²³]|km/t|m/s|°C|[‰%]|[kGMT]Wh?|kvm)(?![\w/])")


class Unit(NamedTuple):
    """A row of data/units.tsv."""

    one: str
    many: str
    gender: Gender


def measure(passage: Passage, at: int) -> Iterator[Found]:
    """28 m/s: otteogtyve meter i sekundet; 30-40 %: tredive til fyrre procent; 1 mia.: en milliard."""
    amount = amount_at(passage, at)
    if amount is None:
        return
    hit = unit_at(passage.free, amount.end)
    if hit is None:
        yield from amount_words(passage, amount, "en") if amount.scale else ()
        return
    start, end, unit = hit
    if _MINUTES.match(passage.written, end):
        unit = units()["t."]  # 2 t 29 min.: hours, and no tons
    words = unit.one if amount.is_singular else unit.many
    yield from amount_words(passage, amount, unit.gender)
    yield Found(start, end, words + full_stop(passage, passage.free[start:end], end))
    link = _LINK.match(passage.free, end)
    if link:
        yield Found(link.start(), link.end(), LINKS.get(link.group().strip(), " til "))


def times(passage: Passage, at: int) -> Iterator[Found]:
    """10 x 20 meter: ti gange tyve meter; 4x100: fire gange hundrede."""
    while match := _TIMES.match(passage.free, at):
        yield Found(match.start(1), match.end(1), numbers.number(match[1], "et"))
        yield Found(match.start(2), match.end(2), " gange ")
        at = match.end()
        if not passage.free[at - 1].isalpha():
            return  # what follows is a number like any other
    if at > 0 and passage.free[at - 1] == "x":
        yield from _last_factor(passage, at)


def standing_unit(passage: Passage) -> Iterator[Found]:
    """A unit without its number: målt i km/t, prisen per m²."""
    for match in _STANDING.finditer(passage.free):
        before = passage.free[match.start() - 1 : match.start()]
        if before.isalnum() or before == "/":
            continue
        yield Found(match.start(), match.end(), units()[match.group()].many)


def unit_at(text: str, place: int) -> tuple[int, int, Unit] | None:
    """The unit at a place, perhaps after a space: its start, its end, and how it is said."""
    gap = _GAP.match(text, place)
    start = gap.end() if gap else place
    above = _longest_at(text, start)
    if above is None or text[above[0] : above[0] + 1] != "/":
        return (start, *above) if above else None
    end, unit = above
    below = _longest_at(text, end + 1)
    if below is None:
        return start, end, unit
    per = f" per {below[1].one}"
    return start, below[0], Unit(unit.one + per, unit.many + per, unit.gender)


@cache
def units() -> dict[str, Unit]:
    """Every unit by its written form."""
    found = rows("units.tsv")
    return {written: Unit(one, many, "et" if gender == "et" else "en") for written, one, many, gender in found}


def _longest_at(text: str, start: int) -> tuple[int, Unit] | None:
    """The longest unit that begins at a place and is no part of a longer word: its end, and how it is said."""
    known = units()
    for end in range(min(len(text), start + LONGEST_UNIT), start, -1):
        unit = known.get(text[start:end])
        if unit is not None and not text[end : end + 1].isalnum():
            return end, unit
    return None


def _last_factor(passage: Passage, at: int) -> Iterator[Found]:
    """The last factor of 4x100m, which no other rule takes for a number."""
    amount = amount_at(passage, at)
    if amount is not None:
        yield from measure(passage, at)
        if unit_at(passage.free, amount.end) is None:
            yield Found(at, at + len(amount.first), numbers.number(amount.first, "et"))
