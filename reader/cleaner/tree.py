"""A page as a tree, and the visible blocks of text in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag

from reader.cleaner.characters import tidy, words_only
from reader.cleaner.furniture import without_hints
from reader.cleaner.soup import Soup, soup_of

BLOCKS = frozenset({
    *("html", "body", "article", "main", "section", "header", "footer", "aside", "nav", "div", "figure", "figcaption"),
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre", "address"),
    *("table", "caption", "thead", "tbody", "tr", "td", "th", "form", "fieldset", "details", "summary", "time"),
})  # fmt: skip
BOLD = ("b", "strong")
LONGEST_BOLD_LINE = 80

_BREAK = "\x1e"  # nothing that a page may hold
_PARAGRAPHS = re.compile(rf"{_BREAK}(?:\s*{_BREAK})+")

_NAMING = ("class", "id", "itemprop", "data-testid", "data-component")
_NAMELESS = frozenset[str]()
# A word with or without a number behind it ("ad1"); letters in the midst of digits are a hash ("p-14a364ad490a").
_NAME = re.compile(r"(?<![a-zæøåäö0-9])([a-zæøåäö]+)[0-9]*(?![a-zæøåäö0-9])", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A visible run of text in its nearest block element; `key` is the text's words alone."""

    tag: Tag
    text: str
    key: str


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
    for line_break in elements.get("br", ()):
        line_break.append("\n")  # so that the strings of the page tell where lines and, two in a row, paragraphs end
        if _ends_bold_line(line_break):
            line_break.append("\n")
    for rule in elements.get("hr", ()):
        rule.extend(["\n", "\n"])
    return View(soup.root, soup.tree, elements, tuple(_leaves(soup)))


def descendants(tag: Tag) -> Iterator[Tag]:
    """All elements in a tag, in the order of the page."""
    return (inner for inner in tag.descendants if isinstance(inner, Tag))


def _ends_bold_line(line_break: Tag) -> bool:
    """Whether a line that ends here is bold from end to end: old pages set their headings so."""
    line = line_break.previous_sibling
    before = line.previous_sibling if line is not None else None
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    opens = before is None or (isinstance(before, Tag) and before.name == "br")
    return opens and isinstance(line, Tag) and line.name in BOLD and len(line.get_text()) <= LONGEST_BOLD_LINE


def _leaves(soup: Soup) -> Iterator[Leaf]:
    blocks: dict[int, Tag] = {}
    open_tag, pieces = None, list[tuple[str, bool]]()
    for string in soup.tree.descendants:
        parent = string.parent
        if not isinstance(string, NavigableString) or parent is None or id(parent) in soup.unseen:
            continue
        block = blocks.get(id(parent)) or blocks.setdefault(id(parent), _block_of(parent))
        if block is not open_tag:
            yield from _leaf(open_tag, pieces)
            open_tag, pieces = block, []
        pieces.append((string, parent.name in ("br", "hr")))
    yield from _leaf(open_tag, pieces)


def _leaf(tag: Tag | None, pieces: list[tuple[str, bool]]) -> Iterator[Leaf]:
    """The leaves of one block: what stands between two line breaks in a row is a leaf of its own."""
    if tag is None:
        return
    for part in _PARAGRAPHS.split("".join(_BREAK if is_break else piece for piece, is_break in pieces)):
        text = without_hints(tidy(part.replace(_BREAK, " ")))
        key = words_only(text)
        if key:
            yield Leaf(tag, text, key)


def _block_of(tag: Tag) -> Tag:
    while tag.name not in BLOCKS and tag.parent is not None:
        tag = tag.parent
    return tag


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


def is_bold(leaf: Leaf) -> bool:
    """Whether all words of a block are bold."""
    return any(words_only(bold.get_text()) == leaf.key for bold in leaf.tag.find_all(BOLD))


def around(tag: Tag, names: Collection[str]) -> Tag | None:
    """The nearest element around a tag that has one of the names."""
    here = tag.parent
    while here is not None and here.name not in names:
        here = here.parent
    return here
