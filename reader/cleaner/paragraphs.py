"""Paragraphs and their names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from reader.cleaner.characters import speakable, tidy
from reader.model import Paragraph


def paragraph_id(text: str, occurrence: int = 1) -> str:
    """Twelve hex digits that stand for the words of a paragraph; a repeat of it has "-2", "-3" and so on after them.

    Case and white space do not count, so that a small correction of them keeps the name.
    """
    digest = hashlib.sha256(" ".join(text.casefold().split()).encode("utf-8", "replace")).hexdigest()[:12]
    return digest if occurrence == 1 else f"{digest}-{occurrence}"


def finished(drafts: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """The drafts that can be spoken, tidied and with their ids."""
    seen: Counter[str] = Counter()
    done = []
    for draft in drafts:
        text = tidy(draft.text)
        if speakable(text):
            name = paragraph_id(text)
            seen[name] += 1
            done.append(replace(draft, text=text, id=paragraph_id(text, seen[name])))
    return tuple(done)
