"""The visible blocks of text in a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bs4 import BeautifulSoup, NavigableString, Tag

from reader.cleaner.characters import speakable, tidy, words_only
from reader.cleaner.furniture import without_hints
from reader.cleaner.shape import ends_sentence

BLOCKS = frozenset({
    *("html", "body", "article", "main", "section", "header", "footer", "aside", "nav", "div", "figure", "figcaption"),
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre", "address"),
    *("table", "caption", "thead", "tbody", "tr", "td", "th", "form", "fieldset", "details", "summary", "time"),
})  # fmt: skip
BOLD = frozenset({"b", "strong"})
LONGEST_BOLD_LINE = 80
SHORTEST_LINE = 60  # characters of a paragraph that a single line break ends
FEWEST_LINES = 3
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A visible run of text in its nearest block element.

    `key` is the text's words alone, `linked` the share of its characters that stand in links; `is_bold` where all are.
    """

    tag: Tag
    text: str
    key: str
    linked: float
    is_bold: bool


class _Place(NamedTuple):
    """Where a string stands: its block, and whether a link or a bold element is around it within that block."""

    block: Tag
    in_link: bool
    in_bold: bool


class _Piece(NamedTuple):
    """A string of a block, or a line break in it, where `text` is a line's end."""

    text: str
    is_break: bool
    in_link: bool = False
    in_bold: bool = False


_LINE_END = _Piece("\n", is_break=True)


def leaves_of(tree: BeautifulSoup, unseen: Collection[int]) -> Iterator[Leaf]:
    """The leaves of a page in their order; `unseen` holds the `id` of each tag whose words nobody sees."""
    places: dict[int, _Place] = {}
    open_block, pieces = None, list[_Piece]()
    for node in tree.descendants:
        tag = node if isinstance(node, Tag) else node.parent
        is_break = tag is node and tag.name in ("br", "hr")
        if tag is None or not (is_break or isinstance(node, NavigableString)) or id(tag) in unseen:
            continue
        place = places.get(id(tag)) or places.setdefault(id(tag), _place_of(tag))
        if place.block is not open_block:
            yield from _leaves(open_block, pieces)
            open_block, pieces = place.block, []
        if is_break:
            pieces.extend([_LINE_END] * (2 if tag.name == "hr" else 1))
        else:
            pieces.extend(_pieces(str(node), place))
    yield from _leaves(open_block, pieces)


def _place_of(tag: Tag) -> _Place:
    in_link = in_bold = False
    while tag.name not in BLOCKS and tag.parent is not None:
        in_link = in_link or tag.name == "a"
        in_bold = in_bold or tag.name in BOLD
        tag = tag.parent
    return _Place(tag, in_link, in_bold)


def _pieces(text: str, place: _Place) -> Iterator[_Piece]:
    """A string as one piece; in preformatted text an empty line parts paragraphs."""
    parts = _EMPTY_LINE.split(text) if place.block.name == "pre" else [text]
    for number, part in enumerate(parts):
        if number:
            yield from (_LINE_END, _LINE_END)
        yield _Piece(part, False, place.in_link, place.in_bold)


def _leaves(block: Tag | None, pieces: Sequence[_Piece]) -> Iterator[Leaf]:
    """The leaves of one block: what stands between two line breaks in a row is a leaf of its own."""
    if block is None:
        return
    for part in _parts(pieces) if _LINE_END in pieces else [pieces]:
        text = without_hints(_text(part))
        key = words_only(text)
        if key:
            yield Leaf(block, text, key, _linked(part), _is_bold(part))


def _parts(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """The paragraphs in a block with line breaks; of long sentences, each line is one."""
    for lines in _paragraphs(_lines(pieces)):
        texts = [_text(line) for line in lines]
        are_long = all(len(text) >= SHORTEST_LINE and ends_sentence(text) for text in texts)
        yield from lines if are_long and len(lines) >= FEWEST_LINES else [[piece for line in lines for piece in line]]


def _lines(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces up to each line break, which ends them as white space."""
    line: list[_Piece] = []
    for piece in pieces:
        line.append(piece)
        if piece.is_break:
            yield line
            line = []
    yield line


def _paragraphs(lines: Iterable[list[_Piece]]) -> Iterator[list[list[_Piece]]]:
    """The lines between two empty ones; a short line in bold is a paragraph too: old pages set their headings so."""
    paragraph: list[list[_Piece]] = []
    for line in lines:
        is_heading = _is_bold(line) and len(_text(line)) <= LONGEST_BOLD_LINE and line[-1].is_break
        if not _text(line) or is_heading:
            yield paragraph
            paragraph = []
        if is_heading:
            yield [line]
        else:
            paragraph.append(line)
    yield paragraph


def _text(pieces: Iterable[_Piece]) -> str:
    return tidy("".join(piece.text for piece in pieces))


def _linked(pieces: Iterable[_Piece]) -> float:
    sizes = [(len(piece.text.strip()), piece.in_link) for piece in pieces]
    whole = sum(size for size, _ in sizes)
    return sum(size for size, in_link in sizes if in_link) / whole if whole else 0.0


def _is_bold(pieces: Iterable[_Piece]) -> bool:
    """Whether it has words, and all of them are bold."""
    words = [piece.in_bold for piece in pieces if speakable(piece.text)]
    return bool(words) and all(words)
