"""Rulers and Roman numbers: Frederik IX's, Christian 4., Frederik den 10., bind III, Rocky IV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import full_stop
from reader.danish.rules.law import LABELS
from reader.danish.tables import lines

TITLES = frozenset(
    "dronning dronningen emir fyrst grevinde hertug kejser kejserinde kong konge kongen kronprins pave "
    "paven pharao farao prins prinsesse sultan tsar zar".split()
)
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
LARGEST = 89
# Made of the letters of Roman numbers, but sizes and other things.
NEVER_ROMAN = frozenset(("LI", "XL", "XXL", "IL"))

_ROMAN = re.compile(r"[ \u00a0]([IVXL]{1,7})(['’]?s)?(\.?)(?![\w-])")
_BEFORE = re.compile(r"([^\W\d_][\w-]*)[ \u00a0]([^\W\d_][\w-]*)\.?\Z|([^\W\d_][\w-]*)\.?\Z")
_RULER_NUMBER = re.compile(r"(\d{1,2})\.(['’]?s(?!\w))?(?!\d)")
_CANONICAL = re.compile(r"L?X{0,3}(?:IX|IV|V?I{0,3})|X?L(?:IX|IV|V?I{0,3})")
_ROMAN_FIRST = re.compile(r"([IVX]{1,5})\.(?=[ ][Vv]erdenskrig)")
WINDOW = 40  # characters before a number in which the name stands


def numbered_ruler(passage: Passage, at: int) -> Iterator[Found]:
    """Frederik 10.: Frederik den tiende; Christian 4.'s: den fjerdes."""
    match = _RULER_NUMBER.match(passage.free, at)
    if match is None or passage.written[at - 1 : at] not in " \u00a0":
        return
    if _is_ruler(passage.written[max(0, at - WINDOW) : at - 1]):
        genitive = "s" if match[2] else ""
        ends = "" if match[2] else full_stop(passage, ".", match.end())
        yield Found(at, match.end(), f"den {numbers.ordinal(int(match[1]))}{genitive}{ends}")


def roman(passage: Passage) -> Iterator[Found]:
    """Margrethe II: Margrethe den anden; Rocky IV: Rocky fire; bind III: bind tre; Malcolm X stays."""
    for match in _ROMAN_FIRST.finditer(passage.free):
        yield Found(match.start(), match.end(), numbers.ordinal(value_of(match[1])))
    for match in _ROMAN.finditer(passage.free):
        value = value_of(match[1]) if _CANONICAL.fullmatch(match[1]) else 0
        if not 0 < value <= LARGEST or match[1] in NEVER_ROMAN:
            continue
        words = _roman_words(passage.written[max(0, match.start() - WINDOW) : match.start()], match, value)
        if words:
            end = match.end() if match[3] and passage.ends_sentence(match.end()) else match.start(3)
            yield Found(match.start(1), end, words + match[3] * (end == match.end()))


def value_of(roman: str) -> int:
    """The value of a Roman number: XIV gives 14."""
    values = [VALUES[letter] for letter in roman]
    return sum(-v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True))


def _roman_words(before: str, match: re.Match[str], value: int) -> str | None:
    genitive = "s" if match[2] else ""
    if _is_ruler(before):
        return f"den {numbers.ordinal(value)}{genitive}"
    last = _last_word(before)
    if last.casefold() in LABELS or (len(match[1]) > 1 and last[:1].isupper() and not last.isupper()):
        return numbers.cardinal(value, "et") + genitive
    return None


def _is_ruler(before: str) -> bool:
    """Whether a name of rulers, or any name after a ruler's title, stands last."""
    match = _BEFORE.search(before)
    if match is None:
        return False
    title, name = match[1], match[2] or match[3]
    first = name.partition("-")[0]
    return first in _rulers() or bool(title and title.casefold() in TITLES and name[:1].isupper())


@cache
def _rulers() -> frozenset[str]:
    return frozenset(lines("rulers.txt"))


def _last_word(before: str) -> str:
    match = _BEFORE.search(before)
    return (match[2] or match[3]) if match else ""
