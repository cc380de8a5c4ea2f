"""What a paragraph of a text without tags is, judged by its form and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from reader.model import Paragraph

LONGEST_HEADLINE = 120
LONGEST_HEADING = 80
LONGEST_LEAD = 400
FEWEST_QUESTIONS = 3

SPEECH_MARKS = "»«›‹\"“”„'‘’–—-"
_FINAL = re.compile(r"[.!?:;,…][»«\"“”'’)\]]*$")
_QUESTION = re.compile(r"[^.!?]+\?")


def ends_sentence(text: str) -> bool:
    """Whether the text ends as sentences do; marks that close a quote may follow the stop."""
    return _FINAL.search(text) is not None


def is_speech(text: str) -> bool:
    """Whether it opens with a quote mark or the dash of a dialogue."""
    return text.startswith(tuple(SPEECH_MARKS))


def is_headline(first: Paragraph, after: Sequence[Paragraph]) -> bool:
    """Whether the first of several blocks is the headline over the `after` others."""
    if not after or first.kind != "text" or len(first.text) > LONGEST_HEADLINE:
        return False
    asks = first.text.endswith("?") and len(first.text) <= LONGEST_HEADING
    return (asks or not ends_sentence(first.text)) and not first.text.startswith(("–", "—", "-"))


def with_lead(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs that follow a headline; the first is typed a lead if it can be one."""
    if len(paragraphs) < 3:
        return list(paragraphs)
    first, *rest = paragraphs
    may_lead = first.kind == "text" and len(first.text) <= LONGEST_LEAD and not is_speech(first.text)
    is_sentence = ends_sentence(first.text) or not _is_heading(first, rest[0])
    return [replace(first, kind="lead") if may_lead and is_sentence else first, *rest]


def with_headings(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Short lines without a stop are headings where a longer paragraph follows."""
    following: list[Paragraph | None] = [*paragraphs, None][1:]
    return [
        replace(paragraph, kind="heading") if after and _is_heading(paragraph, after) else paragraph
        for paragraph, after in zip(paragraphs, following, strict=True)
    ]


def _is_heading(paragraph: Paragraph, after: Paragraph) -> bool:
    text = paragraph.text
    return (
        paragraph.kind == "text"
        and len(text) <= LONGEST_HEADING
        and len(after.text) > len(text)
        and after.kind == "text"
        and not ends_sentence(text)
        and not is_speech(text)
    )


def with_questions(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """In an interview the questions that speech answers are typed as such.

    It is one when three or more of them are a single sentence; then longer ones count as well.
    """
    asked = [
        number
        for number, (paragraph, after) in enumerate(pairwise(paragraphs))
        if paragraph.kind in ("text", "heading") and _asks(paragraph.text) and is_speech(after.text)
    ]
    if sum(_QUESTION.fullmatch(paragraphs[number].text) is not None for number in asked) < FEWEST_QUESTIONS:
        return list(paragraphs)
    chosen = set(asked)
    return [replace(p, kind="question") if number in chosen else p for number, p in enumerate(paragraphs)]


def _asks(text: str) -> bool:
    return text.endswith("?") and len(text) <= LONGEST_LEAD and not is_speech(text)
