"""Find the phrases of a table in a text: one look-up for each word, however long the table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")

_WORD = re.compile(r"[^\W_]+")


class Hit(NamedTuple, Generic[Row]):
    """A row of the table, and where it stands in the text."""

    start: int
    end: int
    row: Row


class Phrases(Generic[Row]):
    """Phrases, each with its row; found longest first. A space may be any white space, and after a full stop none."""

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        by_word: defaultdict[str, list[tuple[tuple[str, ...], Row]]] = defaultdict(list)
        for written, row in rows:
            first = _WORD.search(written)
            if first is not None and first.start() == 0:
                by_word[first.group()].append((tuple(written.split()), row))
        self._by_word = {word: sorted(found, key=_shortness) if found[1:] else found for word, found in by_word.items()}

    def find(self, text: str, words: Iterable[tuple[int, str]]) -> Iterator[Hit[Row]]:
        """Every phrase of `text` that begins at one of its `words` (place, word); the caller looks at what follows."""
        by_word = self._by_word
        for start, word in words:
            if word in by_word:
                for parts, row in by_word[word]:
                    end = _end_of(parts, text, start)
                    if end is not None:
                        yield Hit(start, end, row)


def _shortness(pair: tuple[tuple[str, ...], object]) -> int:
    return -sum(map(len, pair[0]))


def _end_of(parts: tuple[str, ...], text: str, place: int) -> int | None:
    for number, part in enumerate(parts):
        if number:
            after = place + 1 if text[place : place + 1].isspace() else place
            if after == place and not parts[number - 1].endswith("."):
                return None
            place = after
        if not text.startswith(part, place):
            return None
        place += len(part)
    return place


def lowered(text: str) -> str:
    """`text` in lower case, character for character, so that places stay what they are."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
