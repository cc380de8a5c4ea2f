"""Why each visible block of a page is part of the article, or is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reader.cleaner.characters import compact, words_only

if TYPE_CHECKING:
    from reader.cleaner.html import Reading

SITE = "of the site, not of the article"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A block of the page: `kind` where it is kept ("title" for the headline), else `why` it is not."""

    text: str
    kind: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on every visible block of a page."""

    verdicts: tuple[Verdict, ...]


def explained(reading: Reading) -> Explanation:
    """The verdicts in the order of the page."""
    return Explanation(tuple(_verdicts(reading)))


def _verdicts(reading: Reading) -> Iterator[Verdict]:
    """One for each visible block in the order of the page; of a text, one for each paragraph."""
    article = reading.article
    if reading.view is None:
        yield from (Verdict(paragraph.text, paragraph.kind) for paragraph in article.paragraphs)
        return
    kinds = {_key(paragraph.text): paragraph.kind for paragraph in article.paragraphs}
    reasons = {block.leaf: block.why for block in reading.blocks if block.why}
    partly = {block.leaf for block in reading.blocks if not block.why}
    title = _key(article.title or "")
    has_title = False
    for number, leaf in enumerate(reading.view.leaves):
        key = compact(leaf.key)
        if key == title and not has_title:
            has_title = True
            yield Verdict(leaf.text, "title")
        elif key in kinds:
            yield Verdict(leaf.text, kinds[key])
        elif number in partly:
            yield Verdict(leaf.text, "text", "with its neighbours")
        else:
            yield Verdict(leaf.text, why=reasons.get(number, SITE))


def _key(text: str) -> str:
    return compact(words_only(text))
