"""Places in a law or a work, and everything that goes by a number: § 119, stk. 1, nr. 3; side 12; afsnit 3.2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, END, SPACE, full_stop

# What follows one of these is its name: "nummer et", never "nummer en", and no year.
LABELS = frozenset(
    "afsnit akt art artikel bane bd bilag bind del episode fase fig figur formel gate gruppe hal hold kanal kap "
    "kapitel kategori klasse lektion linje linjen litra lok lokale motorvej niveau nr nummer nummeret opgave pkt punkt "
    "perron regel rute scene side siderne spor spørgsmål station stk stykke sæson sæt tab tabel tal tallet trin type "
    "uge ugerne version zone".split()
)

FILE_NUMBER = 4  # digits: 2022-1234 is the number of a file, and no range

_PARAGRAPH = re.compile(
    rf"(§§?)({SPACE}?)(\d{{1,4}})(?:({SPACE}?{DASH}{SPACE}?)(\d{{1,4}}))?({SPACE}[a-z](?![\w.]))?(?!\d)"
)
_DOTTED = re.compile(r"\d{1,4}(?:\.\d{1,4})+(?![\w.]*\d)")
_LABELLED = re.compile(rf"(\d{{1,3}}(?:\.\d{{3}}){{1,5}}(?!\d)|\d+)(?:({SPACE}?{DASH}{SPACE}?)(\d+))?{END}")
_SENTENCE_OF_LAW = re.compile(rf"(\d{{1,2}})\.({SPACE}?)(pkt\.?)(?!\w)")


def paragraph(passage: Passage) -> Iterator[Found]:
    """§ 119: paragraf hundrede og nitten; §§ 5-7: paragrafferne fem til syv; § 14 a: paragraf fjorten a."""
    for match in _PARAGRAPH.finditer(passage.free):
        sign, _, first, _, last, _ = match.groups()
        yield Found(match.start(1), match.end(1), "paragrafferne" if sign == "§§" else "paragraf")
        yield Found(match.start(3), match.end(3), numbers.number(first, "et"))
        if last:
            yield Found(match.start(4), match.end(4), " til ")
            yield Found(match.start(5), match.end(5), numbers.number(last, "et"))


def sentence_of_law(passage: Passage, at: int) -> Iterator[Found]:
    """2. pkt.: andet punktum, as the sentences of a law are counted."""
    match = _SENTENCE_OF_LAW.match(passage.free, at)
    if match:
        yield Found(at, match.end(1) + 1, numbers.ordinal(int(match[1]), "et"))
        yield Found(match.start(3), match.end(3), "punktum" + full_stop(passage, match[3], match.end()))


def dotted(passage: Passage, at: int) -> Iterator[Found]:
    """afsnit 3.2.1: tre punktum to punktum et; thousands are none of these."""
    match = _DOTTED.match(passage.free, at)
    if match and not _is_grouped(match.group()):
        parts = match.group().split(".")
        yield Found(at, match.end(), " punktum ".join(numbers.number(part, "et") for part in parts))


def labelled(passage: Passage, at: int) -> Iterator[Found]:
    """nr. 1: nummer et; side 12-14: side tolv til fjorten."""
    if passage.word_before(at) not in LABELS:
        return
    match = _LABELLED.match(passage.free, at)
    if match is None:
        yield from dotted(passage, at)
    else:
        first, _, last = match.groups()
        yield Found(at, match.end(1), numbers.number(first, "et"))
        if last:
            yield Found(match.start(2), match.end(2), " til " if len(first) < FILE_NUMBER else " ")
            yield Found(match.start(3), match.end(3), numbers.number(last, "et"))


def _is_grouped(text: str) -> bool:
    first, *groups = text.split(".")
    return len(first) <= 3 and first != "0" and all(len(group) == 3 for group in groups)
