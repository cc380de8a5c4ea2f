"""Find the quotes of an article, tell speech from labels and titles, and name who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reader.danish.speech.marks import Marked, marked_stretches
from reader.danish.splitting import sentences
from reader.danish.speech.speakers import Attribution, People, attribution_after, attribution_before, people_in

# Directly before a quote they announce a label, a title or a word under discussion, and no speech.
LABEL_WORDS = frozenset(
    "album albummet begrebet bog bogen bestsellereren digtet døbt film filmen hedder hed kaldt kalde kalder kaldes "
    "kaldte kunstværket maleriet mærket navnet operaen ord ordene ordet projektet programmet roman romanen sang sangen "
    "serien skibet skiltet stykket såkaldt såkaldte teksten titlen tv-serien udtrykket værket".split()
)
NEAR = 40  # characters: how far one looks for the word or mark next to a quote
SHORTEST_PARTIAL = 3  # words: a shorter part of a sentence is a label unless its own attribution follows


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote: `start` and `end` stand around its marks, `text` is what lies between them.

    Parts of one utterance share `chapter`, a number from 0; what is no speech has neither speaker nor chapter.
    """

    paragraph: int
    start: int
    end: int
    text: str
    is_speech: bool
    speaker: str | None = None
    chapter: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A quote with what its surroundings say; `attribution` is None where they say nothing."""

    quote: Quote
    attribution: Attribution | None
    continues: bool


def quotes(paragraphs: Sequence[str]) -> list[Quote]:
    """The quotes of an article's paragraphs, in order."""
    people = people_in(paragraphs)
    found = [item for number, text in enumerate(paragraphs) for item in _in_paragraph(number, text, paragraphs, people)]
    return _numbered(_attributed(found, paragraphs), paragraphs)


def _in_paragraph(number: int, text: str, paragraphs: Sequence[str], people: People) -> list[_Found]:
    following = paragraphs[number + 1] if number + 1 < len(paragraphs) else ""
    stretches = marked_stretches(text, following)
    return [
        _judge(number, text, stretch, stretches[i + 1].start if i + 1 < len(stretches) else len(text), people)
        for i, stretch in enumerate(stretches)
    ]


def _judge(number: int, text: str, stretch: Marked, limit: int, people: People) -> _Found:
    inner = text[stretch.inner_start : stretch.inner_end]
    attribution = attribution_after(text, stretch.end, limit, inner, people, number)
    if attribution is None:
        attribution = attribution_before(text, stretch.start, people, number)
    is_speech = _is_speech(text, stretch, inner, attribution)
    quote = Quote(number, stretch.start, stretch.end, inner, is_speech)
    return _Found(quote, attribution if is_speech else None, stretch.continues)


def _is_speech(text: str, stretch: Marked, inner: str, attribution: Attribution | None) -> bool:
    if not any(map(str.isalpha, inner)):
        return False
    if attribution is not None and attribution.follows:
        return True
    before = text[max(0, stretch.start - NEAR) : stretch.start].rstrip()
    word_before = re.search(r"[\w-]+\Z", before)
    if word_before and word_before.group().casefold() in LABEL_WORDS:
        return False
    stands_alone = not before or before[-1] in '.!?…:»«”"“'
    if stands_alone and (stretch.continues or _is_whole_sentence(text, stretch, inner)):
        return True
    return attribution is not None and len(inner.split()) >= SHORTEST_PARTIAL


def _is_whole_sentence(text: str, stretch: Marked, inner: str) -> bool:
    starts_large = next((c for c in inner if c.isalnum()), "a").isupper()
    after = text[stretch.end : stretch.end + NEAR].lstrip()[:1]
    return starts_large and (inner.rstrip()[-1:] in tuple(".!?…") or after in tuple(".!?")) and len(inner) > 1


def _attributed(found: list[_Found], paragraphs: Sequence[str]) -> list[_Found]:
    """Hand the attribution that closes a quote to its other parts: before it, and after it."""
    result = list(found)
    for i in range(len(result) - 2, -1, -1):
        if _is_closed_by(result[i], result[i + 1], paragraphs):
            result[i] = replace(result[i], attribution=result[i + 1].attribution)
    for i in range(1, len(result)):
        if _is_split(result[i - 1], result[i], paragraphs):
            speech = replace(result[i].quote, is_speech=True)
            result[i] = replace(result[i], quote=speech, attribution=result[i - 1].attribution)
    return result


def _numbered(found: list[_Found], paragraphs: Sequence[str]) -> list[Quote]:
    numbered: list[Quote] = []
    chapter = -1
    before: _Found | None = None
    for item in found:
        if not item.quote.is_speech:
            numbered.append(item.quote)
            continue
        joined = before is not None and item.attribution is before.attribution and _belongs(before, item, paragraphs)
        chapter += not joined
        speaker = item.attribution.speaker if item.attribution else None
        numbered.append(replace(item.quote, speaker=speaker, chapter=chapter))
        before = item
    return numbered


def _belongs(first: _Found, second: _Found, paragraphs: Sequence[str]) -> bool:
    if first.quote.paragraph != second.quote.paragraph:
        return first.continues or first.attribution is not None
    return first.attribution is not None and _is_split(first, second, paragraphs)


def _is_closed_by(first: _Found, second: _Found, paragraphs: Sequence[str]) -> bool:
    """Whether `first` is a whole paragraph of quote that goes on in the next one, up to its attribution."""
    if not (first.quote.is_speech and second.quote.is_speech) or first.attribution is not None:
        return False
    if second.quote.paragraph != first.quote.paragraph + 1 or second.quote.start != 0:
        return False
    ends_paragraph = not paragraphs[first.quote.paragraph][first.quote.end :].strip()
    return first.continues or (ends_paragraph and first.quote.start == 0 and second.attribution is not None)


def _is_split(first: _Found, second: _Found, paragraphs: Sequence[str]) -> bool:
    """Whether nothing but the attribution stands between two quotes of one paragraph."""
    if first.quote.paragraph != second.quote.paragraph or not first.quote.is_speech:
        return False
    if first.attribution is None or not first.attribution.follows:
        return False
    between = paragraphs[first.quote.paragraph][first.quote.end : second.quote.start]
    if second.attribution is not None and second.attribution.follows and second.attribution is not first.attribution:
        return False
    if len(sentences(between.strip())) > 1:
        return False
    leads_on = between.rstrip()[-1:]
    return leads_on == "," or (second.quote.is_speech and leads_on != ":")
