"""Find the article in plain text: labels off, paragraphs put together, headline, lead and headings by their form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from string import ascii_lowercase

from reader.cleaner.characters import speakable
from reader.cleaner.plain.article import (
    STANDFIRSTS,
    TITLES,
    article_of,
    corrections_off,
    headline_off,
    read_head,
    with_standfirst,
    without_signatures,
)
from reader.cleaner.plain.markdown import read_markdown
from reader.cleaner.plain.wire import (
    SECTIONS,
    first,
    front_matter,
    is_service,
    parted_by_labels,
    unlabelled,
    unmailed,
)
from reader.cleaner.plain.wrapping import joined, parted, split_lines, spoken_row, text_width, tidy_lines
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
from reader.model import Article, Paragraph

WRAP = range(50, 91)
LONGEST_WRAPPED = 120

_BULLET = re.compile(r"[•*▪●◦·]\s+")
_HYPHEN = re.compile(r"[-–—]\s+")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+")
_LETTER = re.compile(r"([a-zA-Z])\)\s+")
_MARKS = (_BULLET, _HYPHEN, _NUMBER, _LETTER)
_ROW = re.compile(r"\|.*\|")
_MARKED_HEADING = re.compile(r"#{1,6} +\S")


def read_text(text: str) -> Article:
    """The article in a text that may be Markdown after all. Raises NoArticleError where nothing can be spoken."""
    mail = unmailed(split_lines(text))
    fields, lines = front_matter(mail.lines)
    if any(map(_MARKED_HEADING.match, lines)):
        return read_markdown(text)
    head = read_head(parted_by_labels(tidy_lines(lines)))
    drafts, bureau = without_signatures(paragraphs_of(_services_apart(head.lines)))
    section, drafts = (None, drafts) if mail.title else _section_off(drafts)
    told, drafts = unlabelled(drafts)
    notes, drafts = corrections_off(drafts)
    title, body = _title_of(told, first(fields, *TITLES) or mail.title, drafts)
    body = with_standfirst(body, first(fields, *STANDFIRSTS))
    typed = with_turns(with_questions(with_headings(with_lead(body) if title else body)))
    head = replace(
        head,
        byline=head.byline or bureau or mail.sender,
        published=head.published or mail.sent,
        section=head.section or section,
    )
    return article_of(title, [*notes, *with_asides(typed)], fields, head)


def _title_of(labelled: str | None, subject: str | None, drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """A label's headline; the subject of a mail is one too, unless the text below opens with one of its own."""
    if labelled:
        return labelled, drafts
    title, body = headline_off(drafts)
    return (title, body) if title or not subject else (subject, drafts)


def _services_apart(lines: Iterable[str]) -> list[str]:
    """The lines, with empty ones around those that are no part of the article: contacts, keywords, a signature."""
    return [part for line in lines for part in (("", line, "") if is_service(line) else (line,))]


def _section_off(drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The section's name ("Politik"), if one or two words stand over a headline of more, and what is below."""
    if len(drafts) < 3 or not (is_headline(drafts[0], drafts[1:]) and is_headline(drafts[1], drafts[2:])):
        return None, drafts
    words, more = (len(draft.text.split()) for draft in drafts[:2])
    is_known = drafts[0].text.casefold() in SECTIONS
    return (drafts[0].text, drafts[1:]) if is_known or words < 3 < more else (None, drafts)


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
    alone = len(blocks) == 1
    return [paragraph for block in _loose_lists(blocks) for paragraph in _paragraphs_in(block, width, alone=alone)]


def _loose_lists(blocks: Iterable[list[str]]) -> Iterator[list[str]]:
    """The blocks, with those made one that are the items of one list though empty lines part them."""
    for mark, group in groupby(blocks, lambda block: _mark_of(block[0])):
        run = list(group)
        whole = [line for block in run for line in block]
        yield from [whole] if mark and len(run) > 1 and _items(whole) else run


def _paragraphs_in(block: list[str], width: int | None, *, alone: bool) -> list[Paragraph]:
    if all(map(_ROW.fullmatch, block)):
        return [Paragraph(spoken_row(row), "table") for row in block]
    if items := _items(block):
        return [Paragraph(item, "item") for item in items]
    if start := _list_within(block):
        above = _paragraphs_in(block[:start], width, alone=False)
        return above + [Paragraph(item, "item") for item in _items(block[start:])]
    if any(map(opens_turn, block[1:])):
        return [part for turn in _turns(block) for part in _paragraphs_in(turn, width, alone=False)]
    if _lines_are_paragraphs(block, width, alone=alone):
        return [Paragraph(line) for line in block]
    return [Paragraph(joined(part)) for part in parted(block, width or max(map(len, block)))]


def _list_within(block: list[str]) -> int:
    """Where a list begins below the lines that lead up to it; 0 where there is none."""
    start = next((n for n, line in enumerate(block) if _mark_of(line)), 0)
    leads_up = start > 0 and (_BULLET.match(block[start]) is not None or ends_sentence(block[start - 1]))
    return start if leads_up and _items(block[start:]) else 0


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


def _mark_of(line: str) -> re.Pattern[str] | None:
    return next((mark for mark in _MARKS if mark.match(line)), None)


def _items(block: list[str]) -> list[str]:
    """The items of a block that is a list; lines without a mark continue the item before them.

    Marks that count up are not read, for the order tells as much; those that count down ("3.", "2.", "1.") are.
    """
    mark = _mark_of(block[0])
    found = [mark.match(line) for line in block] if mark else []
    marked = [match for match in found if match]
    if mark is None or not _is_list(mark, marked):
        return []
    counts_down = _counts(mark, marked) < 0
    items: list[list[str]] = []
    for line, match in zip(block, found, strict=True):
        if match:
            items.append([(f"{match[1]}. " if counts_down else "") + line[match.end() :]])
        else:
            items[-1].append(line)
    return [joined(item) for item in items]


def _is_list(mark: re.Pattern[str], marked: list[re.Match[str]]) -> bool:
    """Dashes also open speech, and numbers dates: a list has several, without full stops or counted to or from one."""
    if mark is _BULLET:
        return True
    if len(marked) < 2:
        return False
    if mark is _HYPHEN:
        return 2 * sum(ends_sentence(match.string) for match in marked) < len(marked)
    return _counts(mark, marked) != 0


def _counts(mark: re.Pattern[str], marked: list[re.Match[str]]) -> int:
    """1 where the marks count up from 1 or "a", -1 where they count down to it, else 0."""
    if mark not in (_NUMBER, _LETTER):
        return 0
    told = [match[1].lower() for match in marked]
    up = list(map(str, range(1, len(told) + 1))) if mark is _NUMBER else list(ascii_lowercase[: len(told)])
    return 1 if told == up else -1 if told == up[::-1] else 0
