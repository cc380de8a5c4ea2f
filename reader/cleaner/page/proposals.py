"""What trafilatura takes for the blocks of an article."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Iterator
from typing import Any

from reader.cleaner.characters import tidy
from reader.model import Paragraph, ParagraphKind

LONGEST_CELL = 120

_GAP = re.compile(r"\n\s*\n")


def proposals(root: Any) -> tuple[list[Paragraph], list[Paragraph]]:
    """The blocks that trafilatura finds under the root of a page in two of its modes, the lenient and the strict one.

    Both are empty where it fails or finds nothing. Which mode is right differs by page: what only the lenient one
    finds has to look like the rest to be believed.
    """
    import trafilatura  # noqa: PLC0415 - a quarter of a second that only web pages have to pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without article is told by us, once
    try:
        lenient, strict = (
            trafilatura.bare_extraction(
                copy.deepcopy(root), include_comments=False, fast=True, favor_precision=is_strict
            )
            for is_strict in (False, True)
        )
        return list(_blocks(getattr(lenient, "body", None))), list(_blocks(getattr(strict, "body", None)))
    except (ValueError, TypeError, AttributeError, AssertionError, LookupError, RecursionError):
        return [], []  # what it trips over, the fallback still reads


def _blocks(parent: Any) -> Iterator[Paragraph]:
    for element in () if parent is None else parent:
        if element.tag == "head":
            yield Paragraph(_text(element), "heading")
        elif element.tag == "quote":
            yield from _parts(element, "quote")
        elif element.tag == "list":
            for item in element.iter("item"):
                yield Paragraph(_text(item, but="list"), "item")
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


def _text(element: Any, but: str = "") -> str:
    """The text of an element without those in it of the name `but`; a line break in the page is one here."""
    pieces = [_one_line(element.text)]
    for child in element:
        if child.tag != but:
            pieces.append("\n" if child.tag == "lb" else _text(child, but))
        pieces.append(_one_line(child.tail))
    return "".join(pieces)


def _one_line(text: str | None) -> str:
    return (text or "").replace("\n", " ")
