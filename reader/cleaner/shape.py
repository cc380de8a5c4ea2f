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
FEWEST_TURNS = 2

SPEECH_MARKS = "»«›‹\"“”„'‘’–—-"
_FINAL = re.compile(r"[.!?:;,…][»«\"“”'’)\]]*$")
_STOPPED = re.compile(r"[.!?…][»«\"“”'’)\]]*$")
_QUESTION = re.compile(r"[^.!?]+\?")
_ASKED = re.compile(r"(?:spørgsmål|spm|spørger|question|q)\.? ?:\s", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:svar|sv|answer|a)\.? ?:\s", re.IGNORECASE)
# One to four words with capitals, the last of them before a colon.
_SPEAKER = re.compile(r"([A-ZÆØÅ][\w.'’-]{0,30}(?: [A-ZÆØÅ][\w.'’-]{0,30}){0,3}) ?: (?=\S)")
_BOX = re.compile(r"(?:FAKTA|FAKTABOKS)\b|(?i:fakta|faktaboks|blå bog)(?=\s*(?::|$))|(?:Fakta|Faktaboks) om\b")
_CORRECTION = re.compile(r"(?:rettelse|redaktionel note|red\.) ?:", re.IGNORECASE)


def ends_sentence(text: str) -> bool:
    """Whether the text ends as sentences do; marks that close a quote may follow the stop."""
    return _FINAL.search(text[-8:]) is not None


def is_stopped(text: str) -> bool:
    """Whether a sentence ends here for good; a comma or a colon does not end one."""
    return _STOPPED.search(text[-8:]) is not None


def opens_turn(text: str) -> bool:
    """Whether the text opens with the label of a question or an answer: "Spørgsmål: ", "Svar: "."""
    return _ASKED.match(text) is not None or _ANSWERED.match(text) is not None


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


def with_turns(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Where labels or the names of two speakers tell questions from answers the questions are typed as such."""
    asked = {n for n, paragraph in enumerate(paragraphs) if _ASKED.match(paragraph.text)}
    if len(asked) < FEWEST_TURNS or not any(_ANSWERED.match(paragraph.text) for paragraph in paragraphs):
        asked = _turns_of_asker(paragraphs)
    return [replace(p, kind="question") if n in asked else p for n, p in enumerate(paragraphs)]


def _turns_of_asker(paragraphs: Sequence[Paragraph]) -> set[int]:
    """The turns of the speaker who asks, where names open the turns of a conversation: "AVISEN: ...", "TOFT: ..."."""
    turns: dict[str, list[int]] = {}
    for number, paragraph in enumerate(paragraphs):
        if paragraph.kind in ("text", "lead", "heading", "question") and (match := _SPEAKER.match(paragraph.text)):
            turns.setdefault(match[1], []).append(number)
    turns = {name: numbers for name, numbers in turns.items() if len(numbers) >= FEWEST_TURNS}
    askers = [
        name for name, numbers in turns.items() if all(paragraphs[number].text.endswith("?") for number in numbers)
    ]
    return set(turns[askers[0]]) if len(askers) == 1 and len(turns) > 1 else set()


def with_asides(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Fact boxes and corrections are typed asides.

    A box in the midst of the article is its heading and the list or the paragraph below; only near the end, where no
    more than a third is left, does it reach to there, or to the next heading.
    """
    done = list(paragraphs)
    left = sum(len(paragraph.text) for paragraph in paragraphs)
    allowed = left / 3
    position = 0
    while position < len(done):
        end = position + 1
        if position and _opens_box(done[position]):
            end = _last_box_end(done, position) if left <= allowed else _box_end(done, position)
        elif not (position and _CORRECTION.match(done[position].text)):
            left -= len(done[position].text)
            position = end
            continue
        left -= sum(len(paragraph.text) for paragraph in done[position:end])
        done[position:end] = [p if p.kind == "caption" else replace(p, kind="aside") for p in done[position:end]]
        position = end
    return done


def opens_box(text: str) -> bool:
    """Whether the text is the heading of a fact box: "FAKTA", "Faktaboks: Broen", "Fakta om broen"."""
    match = _BOX.match(text)
    return match is not None and (":" in text[: match.end() + 2] or not ends_sentence(text))


def is_correction(text: str) -> bool:
    """Whether the text tells readers what the newspaper had got wrong: "Rettelse: ..."."""
    return _CORRECTION.match(text) is not None and is_stopped(text)


def _opens_box(paragraph: Paragraph) -> bool:
    return paragraph.kind in ("text", "heading", "lead") and opens_box(paragraph.text)


def _last_box_end(paragraphs: Sequence[Paragraph], start: int) -> int:
    """Behind the last box: before the next heading that is not its own, else the end of the article."""
    below = range(start + 2, len(paragraphs))
    return next((n for n in below if paragraphs[n].kind in ("heading", "question")), len(paragraphs))


def _box_end(paragraphs: Sequence[Paragraph], start: int) -> int:
    """Behind the items below the heading (a line may introduce them), else behind the one paragraph below it."""
    if is_stopped(paragraphs[start].text):
        return start + 1
    items = next((n for n in (start + 1, start + 2) if n < len(paragraphs) and paragraphs[n].kind == "item"), None)
    if items is None:
        return min(start + 2, len(paragraphs))
    return next((n for n in range(items, len(paragraphs)) if paragraphs[n].kind != "item"), len(paragraphs))
