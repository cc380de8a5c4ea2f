"""Which quotes are parts of one utterance: those that share an attribution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reader.danish.speech.attribution import Attribution
from reader.danish.speech.marks import Marked
from reader.danish.speech.vocabulary import ANSWERING, ASKING
from reader.danish.splitting import sentences

_AND = re.compile(r",?\s?(?:og|eller|men)(?:\Z|\sat\s)")


@dataclass(frozen=True, slots=True)
class Found:
    """A quote with what its surroundings say; `attribution` is None where they say nothing."""

    paragraph: int
    stretch: Marked
    is_speech: bool
    attribution: Attribution | None


def joined(found: Sequence[Found], paragraphs: Sequence[str]) -> list[Found]:
    """The quotes with every attribution handed to all the parts of its utterance."""
    result = list(found)
    for i in range(1, len(result)):
        result[i] = _resumed(result[i - 1], result[i], paragraphs)
    for i in range(len(result) - 2, -1, -1):
        if _is_closed_by(result[i], result[i + 1], paragraphs):
            result[i] = replace(result[i], attribution=result[i + 1].attribution)
    following = (*result[1:], None)
    return [item for item, after in zip(result, following, strict=False) if _is_heard(item, after, paragraphs)]


def chapters(found: Sequence[Found]) -> list[int | None]:
    """The number of each quote's utterance, from 0; None for what is no speech."""
    numbers: list[int | None] = []
    chapter = -1
    before: Found | None = None
    for item in found:
        if not item.is_speech:
            numbers.append(None)
            continue
        chapter += before is None or not _is_one(before, item)
        numbers.append(chapter)
        before = item
    return numbers


def _is_one(first: Found, second: Found) -> bool:
    if first.attribution is not second.attribution:
        return False
    return first.attribution is not None or (first.stretch.continues and second.paragraph == first.paragraph + 1)


def _is_heard(item: Found, after: Found | None, paragraphs: Sequence[str]) -> bool:
    """A dash without attribution opens speech only where it asks what the next dash answers."""
    if not item.stretch.is_dash or item.attribution is not None:
        return True
    if after is None or after.attribution is None or not after.stretch.is_dash:
        return False
    return after.paragraph <= item.paragraph + 1 and _is_question(item, paragraphs)


def _resumed(first: Found, second: Found, paragraphs: Sequence[str]) -> Found:
    """The second quote with the attribution of the first, where it goes on with it."""
    if not first.is_speech or first.attribution is None:
        return second
    if second.attribution is not None and second.attribution.follows:
        return second
    if first.paragraph == second.paragraph:
        return _resumed_after_clause(first, second, paragraphs[first.paragraph])
    goes_on = second.is_speech and second.attribution is None and _goes_on(first, second, paragraphs)
    return replace(second, attribution=first.attribution) if goes_on else second


def _resumed_after_clause(first: Found, second: Found, text: str) -> Found:
    """Whether nothing but the attribution stands between two quotes of one paragraph."""
    between = text[first.stretch.end : second.stretch.start].strip()
    if first.attribution is None or len(sentences(between)) > 1:
        return second
    if not first.attribution.follows:
        is_listed = _AND.match(between) is not None and second.attribution is None
        return replace(second, is_speech=True, attribution=first.attribution) if is_listed else second
    if second.attribution is not None and second.attribution.speaker not in (None, first.attribution.speaker):
        return second
    is_sentence = between.endswith(".") and text[second.stretch.end : second.stretch.end + 1] in tuple(".!?")
    if between.endswith(",") or is_sentence or second.is_speech:
        return replace(second, is_speech=True, attribution=first.attribution)
    return second


def _goes_on(first: Found, second: Found, paragraphs: Sequence[str]) -> bool:
    """Whether a paragraph that is all quote goes on with the utterance of the paragraph before."""
    if second.paragraph != first.paragraph + 1 or not _is_whole_paragraph(second, paragraphs):
        return False
    if first.stretch.is_dash != second.stretch.is_dash or _asks(first, paragraphs):
        return False
    if first.stretch.continues:
        return True
    rest = paragraphs[first.paragraph][first.stretch.end :].strip()
    return len(sentences(rest)) <= 1


def _is_closed_by(first: Found, second: Found, paragraphs: Sequence[str]) -> bool:
    """Whether an unattributed quote goes on in the next one, up to its attribution."""
    if not (first.is_speech and second.is_speech) or first.attribution is not None or second.attribution is None:
        return False
    if first.paragraph == second.paragraph:
        nothing_between = not paragraphs[first.paragraph][first.stretch.end : second.stretch.start].strip()
    else:
        is_next = second.paragraph == first.paragraph + 1 and second.stretch.start == 0
        rest = paragraphs[first.paragraph][first.stretch.end :]
        nothing_between = is_next and not rest.strip() and (first.stretch.continues or first.stretch.start == 0)
    if not nothing_between or first.stretch.is_dash != second.stretch.is_dash:
        return False
    is_question = _is_question(first, paragraphs) or second.attribution.verb in ANSWERING
    return first.stretch.continues or not is_question


def _is_whole_paragraph(item: Found, paragraphs: Sequence[str]) -> bool:
    text = paragraphs[item.paragraph]
    return item.stretch.start == 0 and not text[item.stretch.end :].strip()


def _asks(item: Found, paragraphs: Sequence[str]) -> bool:
    return _is_question(item, paragraphs) or (item.attribution is not None and item.attribution.verb in ASKING)


def _is_question(item: Found, paragraphs: Sequence[str]) -> bool:
    return paragraphs[item.paragraph].endswith("?", 0, item.stretch.inner_end)
