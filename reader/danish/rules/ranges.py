"""Ranges, scores, and what is made of a number and a word: 10-15 personer, 4-0, 1939-45, 16-24-årige, 10-procents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.gender import gender_after
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, NUMBER, SPACE, end_of_range

LARGEST_SCORE = 199
SCORE_NEAR = 80  # characters before a score in which its match is told of
# Words, and beginnings of words, that tell of a match.
MATCH_WORDS = frozenset("bagud bragte foran knuste overvandt pausen spillede spiller stod tabt taber tabte".split())
MATCH_STEMS = (
    *"besejre cifre ende endt forspring føre ført føring halvleg kamp nederlag reducer resultat scor sejr slut".split(),
    *"slog slå spilletid stilling sæt tiebreak uafgjort udlign vandt vinde vundet øge".split(),
)
WON = "sejr nederlag føring mål sejren nederlaget føringen målet scoring kamp resultat".split()
MINUS = "−"
YEARS = range(1100, 2200)

_RANGE = re.compile(rf"({NUMBER})({SPACE}?{DASH}{SPACE}?)({NUMBER})(?!\w)(?![.,–-]\d)")
_COUNTED = re.compile(
    rf"{SPACE}(?!(?:over|efter|for|hjemme|ude|sejr\w*|nederlag\w*)\b)(?:[a-zæøå]{{1,30}}(?:er|e|r)|år|point|mål)\b"
)
_SCORE_AFTER = re.compile(rf"-({'|'.join(WON)})|{SPACE}(?:over|mod|{'|'.join(WON)}|efter{SPACE}straffespark\w*)\b")
_WORD = re.compile(r"[^\W\d_]+")
_AGE = re.compile(rf"(\d{{1,3}}(?:,\d)?)(?:({SPACE}?{DASH}{SPACE}?)(\d{{1,3}}))?-(?=årig)")
_COMPOUND = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)-(?=[^\W\d_]|$|\s(?:og|eller|til)\s)")
_TEAMS = re.compile(r"[A-ZÆØÅ]\w{1,30}\s?[-–]\s?[A-ZÆØÅ]\w{1,30}\s\Z")
_EQUALS = re.compile(rf"{SPACE}?=")
_IN_A_ROW = re.compile(r"\d[-–]\Z")  # 25-13-2022 is no range of anything
_VIS = {"100": "hundredvis", "1000": "tusindvis", "1.000": "tusindvis"}
_HEAPS = re.compile(r"(100|1\.?000)-?vis\b")
_THING = re.compile(r"(\d{1,3})['’]?(er)(?=e?n?s?(?:ne)?(?:s)?\b|-)")


def age(passage: Passage, at: int) -> Iterator[Found]:
    """19-årig: nittenårig; 16-24-årige: seksten til fireogtyveårige."""
    match = _AGE.match(passage.free, at)
    if match is None:
        return
    first, dash, last = match.groups()
    if dash:
        yield Found(at, match.end(1), numbers.number(first, "et"))
        yield Found(match.start(2), match.end(2), " til ")
    start = match.start(3) if dash else at
    word = _WORD.match(passage.free, match.end())
    end = word.end() if word else match.end()
    yield Found(start, end, numbers.number(last or first, "et") + passage.free[match.end() : end])


def number_range(passage: Passage, at: int) -> Iterator[Found]:
    """10-15: ti til femten; in a match 2-1 is to et; 1939-45 and 2019-2022 are years."""
    match = _RANGE.match(passage.free, at)
    if match is None or _IN_A_ROW.search(passage.written[max(0, at - 2) : at]):
        return
    first, _, last = match.groups()
    is_sum = MINUS in match[2] or _EQUALS.match(passage.written, match.end())
    link = " minus " if is_sum else " " if first == last or _is_score(passage, match) else " til "
    first_words, last_words = _years(first, last) or (end_of_range(first, "et"), end_of_range(last, "et"))
    yield Found(at, match.end(1), first_words)
    yield Found(match.start(2), match.end(2), link)
    yield Found(match.start(3), match.end(3), last_words)


def compound(passage: Passage, at: int) -> Iterator[Found]:
    """10-procents: ti-procents; 1-mands: en-mands; 1864-krigen is a year; 100-vis: hundredvis."""
    heaps = _HEAPS.match(passage.free, at)
    if heaps:
        yield Found(at, heaps.end(), _VIS[heaps[1]])
        return
    match = _COMPOUND.match(passage.free, at)
    if match:
        gender = gender_after(passage.written, match.end())
        is_year = len(match[1]) == 4 and int(match[1]) in YEARS
        yield Found(at, match.end(1), numbers.year(int(match[1])) if is_year else numbers.number(match[1], gender))


def thing(passage: Passage, at: int) -> Iterator[Found]:
    """En 50'er: en halvtredser; 7'eren: syveren; 3'er: treer."""
    match = _THING.match(passage.free, at)
    if match and int(match[1]) > 0:
        yield Found(at, match.end(), numbers.noun(int(match[1])))


def _is_score(passage: Passage, match: re.Match[str]) -> bool:
    first, last = match[1], match[3]
    if not (first.isdecimal() and last.isdecimal() and max(int(first[:9]), int(last[:9])) <= LARGEST_SCORE):
        return False
    if _SCORE_AFTER.match(passage.written, match.end()):
        return True
    near = passage.written[max(0, match.start() - SCORE_NEAR) : match.start()]
    return (_tells_of_a_match(near) or _TEAMS.search(near) is not None) and not _COUNTED.match(
        passage.written, match.end()
    )


def _tells_of_a_match(text: str) -> bool:
    words = (word.casefold() for word in _WORD.findall(text))
    return any(word in MATCH_WORDS or word.startswith(MATCH_STEMS) for word in words)


def _years(first: str, last: str) -> tuple[str, str] | None:
    """Two years, the second perhaps without its century."""
    if not (len(first) == 4 and first.isdecimal() and int(first) in YEARS and last.isdecimal()):
        return None
    if len(last) == 4 and int(last) in YEARS:
        return numbers.year(int(first)), numbers.year(int(last))
    return (numbers.year(int(first)), numbers.two_digits(last)) if len(last) == 2 else None
