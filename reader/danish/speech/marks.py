"""Pair the quotation marks of a paragraph. Linear, whatever the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

CLOSERS = {
    "»": "«",
    "«": "»",
    "›": "‹",
    "„": "“”‟",
    "“": "”",
    "”": "”",
    "‟": "”",
    '"': '"',
    "‚": "‘’",
    "‘": "’",
    "’": "’",
    "'": "'",
}
SINGLE = "‘’'‚›"
APOSTROPHES = "’'"
OPENING_CONTEXT = " \u00a0\t\n([–—-/"

_OPENERS = {closer: "".join(o for o, cs in CLOSERS.items() if closer in cs) for cs in CLOSERS.values() for closer in cs}
_MARK = re.compile(f"[{''.join({*CLOSERS, *_OPENERS})}]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of quote: outer and inner offsets.

    `continues`: its mark is closed in a later paragraph. `is_dash`: a dash opens it, and nothing but words closes it.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    continues: bool = False
    is_dash: bool = False


@dataclass(slots=True)
class _Pairing:
    """The marks of a text paired as far as one has read."""

    text: str
    open_marks: list[int] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)  # how many of each mark are open: no search where none is
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def read(self, position: int) -> None:
        """Take the mark at a position as a closing or an opening one, or as neither."""
        mark = self.text[position]
        openers = [o for o in _OPENERS.get(mark, "") if self.waiting[o]] if _may_close(self.text, position) else []
        if openers:
            self._close(position, openers)
        elif self._repairs(position):
            self.pairs[-1] = (self.pairs[-1][0], position)
        elif mark in CLOSERS and _may_open(self.text, position):
            self.open_marks.append(position)
            self.waiting[mark] += 1

    def _close(self, position: int, openers: list[str]) -> None:
        while True:
            start = self.open_marks.pop()
            self.waiting[self.text[start]] -= 1
            if self.text[start] in openers:
                break
        self.pairs.append((start, position))

    def _repairs(self, position: int) -> bool:
        """Whether the last pair was closed by an apostrophe ("’Ta’ det roligt,’"), and truly ends here."""
        if self.text[position] not in APOSTROPHES or not self.pairs or self.text[position - 1] not in ",.!?…":
            return False
        closed = self.pairs[-1][1]
        return self.text[closed] == self.text[position] and self.text[closed + 1 : closed + 3].strip()[:1].islower()


def marked_stretches(text: str, following: str = "") -> list[Marked]:
    """The outermost marked stretches of a paragraph; `following` is the paragraph after it."""
    pairing = _Pairing(text)
    for match in _MARK.finditer(text):
        pairing.read(match.start())
    stretches = [Marked(a, b + 1, a + 1, b) for a, b in _outermost(pairing.pairs)]
    unclosed = next((start for start in pairing.open_marks if _goes_on(text, start, following)), None)
    if unclosed is not None:
        stretches = [stretch for stretch in stretches if stretch.end <= unclosed]
        stretches.append(Marked(unclosed, len(text), unclosed + 1, len(text), continues=True))
    return stretches


def without(stretches: list[Marked], dashes: list[Marked]) -> list[Marked]:
    """All the stretches in order, but for the marks that stand within the speech of a dash."""
    kept: list[Marked] = []
    for stretch in sorted([*dashes, *stretches], key=lambda stretch: stretch.start):
        if not kept or stretch.start >= kept[-1].end:
            kept.append(stretch)
    return kept


def _goes_on(text: str, start: int, following: str) -> bool:
    """Whether the next paragraph opens anew the quote that nothing closes here; a single mark must open this one."""
    return following[:1] == text[start] and (text[start] not in SINGLE or start == 0)


def _may_open(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not after or after.isspace():
        return False
    if text[position] in SINGLE and not (after.isalpha() or after in "–…"):
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
