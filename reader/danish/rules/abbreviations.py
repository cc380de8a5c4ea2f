"""Abbreviations, from the table: bl.a., fhv., ca., nr.; a full stop that also ends the sentence is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from reader.danish.abbreviations import Abbreviation, phrases
from reader.danish.phrases import lowered
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import full_stop

_NEXT_NUMBER = re.compile(r"\s*(?:[§\d]|[IVXL]+\b)")
_NEXT_NAME = re.compile(r"[\s\u00a0]+[A-ZÆØÅ]")
_NEXT_LOWER = re.compile(r"\s+[a-zæøå]")
_JOINED_BEFORE = re.compile(r"[^\W_]\.?\Z")
_NEXT_YEAR = re.compile(r"[\s\u00a0]*\d{4}(?!\w)")
_INITIALS = re.compile(r"(?:[A-ZÆØÅ]\.)+")


def abbreviation(passage: Passage) -> Iterator[Found]:
    """bl.a.: blandt andet; fhv.: forhenværende; Nr. Nebel: Nørre Nebel; nr. 3: nummer tre."""
    end = 0
    words = ((start, word.lower()) for start, word in passage.words)
    for hit in phrases().find(lowered(passage.free), words):
        if hit.start < end or not _stands_alone(passage, hit.start, hit.end):
            continue
        row = _fitting(passage, hit.start, hit.end, hit.row)
        if row is not None:
            end = hit.end
            written = passage.written[hit.start : hit.end]
            yield Found(hit.start, hit.end, _said(row, written) + full_stop(passage, written, hit.end))


def _stands_alone(passage: Passage, start: int, end: int) -> bool:
    if _JOINED_BEFORE.search(passage.written[max(0, start - 2) : start]) or _is_name(passage, start, end):
        return False
    return not passage.written[end : end + 1].isalnum() or passage.written[end - 1] in "./"


def _is_name(passage: Passage, start: int, end: int) -> bool:
    """Whether it is written in capitals as no abbreviation is: initials (P.S. Krøyer), a ship (M/S), a title (PT)."""
    written = passage.written[start:end]
    if _INITIALS.fullmatch(written) or (written[0].isupper() and "/" in written):
        return True
    return len(written) > 1 and written.isupper() and not _NEXT_NUMBER.match(passage.written, end)


def _fitting(passage: Passage, start: int, end: int, rows: Sequence[Abbreviation]) -> Abbreviation | None:
    return next((row for row in rows if COMPANY[row.before](passage, start, end)), None)


def _before_name(passage: Passage, start: int, end: int) -> bool:
    is_name = _NEXT_NAME.match(passage.written, end) is not None
    return is_name and passage.written[start].isupper() and not passage.ends_sentence(end)


def _before_word(passage: Passage, start: int, end: int) -> bool:
    is_capital = passage.written[start].isupper() and not passage.begins_sentence(start)  # somebody's name: Lars Alm.
    return not is_capital and not passage.ends_sentence(end)


def _in_lower_case(passage: Passage, start: int, end: int) -> bool:
    is_opening = passage.begins_sentence(start) and _NEXT_LOWER.match(passage.written, end) is not None
    return passage.written[start].islower() or is_opening


COMPANY: dict[str, Callable[[Passage, int, int], bool]] = {
    "": lambda _passage, _start, _end: True,
    "year": lambda passage, _, end: _NEXT_YEAR.match(passage.written, end) is not None,
    "number": lambda passage, _, end: _NEXT_NUMBER.match(passage.written, end) is not None,
    "name": _before_name,
    "word": _before_word,
    "lower": _in_lower_case,
}


def _said(row: Abbreviation, written: str) -> str:
    return row.spoken[0].upper() + row.spoken[1:] if written[0].isupper() and len(written) > 1 else row.spoken
