"""Dates: 24. februar 2022, 24.-26. december, den 12/5, 2022-08-24, 01-02-2023; spans of days and months."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, SPACE, full_stop
from reader.danish.splitting import MONTHS, WEEKDAYS

SHORT_MONTHS = {"jan": 1, "feb": 2, "febr": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9}
SHORT_MONTHS |= {"okt": 10, "nov": 11, "dec": 12}
# Before 12/5 they tell that it is a date and no fraction.
DATED = frozenset((*WEEKDAYS, "d", "den", "dato", "datoen", "frem", "fristen", "indtil", "inden", "senest"))
# Before 5/11 they let one think of a date, where nobody would count in such parts and nothing follows that is counted.
TIMED = frozenset("afholdes er efter fra før holdes i mødes og på senest siden til".split())
NO_DENOMINATORS = (7, 9, 11, 12)
LONGEST_MONTH, LAST_DAY = 12, 31
NEVER_DATES = frozenset(((9, 11), (24, 7)))  # the day in New York, and around the clock

_STOP = re.compile(rf"[.,;:!?)]|{SPACE}(?:kl\b|og\b|til\b)|$")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?![\w-])")
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:/(\d{{1,2}})(?:[/-]|{SPACE}|\.)|([.-])(\d{{1,2}})\3)(\d{{4}}|\d\d(?!\d))(?![\w-])"
)
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})(?![\w/])(?!,\d)")
_MONTH = "|".join(sorted((*MONTHS, *SHORT_MONTHS), key=len, reverse=True))
_NAMED = re.compile(
    rf"(\d{{1,2}})(\.?)(?:({SPACE}?{DASH}{SPACE}?)(\d{{1,2}})\.)?{SPACE}?({_MONTH})\b(\.?)(?:{SPACE}(\d{{4}})(?!\w|[.,]\d))?",
    re.IGNORECASE,
)
_DAY_NAMES = f"{'|'.join(WEEKDAYS)}|{'|'.join(MONTHS)}"
_SPAN = re.compile(rf"{DASH}(?={SPACE}?(?:{_DAY_NAMES})\b|{SPACE}?[\d\uffff])")
_DAY_BEFORE = re.compile(rf"\b(?:{_DAY_NAMES}){SPACE}?\Z", re.IGNORECASE)
LONGEST_DAY = 12  # characters


def numeric_date(passage: Passage, at: int) -> Iterator[Found]:
    """2022-08-24: fireogtyvende august to tusind og toogtyve; den 12/5: den tolvte maj."""
    iso = _ISO.match(passage.free, at)
    if iso:
        yield from _date(at, iso.end(), int(iso[3]), int(iso[2]), iso[1])
        return
    full = _DAY_FIRST.match(passage.free, at)
    if full and (full[3] != "." or len(full[5]) == 4):
        yield from _date(at, full.end(), int(full[1]), int(full[2] or full[4]), full[5])
        return
    short = _SHORT.match(passage.free, at)
    if short and _is_date(passage, at, short.end(), int(short[1]), int(short[2])):
        yield from _date(at, short.end(), int(short[1]), int(short[2]), None)


def named_date(passage: Passage, at: int) -> Iterator[Found]:
    """24. februar 2022: fireogtyvende februar to tusind og toogtyve; 24.-26. dec.: to the twenty-sixth."""
    match = _NAMED.match(passage.free, at)
    if match is None or not _is_named_date(passage, match):
        return
    first, stop, dash, last, month, month_stop, year = match.groups()
    yield Found(at, match.end(2) if stop else match.end(1), numbers.ordinal(int(first)))
    if dash:
        yield Found(match.start(3), match.end(3), " til ")
        yield Found(match.start(4), match.end(4) + 1, numbers.ordinal(int(last)))
    if month.casefold() in SHORT_MONTHS and (month_stop or year):
        ends = full_stop(passage, month_stop, match.end(6)) if not year else ""
        yield Found(match.start(5), match.end(6), MONTHS[SHORT_MONTHS[month.casefold()] - 1] + ends)
    if year:
        yield Found(match.start(7), match.end(7), numbers.year(int(year)))


def span_of_days(passage: Passage) -> Iterator[Found]:
    """mandag-fredag: mandag til fredag; juni-august: juni til august; 30. juni-2. juli."""
    for match in _SPAN.finditer(passage.free):
        if _DAY_BEFORE.search(passage.written[max(0, match.start() - LONGEST_DAY) : match.start()]):
            yield Found(match.start(), match.end(), " til ")


def _date(start: int, end: int, day: int, month: int, year: str | None) -> Iterator[Found]:
    if not (1 <= month <= LONGEST_MONTH and 1 <= day <= LAST_DAY):
        return
    words = f"{numbers.ordinal(day)} {MONTHS[month - 1]}"
    if year:
        words += " " + (numbers.year(int(year)) if len(year) == 4 else numbers.two_digits(year))
    yield Found(start, end, words)


def _is_date(passage: Passage, at: int, end: int, day: int, month: int) -> bool:
    """A day and a month, where the word before says so, or where it could hardly be a fraction."""
    if not (1 <= month <= LONGEST_MONTH and 1 <= day <= LAST_DAY):
        return False
    before = passage.word_before(at)
    is_no_part = day == month == 1 or day > month > 1
    is_likely = month in NO_DENOMINATORS and before in TIMED and _STOP.match(passage.written, end) is not None
    return before in DATED or ((is_no_part or is_likely) and (day, month) not in NEVER_DATES)


def _is_named_date(passage: Passage, match: re.Match[str]) -> bool:
    """A month with a capital after "24." begins a sentence, unless it is "den 24."; "5 maj" needs no full stop."""
    day, last, month = int(match[1]), match[4], match[5]
    if not 1 <= day <= LAST_DAY or (last and not 1 <= int(last) <= LAST_DAY):
        return False
    if not match[2] and not last and month.casefold() in SHORT_MONTHS and not match[6]:
        return False
    return month.islower() or passage.word_before(match.start()) in DATED
