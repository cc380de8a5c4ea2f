"""Cut a text into pieces that a voice with a length limit can speak, where a speaker would draw breath.

Every white space is a possible cut and has a rank: how badly a pause there would sound. Those that tear apart what is
one, such as a number or a name, are avoided first of all, even for one piece more. Then there are as few pieces as can
be, since each may cost a request. Of those, the pieces chosen have the fewest cuts of the worst rank left, then of the
next, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

CONJUNCTIONS = frozenset({"og", "men", "at", "som", "der", "fordi", "mens"})
# Words that lean on the next one: nobody draws breath after them.
_LEANING = CONJUNCTIONS | frozenset(
    "en et den det de denne dette disse min mit mine din dit dine sin sit sine hans hendes vores jeres deres eller "
    "i på til af for med ved fra om under over efter før mod mellem hos uden gennem ad "
    "er var har havde kan kunne skal skulle vil ville må måtte bør ikke meget så".split()
)
# Full stops that end no sentence; a leader is moreover kept with the number or name that follows ("kl. 14.30").
_ABBREVIATION = re.compile(
    r"(?:adr|afd|alm|art|bl\.a|evt|f\.eks|fx|hhv|inkl|jf|mia|mio|pct|tlf|vedr|jan|feb|okt|nov|dec)\."
)
_LEADER = re.compile(
    r"(?:ca|d|dr|fr|frk|hr|kap|kl|nr|pkt|prof|s|skt|st|stk|str)\.|klokken|nummer|side|§§?",
)

_WORD = re.compile(r"\S+")
_NO_BREAK_SPACES = frozenset("\u00a0\u202f")
_OPENING = "»«\"'“”„‘’([{"
_CLOSING = "»«\"'“”„‘’)]}"
_STOPS = ".,;:!?…"
_SENTENCE_END = (".", "!", "?", "…")
_CLAUSE_END = (",", ";", ":", "–", "—")
_DASHES = frozenset({"-", "–", "—", "−"})
_NUMBER_JOINTS = _DASHES | {"og", "x", "×", "/"}
_UNIT_SIGNS = frozenset("%‰°€$£")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_]+\.[^\W\d_]+\.")
_ORDINAL = re.compile(r"\d{1,2}\.")
_NUMBER = re.compile(
    r"[+−-]?[$€£§]?\d+(?:[.,:/–-]\d+)*\.?"
    r"|nul|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten"
    r"|\w*(?:tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems|hundrede|tusinde?)"
    r"|million(?:er)?|milliard(?:er)?|komma"
)


class Cut(IntEnum):
    """How badly a pause would sound: the higher, the worse."""

    SENTENCE = 0
    CLAUSE = 1
    CONJUNCTION = 2
    SPACE = 3
    CLOSE = 4
    NAME = 5
    BOUND = 6
    HARD = 7


# One cut of a rank outweighs any number of a lower one, and a piece any number of cuts below NAME.
# A piece without letter or digit is worst of all.
_PIECE = 1 << 32 * Cut.NAME
_WEIGHTS = tuple(0 if cut is Cut.SENTENCE else 1 << 32 * (cut + (cut >= Cut.NAME)) for cut in Cut)
_UNSPEAKABLE = 1 << 32 * (len(Cut) + 1)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    least: Cut = Cut.SENTENCE  # a cut before this word is at least as bad as this


def split(text: str, limit: int = 100) -> list[str]:
    """Cut `text` into the fewest pieces of at most `limit` characters that sound well, each with a letter or digit.

    Joined, they are the text again, but for the white space around them and for marks that can stand in no such piece.
    """
    return [text[start:end] for start, end in pieces(text, limit)]


def pieces(text: str, limit: int = 100) -> list[tuple[int, int]]:
    """Where the pieces of `split` begin and end in `text`. Raises ValueError for a limit below one character."""
    if limit < 1:
        raise ValueError("a piece needs room for at least one character")
    bare = text.strip()
    if len(bare) <= limit:
        start = len(text) - len(text.lstrip())
        return [(start, start + len(bare))] if any(map(str.isalnum, bare)) else []
    words = list(_words(text, limit))
    ends = _best_ends(words, limit)
    found = []
    first = 0
    while first < len(words):
        start, end = words[first].start, words[ends[first] - 1].end
        if any(map(str.isalnum, text[start:end])):
            found.append((start, end))
        first = ends[first]
    return found


def _words(text: str, limit: int) -> Iterator[_Word]:
    for found in _WORD.finditer(text):
        start, end = found.span()
        least = Cut.BOUND if text[start - 1 : start] in _NO_BREAK_SPACES else Cut.SENTENCE
        if end - start <= limit:
            yield _Word(found.group(), start, end, least)
        else:  # too long to be spoken at once: every character is a word, and may be cut off
            yield _Word(text[start], start, start + 1, least)
            yield from (_Word(text[at], at, at + 1, Cut.HARD) for at in range(start + 1, end))


def _best_ends(words: list[_Word], limit: int) -> list[int]:
    """For every word that a piece may begin with, the word before which that piece best ends."""
    count = len(words)
    weights = [_WEIGHTS[_cut(words, at)] for at in range(1, count)]
    spoken = list(accumulate((any(map(str.isalnum, word.text)) for word in words), initial=0))
    costs, ends = [0] * (count + 1), [count] * count
    for first in range(count - 1, -1, -1):
        best = None
        for end in range(first + 1, count + 1):
            if words[end - 1].end - words[first].start > limit:
                break
            cost = _PIECE + costs[end] + (weights[end - 1] if end < count else 0)
            cost += 0 if spoken[end] > spoken[first] else _UNSPEAKABLE
            if best is None or cost <= best:
                best, ends[first] = cost, end
        costs[first] = best or 0
    return ends


def _cut(words: list[_Word], at: int) -> Cut:
    """The rank of a cut before word number `at`."""
    after = words[at]
    if after.least is Cut.SENTENCE:
        return Cut.BOUND if _is_bound(words, at) else _pause(words[at - 1].text, after.text)
    return after.least


def _pause(before: str, after: str) -> Cut:
    if _ends_sentence(before.rstrip(_CLOSING), after):
        return Cut.SENTENCE
    if before.rstrip(_CLOSING).endswith(_CLAUSE_END) or before in _DASHES:
        return Cut.CLAUSE
    if _core(after) in CONJUNCTIONS:
        return Cut.CONJUNCTION
    if _is_capital(before) and _is_capital(after):
        return Cut.NAME
    return Cut.CLOSE if before.lstrip(_OPENING).lower() in _LEANING else Cut.SPACE


def _ends_sentence(before: str, after: str) -> bool:
    if not before.endswith(_SENTENCE_END) or after.lstrip(_OPENING)[:1].islower():
        return False
    if not before.endswith("."):
        return True
    word = before.lstrip(_OPENING).lower()
    return not any(kind.fullmatch(word) for kind in (_ABBREVIATION, _LEADER, _INITIALS, _ORDINAL))


def _is_bound(words: list[_Word], at: int) -> bool:
    """Whether a cut before word number `at` tears a number apart, or from its unit, or from what leads up to it."""
    before, after = words[at - 1].text.lstrip(_OPENING).lower(), words[at].text
    if _LEADER.fullmatch(before):
        return _is_number(_core(after)) or _is_capital(after)
    if before in _NUMBER_JOINTS:
        return at > 1 and _is_number(words[at - 2].text) and _is_number(_core(after))
    if not _is_number(before):
        return False
    if after in _NUMBER_JOINTS:
        return at + 1 < len(words) and _is_number(_core(words[at + 1].text))
    return _is_number(_core(after)) or _is_unit(_core(after))


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word.lower()) is not None


def _is_unit(word: str) -> bool:
    return (word[:1].islower() and word not in CONJUNCTIONS) or word[:1] in _UNIT_SIGNS


def _is_capital(word: str) -> bool:
    """Whether this may be a part of a name that goes on: "Claus", "J.P.", but not "Claus,"."""
    bare = word.lstrip(_OPENING)
    ends = bare != bare.rstrip(_STOPS + _CLOSING) and not _INITIALS.fullmatch(bare)
    return bare[:1].isupper() and not ends


def _core(word: str) -> str:
    return word.strip(_OPENING + _CLOSING + _STOPS)
