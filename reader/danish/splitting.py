"""Cut Danish text into sentences, without losing a character."""

from __future__ import annotations

import re

from reader.danish.abbreviations import table

CLOSING_MARKS = "»«”“’\"')]"
STARTING_MARKS = "»«”“„‘’\"'([–—-"
MONTHS = ("januar februar marts april maj juni juli august september oktober november december").split()
# Words that begin sentences but no names: after "vitamin C." or "A/S." they decide.
STARTERS = frozenset(
    "alle at da de den der det dette disse efter en er et for fra før han hun hvad hver hvis hvor hvordan hvorfor i "
    "ifølge ingen ja jeg kun man med men mens mere mange nej nogle nu når og også om op over på se selv siden som "
    "så sådan til trods ud under ved vi å".split()
)

# Possessive, and only from the first of several marks: a million full stops take linear time.
_END = re.compile(rf"(?<![.!?…])[.!?…]++[{re.escape(CLOSING_MARKS)}]*+(?:\[\d++\])*+\s++")
_LAST_WORD = re.compile(r"\S+\Z")
_FIRST_WORD = re.compile(r"\w+")
_INITIALS = re.compile(r"(?:[A-ZÆØÅ]\.)+")


def sentences(text: str) -> list[str]:
    """The sentences of `text`, each with the white space that follows it; joined, they are `text` again."""
    pieces: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if _splits(text, start, end):
            pieces.append(text[start : end.end()])
            start = end.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def _splits(text: str, start: int, end: re.Match[str]) -> bool:
    following = text[end.end() : end.end() + 40]
    if not _may_begin(following):
        return False
    terminator = end.group().rstrip()
    if terminator != ".":
        return True
    word = _word_before(text, start, end.start() + 1)
    return not _continues(word, following, is_first=end.start() + 1 - start == len(word))


def _may_begin(following: str) -> bool:
    first = following[:1]
    if first in STARTING_MARKS and first:
        inner = following.lstrip(STARTING_MARKS + " ")[:1]
        return not inner or inner.isupper() or inner.isdigit() or not inner.isalpha()
    return first.isupper() or first.isdigit()


def _word_before(text: str, start: int, end: int) -> str:
    """The word that ends at `end`, with its full stop; at most 40 characters are looked at."""
    match = _LAST_WORD.search(text[max(start, end - 40) : end])
    return match.group().lstrip(STARTING_MARKS) if match else ""


def _continues(word: str, following: str, *, is_first: bool) -> bool:
    """Whether the sentence goes on after this word with its full stop."""
    next_match = _FIRST_WORD.match(following)
    next_word = next_match.group() if next_match else ""
    if word[:-1].isdigit():
        return next_word.casefold() in MONTHS
    if _INITIALS.fullmatch(word):
        return next_word[:1].isupper() and next_word.casefold() not in STARTERS
    abbreviation = table().get(word.casefold())
    if abbreviation is None:
        return False
    return not abbreviation.may_end or is_first or next_word[:1].isdigit()
