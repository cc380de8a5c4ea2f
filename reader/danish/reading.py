"""Apply rules to a text and keep the place of every change."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """`text[start:end]` of the written text is said as `spoken`, because of `rule`."""

    start: int
    end: int
    spoken: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A written text, what is said for it, and the changes between the two, in order and without overlap."""

    written: str
    spoken: str
    changes: tuple[Change, ...]


Rule = Callable[[str], Iterator[tuple[int, int, str]]]


def apply(text: str, rules: Sequence[tuple[str, Rule]], lexicon: Mapping[str, str]) -> Reading:
    """Read `text` by the lexicon first and then by each rule in its order; what one has changed, no other touches."""
    starts: list[int] = []
    changes: list[Change] = []
    for name, rule in [("lexicon", _lexicon_rule(lexicon)), *rules]:
        for start, end, spoken in rule(text):
            place = bisect(starts, start)
            if _is_free(changes, place, start, end):
                starts.insert(place, start)
                changes.insert(place, Change(start, end, spoken, name))
    return Reading(text, "".join(_pieces(text, changes)), tuple(changes))


def _is_free(changes: Sequence[Change], place: int, start: int, end: int) -> bool:
    after_previous = place == 0 or changes[place - 1].end <= start
    return after_previous and (place == len(changes) or end <= changes[place].start)


def _pieces(text: str, changes: Iterable[Change]) -> Iterator[str]:
    position = 0
    for change in changes:
        yield text[position : change.start]
        yield change.spoken
        position = change.end
    yield text[position:]


def _lexicon_rule(lexicon: Mapping[str, str]) -> Rule:
    if not lexicon:
        return lambda _text: iter(())
    words = "|".join(re.escape(word) for word in sorted(lexicon, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    def rule(text: str) -> Iterator[tuple[int, int, str]]:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), lexicon[match.group()]

    return rule
