"""What a page says of its article in microdata (itemscope, itemprop), in the form that JSON-LD has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from bs4 import Tag

from reader.cleaner.characters import tidy
from reader.cleaner.page.jsonld import Node
from reader.cleaner.page.tree import attribute

MOST_PROPERTIES = 300
LONGEST_VALUE = 1000
_ADDRESSES = frozenset({"url", "image", "thumbnailUrl", "sameAs", "mainEntityOfPage", "contentUrl"})
_SOURCES = ("img", "source", "video", "audio", "embed", "iframe")


def nodes(tags: Iterable[Tag]) -> list[Node]:
    """The things that the elements of a page describe, in their order; last the properties that belong to none."""
    items: dict[int, Node] = {}
    loose: Node = {}
    for tag in islice((tag for tag in tags if "itemprop" in tag.attrs), MOST_PROPERTIES):
        scope = next((around for around in tag.parents if around.has_attr("itemscope")), None)
        owner = loose if scope is None else _item(scope, items)
        value = _item(tag, items) if tag.has_attr("itemscope") else _value(tag)
        for name in attribute(tag, "itemprop").split():
            if value:
                owner.setdefault(name, []).append(value)
    return [*items.values(), loose]


def _item(tag: Tag, items: dict[int, Node]) -> Node:
    kinds = [kind.rstrip("/").rpartition("/")[2] for kind in attribute(tag, "itemtype").split()]
    return items.setdefault(id(tag), {"@type": kinds})


def _value(tag: Tag) -> str:
    if tag.has_attr("content"):
        return attribute(tag, "content")
    if tag.name == "time" and tag.has_attr("datetime"):
        return attribute(tag, "datetime")
    if tag.name in _SOURCES:
        return attribute(tag, "src")
    if tag.name in ("a", "link") and not _ADDRESSES.isdisjoint(attribute(tag, "itemprop").split()):
        return attribute(tag, "href")
    text = tidy(tag.get_text(" "))
    return text if len(text) <= LONGEST_VALUE else ""
