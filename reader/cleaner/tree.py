"""A page as a tree, and the visible blocks of text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from reader.cleaner.characters import tidy, words_only

BLOCKS = frozenset({
    *("html", "body", "article", "main", "section", "header", "footer", "aside", "nav", "div", "figure", "figcaption"),
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre", "address"),
    *("table", "caption", "thead", "tbody", "tr", "td", "th", "form", "fieldset", "details", "summary", "time"),
})  # fmt: skip
_UNSEEN = frozenset({
    *("head", "script", "style", "template", "noscript", "title", "svg", "iframe", "button", "select", "option"),
    *("textarea", "object", "audio", "video", "canvas", "dialog"),
})  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# The same for a tool that reads the page by itself.
HIDDEN_XPATHS = [
    "//template|//dialog|//noscript",
    "//body//*[@hidden or @aria-hidden='true']",
    "//body//*[contains(translate(@style, ' ', ''), 'display:none')]",
    "//body//*[contains(translate(@style, ' ', ''), 'visibility:hidden')]",
]

_NAME = re.compile(r"[a-zæøåäö]+", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A visible run of text in its nearest block element; `key` is the text's words alone."""

    tag: Tag
    text: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A parsed page and its visible leaves in their order."""

    soup: BeautifulSoup
    leaves: tuple[Leaf, ...]

    def where(self, key: str, start: int = 0) -> int | None:
        """The number of the first leaf from `start` with this key."""
        return next((n for n, leaf in enumerate(self.leaves[start:], start) if leaf.key == key), None)


def view(text: str) -> View:
    """The page in `text`, which holds a tag at least."""
    soup = BeautifulSoup(text, "lxml")
    return View(soup, tuple(_leaves(soup)))


def _leaves(soup: BeautifulSoup) -> Iterator[Leaf]:
    visible: dict[int, bool] = {}
    open_tag, pieces = None, list[str]()
    for string in soup.find_all(string=True):
        parent = string.parent
        if isinstance(string, PreformattedString) or parent is None or not _is_visible(parent, visible):
            continue
        block = _block_of(parent)
        if block is not open_tag:
            yield from _leaf(open_tag, pieces)
            open_tag, pieces = block, []
        pieces.append(str(string))
    yield from _leaf(open_tag, pieces)


def _leaf(tag: Tag | None, pieces: list[str]) -> Iterator[Leaf]:
    text = tidy("".join(pieces))
    key = words_only(text)
    if tag is not None and key:
        yield Leaf(tag, text, key)


def _block_of(tag: Tag) -> Tag:
    while tag.name not in BLOCKS and tag.parent is not None:
        tag = tag.parent
    return tag


def _is_visible(tag: Tag, known: dict[int, bool]) -> bool:
    """Whether neither the tag nor one around it hides its text; answers are remembered in `known`."""
    path = []
    here: Tag | None = tag
    while here is not None and id(here) not in known:
        path.append(here)
        here = here.parent
    seen = here is None or known[id(here)]
    for step in reversed(path):
        seen = seen and not _hides(step)
        known[id(step)] = seen
    return seen


def _hides(tag: Tag) -> bool:
    if tag.name in _UNSEEN:
        return True
    if not tag.attrs or tag.name in ("html", "body"):
        return False
    hidden = tag.has_attr("hidden") or attribute(tag, "aria-hidden").lower() == "true"
    return hidden or bool(_HIDING.search(attribute(tag, "style")))


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one string; empty where it is absent."""
    value = tag.attrs.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def names(tag: Tag) -> frozenset[str]:
    """The words of the class, id, data-testid and itemprop attributes, in lower case.

    Each attribute value also stands whole: "article__sub-title" gives article, sub, title and article__sub-title.
    """
    values = " ".join(attribute(tag, name) for name in ("class", "id", "itemprop", "data-testid", "data-component"))
    whole = values.lower().split()
    return frozenset([*(word.lower() for word in _NAME.findall(_CAMEL.sub(" ", values))), *whole])


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
