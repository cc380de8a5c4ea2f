"""Clock times: kl. 9, kl. 14.05, kl. 14.30-16, 19:30, fra 8.00 til 16.30."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import DASH, SPACE

CALLED = frozenset(("kl", "klokken"))
_TIME = r"([01]?\d|2[0-4])(?:[.:]([0-5]\d))?"
_AFTER = r"(?!\w)(?![.,:]\d)"
_LINK = rf"({SPACE}?{DASH}{SPACE}?|{SPACE}(?:til|og|eller|samt){SPACE}(?:ca\.{SPACE})?)"
_ONE = re.compile(rf"{_TIME}{_AFTER}")
_RANGE = re.compile(rf"{_TIME}({SPACE}?{DASH}{SPACE}?){_TIME}{_AFTER}")
_LISTED = re.compile(rf"{_LINK}{_TIME}{_AFTER}(?!{SPACE}[a-zæøå]{{2,}}er\b)")
_PLAIN = re.compile(
    rf"([01]?\d|2[0-4])[.:]([0-5]\d)(?:[.:]([0-5]\d))?(?:,(\d\d?))?{_AFTER}(?!{SPACE}?(?:kr|pct|%|procent|mio|mia)\b)"
)
_UNTIL = re.compile(rf"({SPACE}?{DASH}{SPACE}?)(?=\d)")


def called_time(passage: Passage, at: int) -> Iterator[Found]:
    """kl. 14.05: klokken fjorten nul fem; kl. 9-17: klokken ni til sytten; kl. 14 og 16."""
    if passage.word_before(at) not in CALLED:
        return
    span = _RANGE.match(passage.free, at)
    if span:
        yield Found(at, span.end(2) if span[2] else span.end(1), time_words(span[1], span[2]))
        yield Found(span.start(3), span.end(3), " til ")
        yield Found(span.start(4), span.end(5) if span[5] else span.end(4), time_words(span[4], span[5]))
        return
    first = _ONE.match(passage.free, at)
    if first:
        yield Found(at, first.end(), time_words(first[1], first[2]))
        second = _LISTED.match(passage.free, first.end())
        if second:
            yield Found(second.start(2), second.end(), time_words(second[2], second[3]))


def plain_time(passage: Passage, at: int) -> Iterator[Found]:
    """19:30: nitten tredive; 8.05-16: otte nul fem til seksten; 2:15:30 and 1.45,23 are times too."""
    match = _PLAIN.match(passage.free, at)
    if match is None:
        return
    smaller = [
        numbers.two_digits(part) if len(part) == 2 else numbers.digits(part) for part in match.groups()[2:] if part
    ]
    yield Found(at, match.end(), " ".join([time_words(match[1], match[2]), *smaller]))
    until = _UNTIL.match(passage.free, match.end())
    if until:
        yield Found(until.start(), until.end(), " til ")


def time_words(hour: str, minutes: str | None) -> str:
    """An hour and its minutes: ("14", "05") gives "fjorten nul fem", ("21", "00") "enogtyve"."""
    words = numbers.cardinal(int(hour), "et")
    if minutes is None or (minutes == "00" and int(hour)):
        return words
    return f"{words} {numbers.two_digits(minutes) if minutes != '00' else 'nul nul'}"
