"""Apply rules to a text, one after the other, and keep the place of every change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from reader.danish.splitting import sentences

TAKEN = "\uffff"  # no character of any text: stands where a rule has already read
REACH = 40  # characters: how far a rule looks back for a word

_NUMBER = re.compile(r"[0-9](?<!\w.)(?<![0-9][.,].)[0-9]*+")
_WORD = re.compile(r"[^\W_]+")
_LAST_WORD = re.compile(r"[^\W_]+(?=\.?[\s(\u00a0]*\Z)")
_AFTER_SENTENCE = re.compile(r"[»«”“’\"')\]]*\s*")


class Found(NamedTuple):
    """A rule's reading of `written[start:end]`; `language` and `ipa` are for voices that can use them."""

    start: int
    end: int
    spoken: str
    ipa: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`written[start:end]` is said as `spoken`, because of `rule`."""

    start: int
    end: int
    spoken: str
    rule: str
    ipa: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A written text, what is said for it, and the changes between the two, in order and without overlap."""

    written: str
    spoken: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """What a rule is given: the text, and the same text with TAKEN where earlier rules have read.

    A rule looks for what it reads in `free`, and for the company it keeps in `written`. `numbers` are the places where
    a number begins that nobody has read yet (at a digit that follows no letter, digit or decimal mark), each with the
    character after its first digits, "" at the end.
    """

    written: str
    free: str
    numbers: tuple[tuple[int, str], ...]

    @property
    def words(self) -> tuple[tuple[int, str], ...]:
        """Every run of letters and digits, with its place."""
        return _words(self.written)

    def word_before(self, place: int) -> str:
        """The word before a place in its sentence, in lower case, without the full stop of an abbreviation; else ""."""
        return _word_before(self.written, place)

    def begins_sentence(self, place: int) -> bool:
        """Whether a sentence begins at a place, perhaps after an opening mark."""
        return place < 2 or place in _sentence_ends(self.written) or place - 1 in _sentence_ends(self.written)

    def ends_sentence(self, place: int) -> bool:
        """Whether a full stop before `place` also ends the sentence."""
        after = _AFTER_SENTENCE.match(self.written, place)
        end = after.end() if after else place
        return end == len(self.written) or (end > place and end in _sentence_ends(self.written))


class Rule(NamedTuple):
    """One concern of reading, by name. Where a text holds none of the characters in `cues`, it finds nothing."""

    name: str
    find: Callable[[Passage], Iterable[Found]]
    cues: frozenset[str] = frozenset()


NumberReader = Callable[[Passage, int], Iterable[Found]]


def at_numbers(read: NumberReader, after: str = "") -> Callable[[Passage], list[Found]]:
    """A rule's `find` for what begins with a number: asks `read` at each number that nobody has read yet.

    `after`: the characters of which one must follow the first digits; "" where any may.
    """

    def find(passage: Passage) -> list[Found]:
        found: list[Found] = []
        for start, following in passage.numbers:
            is_read = bool(found) and start < found[-1].end
            if not is_read and (not after or (following and following in after)):
                found += read(passage, start)
        return found

    return find


def passage_of(text: str) -> Passage:
    """A text that no rule has read yet."""
    numbers = tuple((match.start(), text[match.end() : match.end() + 1]) for match in _NUMBER.finditer(text))
    return Passage(text, text, numbers)


def apply(text: str, rules: Sequence[Rule]) -> Reading:
    """Read `text` by each rule in its order; what one has read, no later one touches."""
    passage = passage_of(text)
    changes: list[Change] = []
    for rule in _with_cues(text, rules):
        found = rule.find(passage)
        taken = found and _free_ones(passage.free, sorted(found))
        if taken:
            changes += (Change(found.start, found.end, found.spoken, rule.name, *found[3:]) for found in taken)
            passage = _without(passage, taken)
    changes.sort(key=lambda change: change.start)
    separate = tuple(_kept_apart(text, changes))
    return Reading(text, "".join(_pieces(text, separate)), separate)


def _with_cues(text: str, rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that may find something in a text; what many of them look for is looked for once."""
    characters = frozenset(text)
    known: dict[frozenset[str], bool] = {frozenset(): True}
    for rule in rules:
        cues = rule.cues
        if cues not in known:
            known[cues] = not characters.isdisjoint(cues)
        if known[cues]:
            yield rule


def _free_ones(free: str, found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    position = 0
    for item in found:
        if position <= item.start < item.end and TAKEN not in free[item.start : item.end]:
            kept.append(item)
            position = item.end
    return kept


def _without(passage: Passage, taken: Iterable[Found]) -> Passage:
    free = passage.free
    pieces: list[str] = []
    position = 0
    for found in taken:
        pieces += (free[position : found.start], TAKEN * (found.end - found.start))
        position = found.end
    left = "".join([*pieces, free[position:]])
    return Passage(passage.written, left, tuple(number for number in passage.numbers if left[number[0]] != TAKEN))


def _kept_apart(text: str, changes: Sequence[Change]) -> Iterator[Change]:
    """Put a space where two words would run together: 50% is two words, as 50 % is."""
    before = ""  # the last character that is said
    position = 0
    for number, change in enumerate(changes):
        if change.start > position:
            before = text[change.start - 1]
        position = change.end
        spoken = change.spoken
        if spoken and spoken[0].isalnum() and before.isalnum() and _is_new_word(text, change.start):
            spoken = " " + spoken
        follows = number + 1 == len(changes) or changes[number + 1].start > position
        after = text[position : position + 1] if follows else ""
        if spoken and spoken[-1].isalnum() and after.isalnum() and _is_new_word(text, position):
            spoken += " "
        before = spoken[-1:] or before
        yield Change(change.start, change.end, spoken, change.rule, change.ipa, change.language)


def _is_new_word(text: str, place: int) -> bool:
    """Whether the two characters at a place belong to two words: all but two letters do."""
    return not (text[place - 1 : place].isalpha() and text[place : place + 1].isalpha())


def _pieces(text: str, changes: Iterable[Change]) -> Iterator[str]:
    position = 0
    for change in changes:
        yield text[position : change.start]
        yield change.spoken
        position = change.end
    yield text[position:]


@lru_cache(maxsize=512)
def _word_before(text: str, place: int) -> str:
    before = text[max(0, place - REACH) : place]
    match = _LAST_WORD.search(before)
    if match is None or ("." in before[match.end() :] and place in _sentence_ends(text)):
        return ""
    return match.group().casefold()


@lru_cache(maxsize=2)
def _words(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((match.start(), match.group()) for match in _WORD.finditer(text))


@lru_cache(maxsize=2)
def _sentence_ends(text: str) -> frozenset[int]:
    return frozenset(accumulate(map(len, sentences(text))))
