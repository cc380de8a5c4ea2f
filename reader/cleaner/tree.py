"""A page as a tree, and the visible blocks of text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, Tag
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
BOLD = ("b", "strong")
LONGEST_BOLD_LINE = 80
_HIDING_NAMES = frozenset({"hidden", "aria-hidden", "class", "style"})
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# Parts of the classes of words that only screen readers say ("opens in a new window"), or that show under the mouse.
HIDDEN_CLASSES = (
    *("sr-only", "visually-hidden", "visuallyhidden", "hidden-visually", "hiddenvisually", "screen-reader"),
    *("screenreader", "a11y-hidden", "element-invisible", "show-for-sr", "rollover-block", "hovercard"),
)

_BREAK = "\x1e"  # nothing that a page may hold
_PARAGRAPHS = re.compile(rf"{_BREAK}(?:\s*{_BREAK})+")

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
    for line_break in soup.find_all("br"):
        line_break.append("\n")  # so that the strings of the page tell where lines and, two in a row, paragraphs end
        if _ends_bold_line(line_break):
            line_break.append("\n")
    for rule in soup.find_all("hr"):
        rule.extend(["\n", "\n"])
    return View(soup, tuple(_leaves(soup)))


def _ends_bold_line(line_break: Tag) -> bool:
    """Whether a line that ends here is bold from end to end: old pages set their headings so."""
    line = line_break.previous_sibling
    before = line.previous_sibling if line is not None else None
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    opens = before is None or (isinstance(before, Tag) and before.name == "br")
    return opens and isinstance(line, Tag) and line.name in BOLD and len(line.get_text()) <= LONGEST_BOLD_LINE


def _leaves(soup: BeautifulSoup) -> Iterator[Leaf]:
    visible: dict[int, bool] = {}
    open_tag, pieces = None, list[tuple[str, bool]]()
    for string in soup.find_all(string=True):
        parent = string.parent
        if isinstance(string, PreformattedString) or parent is None or not _is_visible(parent, visible):
            continue
        block = _block_of(parent)
        if block is not open_tag:
            yield from _leaf(open_tag, pieces)
            open_tag, pieces = block, []
        pieces.append((str(string), parent.name in ("br", "hr")))
    yield from _leaf(open_tag, pieces)


def _leaf(tag: Tag | None, pieces: list[tuple[str, bool]]) -> Iterator[Leaf]:
    """The leaves of one block: what stands between two line breaks in a row is a leaf of its own."""
    if tag is None:
        return
    for part in _PARAGRAPHS.split("".join(_BREAK if is_break else piece for piece, is_break in pieces)):
        text = tidy(part.replace(_BREAK, " "))
        key = words_only(text)
        if key:
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
    return bool(tag.attrs) and is_hidden(
        tag.name, {name: attribute(tag, name) for name in _HIDING_NAMES & tag.attrs.keys()}
    )


def is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element of this name and these attributes hides what it holds."""
    if name in ("html", "body"):
        return False
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    classes = attributes.get("class", "").lower()
    if classes and any(part in classes for part in HIDDEN_CLASSES):
        return True
    style = attributes.get("style", "")
    return bool(style) and _HIDING.search(style) is not None


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
