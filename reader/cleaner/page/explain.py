"""Why each visible block of a page is part of the article, or is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bs4 import Tag

from reader.cleaner.characters import compact, words_only
from reader.cleaner.dates import dateline
from reader.cleaner.page.blocks import Block
from reader.cleaner.page.html import Reading
from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, around
from reader.cleaner.people import is_byline
from reader.cleaner.verdicts import Explanation, Verdict

SITE = "of the site, not of the article"


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
    tables = _tables(reading.blocks, reading.view)
    title = _key(article.title or "")
    has_title = False
    for number, leaf in enumerate(reading.view.leaves):
        key = compact(leaf.key)
        if key == title and not has_title:
            has_title = True
            yield Verdict(leaf.text, "title")
        elif key in kinds:
            yield Verdict(leaf.text, kinds[key])
        elif around(leaf.tag, ("table",)) in tables:
            yield Verdict(leaf.text, "table")
        elif number in partly:
            yield Verdict(leaf.text, "text", "with its neighbours")
        else:
            yield Verdict(leaf.text, why=reasons.get(number) or _whose(leaf))


def _tables(blocks: Sequence[Block], view: View) -> list[Tag]:
    """The tables of which a row was kept."""
    rows = [view.leaves[block.leaf] for block in blocks if block.kind == "table" and block.leaf is not None]
    return [table for leaf in rows if (table := around(leaf.tag, ("table",))) is not None]


def _whose(leaf: Leaf) -> str:
    """Why a block that nobody proposed is not read."""
    if is_byline(leaf.text):
        return "byline"
    if dateline(leaf.text) is not None:
        return "date"
    return "caption" if leaf.tag.name == "figcaption" or around(leaf.tag, ("figcaption",)) else SITE


def _key(text: str) -> str:
    return compact(words_only(text))
