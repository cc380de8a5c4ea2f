"""Pair the quotation marks of a paragraph, and find the speech of a dash line. Linear, whatever the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reader.danish.speech.verbs import SPEECH_VERBS

CLOSERS = {
    "»": "«",
    "«": "»",
    "„": "“”‟",
    "“": "”",
    "”": "”",
    "‟": "”",
    '"': '"',
    "‘": "’",
    "’": "’",
    "'": "'",
}
SINGLE = "‘’'"
OPENING_CONTEXT = " \t\n([–—-/"

_DASH_LINE = re.compile(r"[–—-]\s+(?=\S)")
_DASH_ATTRIBUTION = re.compile(rf"[,!?]\s+(?:{'|'.join(SPEECH_VERBS)})\b")


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch between marks: outer and inner offsets. `continues`: its mark is closed in a later paragraph."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    continues: bool = False


def marked_stretches(text: str, following: str = "") -> list[Marked]:
    """The outermost marked stretches of a paragraph; `following` is the paragraph after it."""
    dash = _dash_speech(text)
    if dash is not None:
        return [dash]
    pairs, unclosed = _pairs(text)
    stretches = [Marked(a, b + 1, a + 1, b) for a, b in _outermost(pairs)]
    if unclosed is not None and following[:1] == text[unclosed]:
        stretches = [stretch for stretch in stretches if stretch.end <= unclosed]
        stretches.append(Marked(unclosed, len(text), unclosed + 1, len(text), continues=True))
    return stretches


def _dash_speech(text: str) -> Marked | None:
    opening = _DASH_LINE.match(text)
    if opening is None:
        return None
    attribution = _DASH_ATTRIBUTION.search(text, opening.end())
    if attribution is None:
        return None
    end = attribution.start() + (text[attribution.start()] != ",")
    return Marked(0, end, opening.end(), end)


def _pairs(text: str) -> tuple[list[tuple[int, int]], int | None]:
    """The matched marks, and the first double mark that nothing closes."""
    open_marks: list[int] = []
    waiting = dict.fromkeys(CLOSERS, 0)  # how many of each mark are open: no search where there is none
    pairs: list[tuple[int, int]] = []
    unclosed: int | None = None
    for position, mark in enumerate(text):
        if mark not in _EVERY_MARK:
            continue
        opener = _opener_closed_by(mark, text, position, waiting)
        if opener is None:
            if mark in CLOSERS and _may_open(text, position):
                open_marks.append(position)
                waiting[mark] += 1
            continue
        while True:
            start = open_marks.pop()
            waiting[text[start]] -= 1
            if text[start] in opener:
                break
        pairs.append((start, position))
    for start in open_marks:
        if text[start] not in SINGLE:
            unclosed = start
            break
    return pairs, unclosed


def _opener_closed_by(mark: str, text: str, position: int, waiting: dict[str, int]) -> str | None:
    if not _may_close(text, position):
        return None
    openers = "".join(opener for opener in _OPENERS.get(mark, "") if waiting[opener])
    return openers or None


def _may_open(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not after or after.isspace():
        return False
    if text[position] in SINGLE and not after.isalpha():
        return False  # '98
    return not before or before in OPENING_CONTEXT or before in CLOSERS or text[position] in "»„"


def _may_close(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not before or (before.isspace() and text[position] not in "«»"):
        return False
    return text[position] not in "\"'’”" or not after.isalnum()


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    outer: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if not outer or start > outer[-1][1]:
            outer.append((start, end))
    return outer


_OPENERS = {closer: "".join(o for o, cs in CLOSERS.items() if closer in cs) for cs in CLOSERS.values() for closer in cs}
_EVERY_MARK = frozenset(CLOSERS) | frozenset(_OPENERS)
