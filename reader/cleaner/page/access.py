"""Whether a page shows its whole article, and whether its owner reserves it against machines."""

from __future__ import annotations

import re
from collections.abc import Collection

from bs4.element import Tag

from reader.cleaner.page import jsonld
from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, attribute, lineage, names
from reader.cleaner.walls import WALL_CLASSES, asks_to_log_in

# Characters of article text. A text this long is no teaser where nothing but a mark in the page says so, and this
# short it is one where a wall stands on the page.
LONG = 1500
SHORT = 900
SECTION = 600  # of a part that is said to be locked: it was sent along all the same
MOST_PARTS = 20

# Selectors of elements, classes and ids, one in another; whatever else a page asks for is not searched.
_NAME = r"-?[A-Za-z_][\w-]*"
_ELEMENT = rf"(?:{_NAME}(?:[.#]{_NAME})*|(?:[.#]{_NAME})+)"
_SELECTOR = re.compile(rf"\s*{_ELEMENT}(?:(?:\s*[>,]\s*|\s+){_ELEMENT}){{0,9}}\s*")
LONGEST_SELECTOR = 200
_TIER = "article:content_tier"
_RESERVED = frozenset({"noai", "noimageai"})
_ROBOTS = frozenset({"robots", "googlebot", "bingbot"})


def is_teaser(view: View, node: jsonld.Node, text_length: int) -> bool:
    """Whether the text found, of `text_length` characters, is but the opening of an article that costs money.

    `node` is the article in JSON-LD, or in microdata. What the page says of the whole article decides before its
    looks: one that is free is no teaser, and one that is not free is a teaser unless its text was sent all the same.
    """
    if _is_free(view, node):
        return False
    parts = _locked_parts(node)
    if jsonld.flag(node, "isAccessibleForFree") is False or parts or _tier(view) == "locked":
        return not _was_sent(view, node, parts, text_length)
    return text_length < SHORT and any(_is_wall(leaf) for leaf in view.leaves)


def reservation(view: View) -> bool:
    """Whether the page reserves its text against mining or training, in a way that machines understand.

    These are the TDM Reservation Protocol's meta element, and "noai" or "noimageai" for robots.
    """
    for tag in view.named("meta"):
        name = (attribute(tag, "name") or attribute(tag, "property")).strip().lower()
        content = attribute(tag, "content").lower()
        if name == "tdm-reservation" and content.strip() == "1":
            return True
        if name in _ROBOTS and not _RESERVED.isdisjoint(re.split(r"[\s,;]+", content)):
            return True
    return False


def _is_free(view: View, node: jsonld.Node) -> bool:
    """Whether the page calls the whole article free; then a locked part of it counts as none."""
    parts = [jsonld.flag(part, "isAccessibleForFree") for part in _parts(node)]
    told = jsonld.flag(node, "isAccessibleForFree")
    if told is False:
        return bool(parts) and all(parts)
    return told is True or _tier(view) == "free"


def _parts(node: jsonld.Node) -> list[jsonld.Node]:
    return jsonld.things(node, "hasPart")[:MOST_PARTS]


def _locked_parts(node: jsonld.Node) -> list[jsonld.Node]:
    return [part for part in _parts(node) if jsonld.flag(part, "isAccessibleForFree") is False]


def _tier(view: View) -> str:
    called = (tag for tag in view.named("meta") if _TIER in (attribute(tag, "property"), attribute(tag, "name")))
    return next((attribute(tag, "content").strip().lower() for tag in called), "")


def _was_sent(view: View, node: jsonld.Node, parts: Collection[jsonld.Node], text_length: int) -> bool:
    """Whether the locked text stands on the page: in the elements that are said to hold it, else by its length."""
    selectors = [selector for part in parts for selector in jsonld.texts(part, "cssSelector")]
    locked = [tag for selector in selectors for tag in _selected(view, selector)]
    if locked:
        inside = {id(tag) for tag in locked}
        length = sum(len(leaf.text) for leaf in view.leaves if _is_inside(leaf.tag, inside))
        return length >= SECTION and text_length >= length / 2 and not _is_cut(node, text_length)
    has_wall = any(_is_wall(leaf) for leaf in view.leaves)
    return text_length >= (2 * LONG if has_wall else LONG) and not _is_cut(node, text_length)


def _is_cut(node: jsonld.Node, text_length: int) -> bool:
    """Whether the page counts twice the words that were found, a word with its space being six characters."""
    count = node.get("wordCount")
    words = int(count) if isinstance(count, int) or (isinstance(count, str) and count.isdecimal()) else 0
    return text_length < 3 * words


def _selected(view: View, selector: str) -> list[Tag]:
    if len(selector) > LONGEST_SELECTOR or not _SELECTOR.fullmatch(selector):
        return []
    return list(view.soup.select(selector, limit=MOST_PARTS))


def _is_inside(tag: Tag, outer: Collection[int]) -> bool:
    return id(tag) in outer or any(id(around) in outer for around in tag.parents)


def _is_wall(leaf: Leaf) -> bool:
    """Whether a visible text belongs to a wall: by the classes around it, or since it asks to log in and read on."""
    if any(not WALL_CLASSES.isdisjoint(names(step)) for step in lineage(leaf.tag, 3)):
        return True
    return asks_to_log_in(leaf.text)
