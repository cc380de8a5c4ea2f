"""Years and decades: 1864, '98, 1990'erne, 50'erne, 1800-tallet, sæsonen 2022/23, (f. 1972)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage

APOSTROPHES = ("'", "’", "‘")
_YEAR = re.compile(r"(1[1-9]\d\d|20\d\d|21\d\d)(?!\w)(?![.,]\d)(?![ \u00a0]\d{3}(?!\d))")
_SEASON = re.compile(r"(1[89]\d\d|20\d\d)/(\d\d(?:\d\d)?)(?!\w)")
_CENTURY = re.compile(r"(\d{3,4})-?(?=tal)")
_SHORT = re.compile(r"['’‘](?<!\w.)(\d\d)(?![\w])")
_DECADE = re.compile(r"(\d{2}|1\d{3}|20\d{2})['’‘]?-?(er)(ne)?(s|nes)?(?!['’\w])")


def decade(passage: Passage, at: int) -> Iterator[Found]:
    """1990'erne: nitten hundrede og halvfemserne; 50'ernes: halvtredsernes; 80'er-musik: firser-musik."""
    match = _DECADE.match(passage.free, at)
    if match is None or int(match[1]) % 10:
        return
    start = at - (passage.free[at - 1 : at] in APOSTROPHES)
    words = numbers.decade(int(match[1]))
    ending = "" if match[3] else "ne"
    genitive = (match[4] or "").replace("nes", "s")
    yield Found(start, match.end(), words.removesuffix(ending) + genitive)


def short_year(passage: Passage) -> Iterator[Found]:
    """'98: otteoghalvfems."""
    for match in _SHORT.finditer(passage.free):
        yield Found(match.start(), match.end(), numbers.two_digits(match[1]))


def season(passage: Passage, at: int) -> Iterator[Found]:
    """2022/23: to tusind og toogtyve treogtyve."""
    match = _SEASON.match(passage.free, at)
    if match:
        last = numbers.two_digits(match[2]) if len(match[2]) == 2 else numbers.year(int(match[2]))
        yield Found(at, match.end(), f"{numbers.year(int(match[1]))} {last}")


def century(passage: Passage, at: int) -> Iterator[Found]:
    """1800-tallet: atten hundrede-tallet."""
    match = _CENTURY.match(passage.free, at)
    if match:
        yield Found(at, match.end(), numbers.year(int(match[1])) + "-")


def year(passage: Passage, at: int) -> Iterator[Found]:
    """1864: atten hundrede og fireogtres; 2022: to tusind og toogtyve."""
    match = _YEAR.match(passage.free, at)
    if match:
        yield Found(at, match.end(), numbers.year(int(match[1])))
