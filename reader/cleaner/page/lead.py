"""The standfirst, which extractors lose on every second page.

A text is one only if it stands on the page: what a page merely says of itself in its head is not spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.cleaner.characters import words_only
from reader.cleaner.dates import dateline
from reader.cleaner.furniture import (
    AROUND_CLASSES,
    ASIDE_CLASSES,
    BYLINE_CLASSES,
    CAPTION_CLASSES,
    LEAD_CLASSES,
    is_furniture,
)
from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, around, within
from reader.cleaner.people import is_byline
from reader.cleaner.shape import ends_sentence
from reader.model import Paragraph

NEAR = 25  # blocks after the headline
BEFORE = 12  # blocks before the body, on a page without headline
LENGTHS = range(25, 900)
FIRST = 6  # blocks after the headline in which a standfirst without a name may stand
SHORTEST_PROSE = 60
SHORTEST_LINE = 40  # characters of a standfirst that does not end as a sentence does
AROUND_STEPS = 6
SAME_START = 30  # characters of a description that was cut short


def with_lead(
    body: list[Paragraph], view: View, headlines: Sequence[str], descriptions: Sequence[str]
) -> list[Paragraph]:
    """The body with its lead: found between headline and body and put first, or its own first block so typed."""
    if not body:
        return body
    keys = [words_only(text) for text in headlines]
    told = [key for text in descriptions if (key := words_only(text))]
    running = "\n".join(words_only(paragraph.text) for paragraph in body)
    candidates = [leaf for leaf in _between(view, keys, body) if _may_lead(leaf) and leaf.key not in running]
    found = next((leaf for leaf in candidates if _is_called_lead(leaf)), None)
    found = found or next((leaf for leaf in candidates if is_told(leaf.key, told)), None)
    found = found or next((leaf for leaf in candidates[:FIRST] if _reads_as_lead(leaf)), None)
    if found:
        return [Paragraph(found.text, "lead"), *body]
    return _typed(body, view, told)


def _typed(body: list[Paragraph], view: View, told: Sequence[str]) -> list[Paragraph]:
    """The body, its first block typed as the lead if the page says that it is."""
    first, *rest = body
    key = words_only(first.text)
    at = view.where(key)
    called = at is not None and (_is_called_lead(view.leaves[at]) or view.leaves[at].is_bold)
    if rest and len(first.text) in LENGTHS and first.kind in ("text", "heading") and (called or is_told(key, told)):
        return [replace(first, kind="lead"), *rest]
    return body


def _between(view: View, headlines: Sequence[str], body: Sequence[Paragraph]) -> Sequence[Leaf]:
    """The leaves from the headline to the first block of the body, but for other headlines."""
    at = next((n for n, leaf in enumerate(view.leaves) if leaf.key in headlines and leaf.tag.name == "h1"), None)
    at = next((n for n, leaf in enumerate(view.leaves) if leaf.key in headlines), None) if at is None else at
    start = 0 if at is None else at + 1
    keys = {words_only(paragraph.text) for paragraph in body[:3]}
    end = next((n for n, leaf in enumerate(view.leaves[start:], start) if leaf.key in keys), None)
    if at is None:
        start = max(0, end - BEFORE) if end is not None else 0
        near = view.leaves[start:end] if end is not None else ()
    else:
        near = view.leaves[start : min(start + NEAR, len(view.leaves) if end is None else end)]
    return [leaf for leaf in near if leaf.key not in headlines]


def _may_lead(leaf: Leaf) -> bool:
    return (
        len(leaf.text) in LENGTHS
        and (len(leaf.text) >= SHORTEST_LINE or ends_sentence(leaf.text))
        and not is_furniture(leaf.text)
        and not is_byline(leaf.text)
        and dateline(leaf.text) is None
        and leaf.tag.name not in ("h1", "figcaption", "li", "time")
        and around(leaf.tag, ("figcaption", "figure", "nav", "aside", "li")) is None
        and not within(leaf.tag, 1, CAPTION_CLASSES | BYLINE_CLASSES)
    )


def _reads_as_lead(leaf: Leaf) -> bool:
    """Whether what stands right below the headline is prose, as a standfirst without any name is."""
    return (
        len(leaf.text) >= SHORTEST_PROSE
        and ends_sentence(leaf.text)
        and leaf.tag.name in ("p", "div", "h2", "h3", "strong", "section", "header")
        and not leaf.linked
        and not within(leaf.tag, AROUND_STEPS, AROUND_CLASSES | ASIDE_CLASSES)
    )


def _is_called_lead(leaf: Leaf) -> bool:
    return within(leaf.tag, 2, LEAD_CLASSES)


def is_told(key: str, told: Sequence[str]) -> bool:
    """Whether a text is one of the descriptions, of which either may be cut short."""
    return any(
        key == text or (min(len(key), len(text)) >= SAME_START and (key.startswith(text) or text.startswith(key)))
        for text in told
    )
