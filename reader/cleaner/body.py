"""The blocks of an article's body: proposed by trafilatura, typed and sifted here."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bs4 import Tag

from reader.cleaner.characters import speakable, tidy, words_only
from reader.cleaner.dates import dateline
from reader.cleaner.furniture import AROUND_CLASSES, ASIDE_CLASSES, BYLINE_CLASSES, CAPTION_CLASSES, is_furniture
from reader.cleaner.people import is_byline
from reader.cleaner.shape import ends_sentence
from reader.cleaner.tree import HIDDEN_XPATHS, Leaf, View, within
from reader.model import Paragraph, ParagraphKind

SHRED = 100  # characters
FAILED_SHARE = 4  # times as much must be visible
OPENING = 4  # how many blocks may repeat what stands over the article: headline, byline, dates
FEWEST_WORDS_REPEATED = 4
LONGEST_CELL = 120
LONGEST_CREDIT = 300

_GAP = re.compile(r"\n\s*\n")


def proposed(text: str) -> list[Paragraph]:
    """The blocks that trafilatura finds; none where it fails or finds nothing."""
    import trafilatura  # noqa: PLC0415 - a quarter of a second that only web pages have to pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without article is told by us, once
    try:
        document = trafilatura.bare_extraction(text, include_comments=False, prune_xpath=HIDDEN_XPATHS)
        return list(_blocks(getattr(document, "body", None)))
    except (ValueError, TypeError, AttributeError, AssertionError, LookupError, RecursionError):
        return []  # what it trips over, the fallback still reads


def _blocks(parent: Any) -> Iterator[Paragraph]:
    for element in () if parent is None else parent:
        if element.tag == "head":
            yield Paragraph(_text(element), "heading")
        elif element.tag == "quote":
            yield from _parts(element, "quote")
        elif element.tag == "list":
            for item in element.iter("item"):
                yield Paragraph(_text(item), "item")
        elif element.tag == "table":
            yield from _rows(element)
        elif element.tag == "div":
            yield from _blocks(element)
        elif element.tag != "graphic":
            yield from (Paragraph(part) for part in _GAP.split(_text(element)))


def _parts(element: Any, kind: ParagraphKind) -> Iterator[Paragraph]:
    """A block quote's paragraphs, or itself where it has none."""
    inner = [child for child in element if child.tag == "p"]
    for part in inner or [element]:
        yield Paragraph(_text(part), kind)


def _rows(table: Any) -> Iterator[Paragraph]:
    """A row a paragraph; where a table only lays out a page, its cells are text."""
    rows = [[cell for item in row.iter("cell") if (cell := tidy(_text(item)))] for row in table.iter("row")]
    is_layout = all(len(row) < 2 for row in rows) or max(len(cell) for row in rows for cell in row) > LONGEST_CELL
    for row in rows:
        if is_layout:
            yield from map(Paragraph, row)
        elif row:
            yield Paragraph(", ".join(row), "table")


def _text(element: Any) -> str:
    """The text of an element; a line break in the page is one here."""
    pieces = [element.text or ""]
    for child in element:
        pieces.append("\n" if child.tag == "lb" else _text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def fallback(view: View) -> list[Paragraph]:
    """All visible paragraphs of the article or main element, else of the page."""
    leaves = [leaf for leaf in view.leaves if leaf.tag.name == "p"]
    inside = [leaf for leaf in leaves if leaf.tag.find_parent(["article", "main"]) is not None]
    return [Paragraph(leaf.text) for leaf in inside or leaves]


def chosen(proposal: list[Paragraph], visible: list[Paragraph]) -> list[Paragraph]:
    """The proposal, unless it is a shred while whole paragraphs are visible: so trafilatura fails on deep pages."""
    got, shown = (sum(len(draft.text) for draft in drafts) for drafts in (proposal, visible))
    return visible if got < SHRED and shown > FAILED_SHARE * got else proposal


def sifted(drafts: Iterable[Paragraph], view: View, headlines: Sequence[str]) -> list[Paragraph]:
    """The drafts without what is furniture of the page, not the article."""
    leaves: dict[str, Leaf] = {}
    for leaf in view.leaves:
        leaves.setdefault(leaf.key, leaf)
    tidied = [Paragraph(text, draft.kind) for draft in drafts if speakable(text := tidy(draft.text))]
    kept = [draft for draft in tidied if not is_furniture(draft.text) and not _is_labelled(draft.text)]
    kept = [_typed(draft, leaves.get(words_only(draft.text))) for draft in _without_boxes(kept, leaves)]
    keys = [words_only(text) for text in headlines]
    opening = [draft for draft in kept[:OPENING] if not _is_opening(draft, keys, leaves)]
    return without_pull_quotes(_without_loose_headings([*opening, *kept[OPENING:]]))


def _typed(draft: Paragraph, leaf: Leaf | None) -> Paragraph:
    """Preformatted text is proposed as a quote, but nobody says it."""
    is_preformatted = leaf is not None and draft.kind == "quote" and _is_inside(leaf.tag, "pre")
    return replace(draft, kind="text") if is_preformatted else draft


def _is_inside(tag: Tag, name: str) -> bool:
    """Whether a tag is an element of this name, or inside one."""
    return tag.name == name or tag.find_parent(name) is not None


def _is_opening(draft: Paragraph, headlines: Sequence[str], leaves: dict[str, Leaf]) -> bool:
    """Whether a first block repeats the headline, with or without a kicker, or is the byline or the dates."""
    key = words_only(draft.text)
    if key in headlines or dateline(draft.text) is not None or is_byline(draft.text):
        return True
    leaf = leaves.get(key)
    is_main = leaf is not None and leaf.tag.name == "h1"
    return draft.kind == "heading" and (is_main or any(key.endswith(text) for text in headlines if text))


def _is_labelled(text: str) -> bool:
    said = dateline(text)
    return said is not None and said.labelled


def _without_boxes(drafts: list[Paragraph], leaves: dict[str, Leaf]) -> list[Paragraph]:
    """The drafts outside captions, bylines, boxes and lists of other articles.

    A class name that would take half of the text stands around the article itself, so then none is believed.
    """
    kept = [draft for draft in drafts if not _is_boxed(draft, leaves.get(words_only(draft.text)))]
    return kept if 2 * sum(len(draft.text) for draft in kept) > sum(len(draft.text) for draft in drafts) else drafts


def _is_boxed(draft: Paragraph, leaf: Leaf | None) -> bool:
    if leaf is None:
        return False
    if leaf.tag.name == "figcaption" or leaf.tag.find_parent(["figcaption", "nav", "form"]):
        return True
    if len(draft.text) <= LONGEST_CREDIT and within(leaf.tag, 1, BYLINE_CLASSES | CAPTION_CLASSES):
        return True
    if draft.kind != "heading" and not ends_sentence(draft.text) and _is_link(leaf):
        return True
    return within(leaf.tag, 2, ASIDE_CLASSES | AROUND_CLASSES)


def _is_link(leaf: Leaf) -> bool:
    """Whether the whole block leads elsewhere: nothing in it but one link."""
    link = leaf.tag.find("a", href=True)
    return isinstance(link, Tag) and words_only(tidy(link.get_text())) == leaf.key


def _without_loose_headings(drafts: list[Paragraph]) -> list[Paragraph]:
    """Headings at the very end stood over something that is gone."""
    end = len(drafts)
    while end and drafts[end - 1].kind == "heading":
        end -= 1
    return drafts[:end]


def without_pull_quotes(drafts: list[Paragraph]) -> list[Paragraph]:
    """The drafts without block quotes whose words stand in another paragraph as well: those are decoration."""
    quotes = [draft for draft in drafts if draft.kind == "quote"]
    if not quotes:
        return drafts
    running = "\n".join(f" {words_only(draft.text)} " for draft in drafts if draft.kind != "quote")
    return [draft for draft in drafts if draft.kind != "quote" or not _is_repeated(draft.text, running)]


def _is_repeated(text: str, running: str) -> bool:
    words = words_only(text)
    return words.count(" ") + 1 >= FEWEST_WORDS_REPEATED and f" {words} " in running
