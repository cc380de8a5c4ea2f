"""A page as a tree, and ways to look around in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup, Tag

from reader.cleaner.page.leaves import Leaf, leaves_of
from reader.cleaner.page.soup import soup_of

_NAMING = ("class", "id", "itemprop", "data-testid", "data-component")
_NAMELESS = frozenset[str]()
# A word with or without a number behind it ("ad1"); letters in the midst of digits are a hash ("p-14a364ad490a").
_NAME = re.compile(r"(?<![a-zæøåäö0-9])([a-zæøåäö]+)[0-9]*(?![a-zæøåäö0-9])", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A parsed page: its tree, its elements by name and its visible leaves, all in the order of the page.

    `root` is the same page as a tree of libxml2 without what is hidden; who changes that works on a copy.
    """

    root: Any
    soup: BeautifulSoup
    elements: Mapping[str, Sequence[Tag]]
    leaves: tuple[Leaf, ...]

    def where(self, key: str, start: int = 0) -> int | None:
        """The number of the first leaf from `start` with this key."""
        return next((n for n, leaf in enumerate(self.leaves[start:], start) if leaf.key == key), None)

    def named(self, *names: str) -> list[Tag]:
        """All elements of these names, one name after the other."""
        return [tag for name in names for tag in self.elements.get(name, ())]


def view(text: str) -> View:
    """The page in `text`, which holds a tag at least."""
    soup = soup_of(text)
    elements: dict[str, list[Tag]] = {}
    for tag in descendants(soup.tree):
        elements.setdefault(tag.name, []).append(tag)
    return View(soup.root, soup.tree, elements, tuple(leaves_of(soup.tree, soup.unseen)))


def descendants(tag: Tag) -> Iterator[Tag]:
    """All elements in a tag, in the order of the page."""
    return (inner for inner in tag.descendants if isinstance(inner, Tag))


def attribute(tag: Tag, name: str) -> str:
    """An attribute; empty where it is absent."""
    return str(tag.attrs.get(name) or "")


def names(tag: Tag) -> frozenset[str]:
    """The words of the class, id, data-testid and itemprop attributes, in lower case.

    Each attribute value also stands whole: "article__sub-title" gives article, sub, title and article__sub-title.
    """
    attributes = tag.attrs
    return _names(" ".join([attributes[name] for name in _NAMING if name in attributes])) if attributes else _NAMELESS


@lru_cache(maxsize=4096)
def _names(values: str) -> frozenset[str]:
    return frozenset([*(word.lower() for word in _NAME.findall(_CAMEL.sub(" ", values))), *values.lower().split()])


def lineage(tag: Tag, steps: int) -> Iterator[Tag]:
    """The tag and up to `steps` tags around it, none of them the article, main or body."""
    here: Tag | None = tag
    for _ in range(steps + 1):
        if here is None or here.name in ("article", "main", "body", "html", "[document]"):
            return
        yield here
        here = here.parent


def within(tag: Tag, steps: int, words: frozenset[str]) -> bool:
    """Whether the tag or one of the `steps` around it carries one of the words in its names."""
    return any(not words.isdisjoint(names(step)) for step in lineage(tag, steps))


def around(tag: Tag, names: Collection[str]) -> Tag | None:
    """The nearest element around a tag that has one of the names."""
    here = tag.parent
    while here is not None and here.name not in names:
        here = here.parent
    return here
