"""Find the article in plain text: labels off, paragraphs put together, headline, lead and headings by their form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reader.cleaner.blocks import finished
from reader.cleaner.characters import speakable
from reader.cleaner.dates import dateline, find_date
from reader.cleaner.furniture import is_furniture
from reader.cleaner.people import is_byline, people
from reader.cleaner.shape import (
    ends_sentence,
    is_headline,
    is_stopped,
    opens_turn,
    with_asides,
    with_headings,
    with_lead,
    with_questions,
    with_turns,
)
from reader.cleaner.wire import (
    SECTIONS,
    is_editorial,
    is_service,
    labelled_section,
    part_label_off,
    signature_off,
    unmailed,
    wire_dateline_off,
)
from reader.cleaner.wrapping import joined, parted, split_lines, text_width, tidy_lines
from reader.errors import NoArticleError
from reader.model import Article, Paragraph

HEAD_LINES = 12
MOST_OPENINGS = 4
WRAP = range(50, 91)
LONGEST_WRAPPED = 120

_BULLET = re.compile(r"[•*▪●◦·]\s+")
_HYPHEN = re.compile(r"[-–—]\s+")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+")
_CREDIT = re.compile(r"(?:tekst|skrevet af|af):?\s.{2,60}[\s,|/]foto(?:\s*:|\s+af\b).{2,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines say of the article, and all lines with those taken out."""

    lines: list[str]
    published: str | None = None
    modified: str | None = None
    byline: tuple[str, ...] = ()
    section: str | None = None


def read_text(text: str) -> Article:
    """The article in a plain text. Raises NoArticleError where nothing can be spoken."""
    mail = unmailed(split_lines(text))
    head = read_head(tidy_lines(mail.lines))
    drafts, bureau = without_signatures(paragraphs_of(head.lines))
    section, drafts = (None, drafts) if mail.title else _section_off(drafts)
    title, body = _title_of(mail.title, drafts)
    typed = with_turns(with_questions(with_headings(with_lead(body) if title else body)))
    paragraphs = finished(with_asides(typed))
    if not paragraphs:
        raise NoArticleError("the text holds nothing that can be read aloud: check that it is the article")
    return Article(
        title,
        paragraphs,
        byline=head.byline or bureau or mail.sender,
        published=head.published or mail.sent,
        modified=head.modified,
        section=head.section or section,
    )


def _title_of(subject: str | None, drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The subject of a mail is its headline, unless the text below opens with one of its own."""
    title, body = headline_off(drafts)
    return (title, body) if title or not subject else (subject, drafts)


def read_head(lines: Sequence[str], plain: Callable[[str], str] = str) -> Head:
    """Take lines of labels and dates and the byline out of the first lines; an empty line stands in their place.

    `plain` takes the marks off a line before it is looked at.
    """
    kept = list(lines)
    published = modified = section = None
    byline: tuple[str, ...] = ()
    for number in [n for n, line in enumerate(lines) if line][:HEAD_LINES]:
        line = plain(lines[number])
        said = dateline(line)
        if said:
            published, modified = published or said.published, modified or said.modified
        elif is_byline(line) or _is_credit(line):
            byline = byline or people([line])
        elif labelled := labelled_section(line):
            section = section or labelled
        elif is_editorial(line):
            published = published or find_date(line)
        elif not (is_furniture(signature_off(line)[0]) or (is_service(line) and not signature_off(line)[1])):
            kept[number] = part_label_off(lines[number])
            continue
        kept[number] = ""
    return Head(kept, published, modified, byline, section)


def _is_credit(line: str) -> bool:
    """Whether the line names writer and photographer: "Tekst: Mette Holm Foto: Ida Bo"."""
    return len(line) <= LONGEST_WRAPPED and _CREDIT.fullmatch(line) is not None


def without_signatures(drafts: Sequence[Paragraph]) -> tuple[list[Paragraph], tuple[str, ...]]:
    """The drafts that belong to the article, without a bureau's opening and signature, and that bureau."""
    kept: list[Paragraph] = []
    bureaus: list[str] = []
    for draft in drafts:
        text, bureau = signature_off(draft.text)
        bureaus += [bureau] if bureau else []
        text = wire_dateline_off(text) if len(kept) < MOST_OPENINGS else text
        if speakable(text) and not is_furniture(text) and not is_service(text):
            kept.append(replace(draft, text=text))
    return kept, tuple(bureaus[-1:])


def _section_off(drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The section's name ("Politik"), if one or two words stand over a headline of more, and what is below."""
    if len(drafts) < 3 or not (is_headline(drafts[0], drafts[1:]) and is_headline(drafts[1], drafts[2:])):
        return None, drafts
    words, more = (len(draft.text.split()) for draft in drafts[:2])
    is_known = drafts[0].text.casefold() in SECTIONS
    return (drafts[0].text, drafts[1:]) if is_known or words < 3 < more else (None, drafts)


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
    width = text_width(lines)
    return [paragraph for block in blocks for paragraph in _paragraphs_in(block, width, alone=len(blocks) == 1)]


def _paragraphs_in(block: list[str], width: int | None, *, alone: bool) -> list[Paragraph]:
    items = _items(block)
    if items:
        return [Paragraph(item, "item") for item in items]
    if any(map(opens_turn, block[1:])):
        return [part for turn in _turns(block) for part in _paragraphs_in(turn, width, alone=False)]
    if _lines_are_paragraphs(block, width, alone=alone):
        return [Paragraph(line) for line in block]
    return [Paragraph(joined(part)) for part in parted(block, width or max(map(len, block)))]


def _turns(block: list[str]) -> list[list[str]]:
    turns: list[list[str]] = []
    for line in block:
        if opens_turn(line) or not turns:
            turns.append([])
        turns[-1].append(line)
    return turns


def _lines_are_paragraphs(block: list[str], width: int | None, *, alone: bool) -> bool:
    if len(block) == 1 or max(map(len, block)) > LONGEST_WRAPPED or all(map(_HYPHEN.match, block)):
        return True
    if width:
        return False
    return _are_sentences(block) or (alone and not _is_wrapped(block))


def _are_sentences(block: list[str]) -> bool:
    return all(map(ends_sentence, block)) and all(
        is_stopped(line) or not after[:1].islower() for line, after in pairwise(block)
    )


def _is_wrapped(block: list[str]) -> bool:
    inner = block[:-1]
    return 2 * sum(len(line) in WRAP for line in inner) > len(inner)


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
    items: list[list[str]] = []
    for line in block:
        if mark.match(line):
            items.append([mark.sub("", line, count=1)])
        else:
            items[-1].append(line)
    return [joined(item) for item in items]


def _is_list(mark: re.Pattern[str], marked: list[str]) -> bool:
    """Dashes also open speech, and numbers dates: a list has several, without full stops or counted from one."""
    if mark is _BULLET:
        return True
    if len(marked) < 2:
        return False
    if mark is _NUMBER:
        return [int(line.partition(" ")[0][:-1]) for line in marked] == list(range(1, len(marked) + 1))
    return 2 * sum(map(ends_sentence, marked)) < len(marked)
