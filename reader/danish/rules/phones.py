"""Telephone numbers, and others that are said in pairs: 33 11 22 33, +45 70 15 15 15, 114, 1813, 010190-1234."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import SPACE

ALARM = ("112", "114")
CALL_NEAR = 60  # characters before a short number in which somebody is called
# Directly before a short number; further back, somebody must be calling.
CALLING = tuple("alarm hotline kald kontakt nummer opkald ring sms telefon tlf".split())  # beginnings of words
TO = frozenset("alarm nummer nummeret på ring ringe ringede ringer ringet telefon telefonen til tlf".split())

_GROUPED = re.compile(
    rf"\d\d(?:{SPACE}\d\d){{3}}(?!{SPACE}?\d)(?!\w)|\d{{4}}{SPACE}\d{{4}}(?!{SPACE}?\d)(?!\w)|\d{{8}}(?!\w)(?![.,]\d)"
)
_COUNTRY = r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}"  # as the ITU gives them out
_ABROAD = re.compile(rf"\+({_COUNTRY})((?:{SPACE}?\d){{5,12}})(?!\w)")
_PERSONAL = re.compile(r"(\d{6})-(\d{4}|x{4})(?!\w)", re.IGNORECASE)
_SHORT = re.compile(rf"(?:\d{{3}}{SPACE}\d{{3}}|\d{{3,4}}|\d-\d-\d)(?![\w])(?![.,-]\d)")
_WORD = re.compile(r"[^\W\d_]+")


def phone(passage: Passage, at: int) -> Iterator[Found]:
    """33 11 22 33: treogtredive elleve toogtyve treogtredive."""
    abroad = _ABROAD.match(passage.free, at - 1) if passage.free[max(0, at - 1) : at] == "+" else None
    if abroad:
        yield Found(at - 1, abroad.end(), f"plus {_group(abroad[1])} {_groups(abroad[2])}")
        return
    grouped = _GROUPED.match(passage.free, at)
    if grouped:
        yield Found(at, grouped.end(), _groups(grouped.group()))
        return
    personal = _PERSONAL.match(passage.free, at)
    if personal:
        last = numbers.pairs(personal[2]) if personal[2].isdecimal() else "x x x x"
        yield Found(at, personal.end(), f"{numbers.pairs(personal[1])} {last}")


def short_number(passage: Passage, at: int) -> Iterator[Found]:
    """Ring 114: et et fire; på 1813: atten tretten. Only where somebody is called."""
    match = _SHORT.match(passage.free, at)
    if match is None:
        return
    text = match.group().replace("-", "")
    before = passage.word_before(at)
    is_led_to = before in TO or before.endswith(("telefonen", "linjen"))
    called = is_led_to and _somebody_calls(passage.written[max(0, at - CALL_NEAR) : at])
    is_alarm = text in ALARM and (called or passage.written[match.end() : match.end() + 3] in ("-op", "-ce", "-al"))
    if called or is_alarm or text != match.group():
        yield Found(at, match.end(), _groups(text))


def _somebody_calls(text: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(text)]
    return any(word.startswith(CALLING) or word.endswith(("telefonen", "telefon")) for word in words)


def _groups(text: str) -> str:
    """The groups as they are written; a solid number, or groups of four, in pairs."""
    groups = text.split()
    return " ".join(_group(group) for group in groups)


def _group(digits: str) -> str:
    return numbers.digits(digits) if len(digits) == 3 else numbers.pairs(digits)
