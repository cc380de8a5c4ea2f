"""Signs that are said (& + = § / ~), and marks that are seen, not heard (quotes, bullets, emoji, edges of a line)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from reader.danish.reading import Found, Passage

SAID = {
    "%": "procent",
    "‰": "promille",
    "&": "og",
    "+": "plus",
    "=": "er lig med",
    "≈": "cirka",
    "±": "plus minus",
    "×": "gange",
    "÷": "divideret med",
    "<": "mindre end",
    ">": "større end",
    "≤": "mindre end eller lig med",
    "≥": "større end eller lig med",
    "§": "paragraf",
    "€": "euro",
    "$": "dollar",
    "£": "pund",
    "¥": "yen",
    "@": "snabel-a",
    "#": "hashtag",
    "°": "grader",
    "√": "kvadratroden af",
    "∞": "uendelig",
    "µ": "mikro",
    "π": "pi",
    "Ω": "ohm",
}
PAUSES = ".,:;!?…–—-()'’"
_SIGN = re.compile(rf"[^\w\s{re.escape(PAUSES)}\uffff]|_")
_SLASH = re.compile(r"(?<=\w)[ ]?/[ ]?(?=\w)")
QUOTES = '»«„“”"‹›‟‚'
APOSTROPHES = "'‘’"
MARKS = QUOTES + APOSTROPHES
_QUOTE = re.compile(f"[{QUOTES}]")
_APOSTROPHE = re.compile(r"['‘’](?<![\w\uffff].)(?=[\w\uffff])|['’](?<=[\w.,!?…\uffff].)(?![\w\uffff])")
_FOOTNOTE = re.compile(r" ?\[\d{1,3}\]|(?<=[\w.,!?»«”])[*†‡]+")
_OPENING = re.compile(r"\s*(?:[–—•·*-]\s+)?(?=\S)")
_UNSEEN = (
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    + "".join(map(chr, (*range(0x2060, 0x2065), *range(0xFE00, 0xFE10), 0xFEFF, 0xFFFF)))
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_COMBINING = "".join(map(chr, range(0x300, 0x370)))
INVISIBLE = frozenset(_UNSEEN + _COMBINING)
_COMPOSED = re.compile("[^\\W\\d_]*+(?:[\u0300-\u036f]+[^\\W\\d_]*+)+")


def invisible(passage: Passage) -> Iterator[Found]:
    """Soft hyphens and other characters that nobody sees are not said, and an å of two characters is one."""
    for match in _INVISIBLE.finditer(passage.written):
        yield Found(match.start(), match.end(), "")
    for match in _COMPOSED.finditer(passage.written):
        yield Found(match.start(), match.end(), unicodedata.normalize("NFC", match.group()))


def slash(passage: Passage) -> Iterator[Found]:
    """far/mor: far mor; og/eller: og eller."""
    for match in _SLASH.finditer(passage.free):
        yield Found(match.start(), match.end(), " ")


def footnote(passage: Passage) -> Iterator[Found]:
    """[1] and * after a word point to a note, and are not said."""
    for match in _FOOTNOTE.finditer(passage.free):
        yield Found(match.start(), match.end(), "")


def mark(passage: Passage) -> Iterator[Found]:
    """Quotation marks are seen, not heard."""
    for pattern in (_QUOTE, _APOSTROPHE):
        for match in pattern.finditer(passage.free):
            yield Found(match.start(), match.end(), "")


def sign(passage: Passage) -> Iterator[Found]:
    """&: og; +: plus; emoji, bullets and every other sign are silent."""
    for match in _SIGN.finditer(passage.free):
        said = SAID.get(match.group())
        yield Found(match.start(), match.end(), said) if said else _silent(passage.free, match.start(), match.end())


def _silent(text: str, start: int, end: int) -> Found:
    """A sign that is not said goes together with one of the spaces around it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == " " and not after.isalnum():
        return Found(start - 1, end, "")
    if before.isalnum() and after.isalnum():
        return Found(start, end, " ")
    return Found(start, end + (start == 0 and after == " "), "")


def edge(passage: Passage) -> Iterator[Found]:
    """White space around a line, and the dash that opens a line of dialogue, are not said."""
    text = passage.free
    opening = _OPENING.match(text)
    if opening and opening.group():
        yield Found(0, opening.end(), "")
    stripped = len(text.rstrip())
    if 0 < stripped < len(text):
        yield Found(stripped, len(text), "")
