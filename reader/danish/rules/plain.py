"""Numbers that no other rule has read: 12.500, 3,5, -5, 100+, 007."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import NUMBER, number_words

_NUMBER = re.compile(rf"{NUMBER}(?![^\W_])")
_STRAY = re.compile(r"[0-9]+")
_FOREIGN = re.compile(r"[^\x00-\x7fæøåÆØÅ»«–’”]")
POWERS = {"²": "i anden", "³": "i tredje"}


def number(passage: Passage, at: int) -> Iterator[Found]:
    """1.234: et tusind to hundrede og fireogtredive; -3,5: minus tre komma fem; 1 år: et år."""
    match = _NUMBER.match(passage.free, at)
    if match:
        yield from number_words(passage, at, match.end())


def stray_digits(passage: Passage) -> Iterator[Found]:
    """Digits within something that no rule knows are said one by one, so that none is lost."""
    for match in _STRAY.finditer(passage.free):
        yield Found(match.start(), match.end(), numbers.digits(match.group()))


def numeral_sign(passage: Passage) -> Iterator[Found]:
    """x²: x i anden; ④: fire; Ⅻ: tolv; digits of other scripts one by one."""
    for match in _FOREIGN.finditer(passage.free):
        value = unicodedata.numeric(match.group(), None)
        if value is not None and value == int(value):
            yield Found(match.start(), match.end(), POWERS.get(match.group()) or numbers.cardinal(int(value), "et"))
