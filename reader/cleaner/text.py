"""Find the article in plain text: labels off, paragraphs put together, headline, lead and headings by their form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reader.cleaner.blocks import finished
from reader.cleaner.characters import speakable, tidy
from reader.cleaner.dates import dateline
from reader.cleaner.furniture import is_furniture
from reader.cleaner.people import is_byline, people
from reader.cleaner.shape import ends_sentence, is_headline, with_headings, with_lead, with_questions
from reader.errors import NoArticleError
from reader.model import Article, Paragraph

HEAD_LINES = 12
WRAP = range(50, 91)
LONGEST_WRAPPED = 120

_BULLET = re.compile(r"[•*▪●◦·]\s+")
_HYPHEN = re.compile(r"[-–—]\s+")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+")


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines say of the article, and all lines with those taken out."""

    lines: list[str]
    published: str | None = None
    modified: str | None = None
    byline: tuple[str, ...] = ()


def read_text(text: str) -> Article:
    """The article in a plain text. Raises NoArticleError where nothing can be spoken."""
    head = read_head([tidy(line) for line in text.splitlines()])
    drafts = [draft for draft in paragraphs_of(head.lines) if speakable(draft.text) and not is_furniture(draft.text)]
    section, drafts = _section_off(drafts)
    title, body = headline_off(drafts)
    paragraphs = finished(with_questions(with_headings(with_lead(body) if title else body)))
    if not paragraphs:
        raise NoArticleError("the text holds nothing that can be read aloud: check that it is the article")
    return Article(
        title, paragraphs, byline=head.byline, published=head.published, modified=head.modified, section=section
    )


def read_head(lines: Sequence[str]) -> Head:
    """Take lines of labels and dates and the byline out of the first lines; an empty line stays in their place."""
    kept = list(lines)
    published = modified = None
    byline: tuple[str, ...] = ()
    for number in [n for n, line in enumerate(lines) if line][:HEAD_LINES]:
        line = lines[number]
        said = dateline(line)
        if said:
            published, modified = published or said.published, modified or said.modified
        elif is_byline(line):
            byline = byline or people([line])
        elif not is_furniture(line):
            continue
        kept[number] = ""
    return Head(kept, published, modified, byline)


def _section_off(drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The section's name ("Politik"), if one or two words stand over a headline of more, and what is below."""
    if len(drafts) < 3 or not (is_headline(drafts[0], drafts[1:]) and is_headline(drafts[1], drafts[2:])):
        return None, drafts
    words, more = (len(draft.text.split()) for draft in drafts[:2])
    return (drafts[0].text, drafts[1:]) if words < 3 < more else (None, drafts)


def headline_off(drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The headline, if the first paragraph is one, and the paragraphs after it."""
    if drafts and is_headline(drafts[0], drafts[1:]):
        return drafts[0].text, drafts[1:]
    return None, drafts


def paragraphs_of(lines: Sequence[str]) -> list[Paragraph]:
    """Paragraphs from tidy lines: parted by those without a letter or digit, else by what the lines look like."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if speakable(line):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    return [paragraph for block in blocks for paragraph in _paragraphs_in(block, alone=len(blocks) == 1)]


def _paragraphs_in(block: list[str], *, alone: bool) -> list[Paragraph]:
    items = _items(block)
    if items:
        return [Paragraph(item, "item") for item in items]
    if _lines_are_paragraphs(block, alone=alone):
        return [Paragraph(line) for line in block]
    return [Paragraph(" ".join(part)) for part in (_unwrapped(block) if alone else [block])]


def _lines_are_paragraphs(block: list[str], *, alone: bool) -> bool:
    if len(block) == 1:
        return True
    if max(map(len, block)) > LONGEST_WRAPPED or all(map(_HYPHEN.match, block)) or all(map(ends_sentence, block)):
        return True
    return alone and not _is_wrapped(block)


def _is_wrapped(block: list[str]) -> bool:
    inner = block[:-1]
    return 2 * sum(len(line) in WRAP for line in inner) > len(inner)


def _unwrapped(block: list[str]) -> list[list[str]]:
    """Wrapped lines parted where a sentence ends though the next word would have fitted on its line."""
    width = max(map(len, block))
    parts = [[block[0]]]
    for line, after in pairwise(block):
        fits = len(line) + 1 + len(after.partition(" ")[0]) < 0.8 * width
        if fits and ends_sentence(line):
            parts.append([])
        parts[-1].append(after)
    return parts


def _items(block: list[str]) -> list[str]:
    """The items of a block that is a list, without their marks; lines without a mark continue the item before them."""
    for mark in (_BULLET, _HYPHEN, _NUMBER):
        if mark.match(block[0]):
            break
    else:
        return []
    marked = [line for line in block if mark.match(line)]
    if not _is_list(mark, marked):
        return []
    items: list[str] = []
    for line in block:
        if mark.match(line):
            items.append(mark.sub("", line, count=1))
        else:
            items[-1] += f" {line}"
    return items


def _is_list(mark: re.Pattern[str], marked: list[str]) -> bool:
    """Dashes also open speech, and numbers dates: a list has several, without full stops or counted from one."""
    if mark is _BULLET:
        return True
    if len(marked) < 2:
        return False
    if mark is _NUMBER:
        return [int(line.partition(" ")[0][:-1]) for line in marked] == list(range(1, len(marked) + 1))
    return 2 * sum(map(ends_sentence, marked)) < len(marked)
