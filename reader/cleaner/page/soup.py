"""A page parsed once: libxml2's tree for the extractor, and the cleaner's tree of BeautifulSoup copied from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement, Script

from reader.cleaner.page.visibility import WORDLESS, is_hidden

# Elements without words, pictures or facts: a fifth of all elements of a news page.
_BARREN = (
    *("style", "template", "svg", "canvas", "select", "option", "textarea", "button", "object", "dialog", "input"),
    "map",
)
_OF_HEAD = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template"})
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)  # to the parser another page begins behind it
_TEXT = (NavigableString,)  # what the text of an element is made of: no scripts


@dataclass(slots=True, eq=False)
class Soup:
    """A page in both trees.

    `root` is the one of libxml2, without what is hidden; who changes it works on a copy. In `tree` every attribute is
    one string; `unseen` holds the `id` of each of its tags whose words nobody sees.
    """

    root: Any
    tree: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "lxml"))
    unseen: set[int] = field(default_factory=set)


def soup_of(text: str) -> Soup:
    """The page in `text`, which holds a tag at least."""
    soup = Soup(_parsed(text))
    _Copy(soup).make()
    return soup


def _parsed(text: str) -> Any:
    """The root element, without comments and what is barren."""
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(_PAGE_END.sub("", text), parser=parser)
    except lxml.etree.ParserError:  # nothing but an empty comment or a broken tag
        root = lxml.html.document_fromstring("<html></html>", parser=parser)
    _end_head(root)
    lxml.etree.strip_elements(root, *_BARREN, with_tail=False)
    _drop([element for element in root.iter("script", "link") if _is_idle(element)])
    return root


def _end_head(root: Any) -> None:
    """Where a page leaves out the tags of its body, the parser takes the article for a part of the head."""
    head = root.find("head")
    start = next((n for n, child in enumerate(head) if child.tag not in _OF_HEAD), None) if head is not None else None
    if start is not None:
        body = root.find("body")
        body = lxml.etree.SubElement(root, "body") if body is None else body
        body[:0] = head[start:]


def _drop(elements: Sequence[Any]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _is_idle(element: Any) -> bool:
    """Whether a script is no data, or a link leads nowhere that matters."""
    if element.tag == "script":
        return "ld+json" not in element.get("type", "").lower()
    return "canonical" not in element.get("rel", "").lower() and element.get("itemprop") is None


class _Copy:
    """The tags and strings of a soup, linked as they are made.

    Its own parser would take as long for that as all that follows: it finds out anew where each element ends.
    """

    def __init__(self, soup: Soup) -> None:
        self._soup = soup
        self._last: PageElement = soup.tree
        self._hidden: list[Any] = []

    def make(self) -> None:
        self._add(self._soup.root, self._soup.tree, is_seen=True)
        _drop(self._hidden)

    def _add(self, element: Any, parent: Tag, *, is_seen: bool) -> None:
        name, attributes = element.tag, dict(element.attrib)
        tag = Tag(name=name, parent=parent, previous=self._last, interesting_string_types=_TEXT)
        tag.attrs = attributes
        parent.contents.append(tag)
        self._last = tag
        if name == "noscript" or is_hidden(name, attributes):
            self._hidden.append(element)  # an extractor takes it for visible
            is_seen = False
        is_seen = is_seen and name not in WORDLESS
        if not is_seen:
            self._soup.unseen.add(id(tag))
        if element.text:
            self._write(element.text, tag)
        for child in element:
            self._add(child, tag, is_seen=is_seen)
        if element.tail:
            self._write(element.tail, parent)

    def _write(self, text: str, parent: Tag) -> None:
        string = (Script if parent.name == "script" else NavigableString)(text)
        string.setup(parent, self._last)
        parent.contents.append(string)
        self._last = string
