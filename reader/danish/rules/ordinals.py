"""Ordinals: 3. plads, den 10., 9. og 10. klasse, 2.g, 5. sal; and the numbers that a list begins its items with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.gender import gender_after
from reader.danish.numbers import Gender
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, SPACE, full_stop
from reader.danish.splitting import NUMBERED

NEAR = 40  # characters before a number in which a bracket may be open

_GROUP = r"(\d{1,3}(?:\.\d{3}){1,2}|\d{1,9})\."
_BEFORE_WORD = re.compile(rf"{_GROUP}(?={SPACE}[a-zæøå]|{SPACE}?[,;)»«”\"]|{SPACE}?[-–/]{SPACE}?(?:\d|[a-zæøå])|\+\d)")
_SPAN = re.compile(rf"(\d{{1,3}})(\.?{SPACE}?{DASH}{SPACE}?)(\d{{1,3}})\.(?={SPACE}[a-zæøå])")
_BEFORE_NAME = re.compile(rf"{_GROUP}(?={SPACE}({'|'.join(NUMBERED)})\b)", re.IGNORECASE)
_SCHOOL = re.compile(r"(\d{1,2})\.(?=[a-zæøåA-ZÆØÅ](?:['’]?[a-zæøå]{0,5})?(?!\w|\.\w))")
_HOME = re.compile(rf"(\d{{1,2}})\.({SPACE}?)(tv|th|mf)(\.?)(?!\w)", re.IGNORECASE)
_PLACE = re.compile(rf"(\d{{1,3}})\.(?:-|{SPACE})(pladsen(?:s)?)(?!\w)")
_AFTER_THE = re.compile(_GROUP)
_LIST_ITEM = re.compile(r"(\d{1,3})([.)])(?=\s+[^\W\d_])")
_JOINED = re.compile(rf"(?:,?{SPACE}(?:og|eller|til){SPACE}|,{SPACE}?)\d{{1,3}}\.")
_OPENING = re.compile(r"(?:^|\n|:|;)\s*\Z")
SIDES = {"tv": "til venstre", "th": "til højre", "mf": "midt for"}


def ordinal(passage: Passage, at: int) -> Iterator[Found]:
    """den 3. plads: den tredje plads; 2. division: anden division; 2. sæt: andet sæt."""
    text = passage.written  # a word that the lexicon has read is a word all the same
    span = _SPAN.match(text, at)
    if span:
        yield Found(at, span.end(1), numbers.ordinal(int(span[1])))
        yield Found(span.start(2), span.end(2), " til ")
        yield Found(span.start(3), span.end(), numbers.ordinal(int(span[3])))
        return
    match = _BEFORE_WORD.match(text, at) or _BEFORE_NAME.match(text, at)
    if match is None and passage.word_before(at) in ("den", "d"):
        match = _AFTER_THE.match(text, at)
    if match:
        yield Found(at, match.end(1) + 1, _words(passage, at, match) + full_stop(passage, ".", match.end(1) + 1))


def home(passage: Passage, at: int) -> Iterator[Found]:
    """Vestergade 5, 2. tv.: anden til venstre."""
    match = _HOME.match(passage.free, at)
    if match:
        yield Found(at, match.end(1) + 1, numbers.ordinal(int(match[1])))
        ends = full_stop(passage, match[4], match.end())
        yield Found(match.start(3), match.end(), SIDES[match[3].casefold()] + ends)


def school_year(passage: Passage, at: int) -> Iterator[Found]:
    """2.g: anden g; 6.b: sjette b."""
    match = _SCHOOL.match(passage.free, at)
    if match:
        yield Found(at, match.end(), numbers.ordinal(int(match[1])) + " ")


def place(passage: Passage, at: int) -> Iterator[Found]:
    """5. pladsen and 3.-pladsen: femtepladsen, tredjepladsen."""
    match = _PLACE.match(passage.free, at)
    if match:
        yield Found(at, match.end(), numbers.ordinal(int(match[1])) + match[2])


def list_item(passage: Passage, at: int) -> Iterator[Found]:
    """1. Skær løget: et. Skær løget; 2) steg kødet: to, steg kødet. A full stop counts only where a list begins."""
    match = _LIST_ITEM.match(passage.free, at)
    before = passage.written[max(0, at - NEAR) : at]
    in_brackets = before.rfind("(") > before.rfind(")")
    if match and (_OPENING.search(before) if match[2] == "." else not in_brackets):
        yield Found(at, match.end(), numbers.cardinal(int(match[1]), "et") + match[2].replace(")", ","))


def _words(passage: Passage, at: int, match: re.Match[str]) -> str:
    value = int(match[1].replace(".", ""))
    neuter = passage.word_before(at) == "det" or _noun_gender(passage, match.end()) == "et"
    return numbers.ordinal(value, "et" if neuter else "en")


def _noun_gender(passage: Passage, place: int) -> Gender:
    """The gender of the noun, also where another ordinal stands between: 2. og 3. kvartal."""
    joined = _JOINED.match(passage.written, place)
    return gender_after(passage.written, joined.end() if joined else place)
