"""Find the quotes of an article, tell speech from labels and titles, and name who speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reader.danish.speech.attribution import (
    REACH,
    Attribution,
    attribution_after,
    attribution_before,
    attribution_behind,
)
from reader.danish.speech.dashes import dash_speech
from reader.danish.speech.discourse import discourse_of
from reader.danish.speech.judging import is_speech
from reader.danish.speech.marks import Marked, marked_stretches, without
from reader.danish.speech.names import names_in
from reader.danish.speech.people import Place, people_in
from reader.danish.speech.subjects import Hearing
from reader.danish.speech.utterances import Found, chapters, joined
from reader.danish.splitting import sentences


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


def quotes(paragraphs: Sequence[str]) -> list[Quote]:
    """The quotes of an article's paragraphs, in order."""
    stretches = [_stretches(text, after) for text, after in pairwise([*paragraphs, ""])]
    names = [list(names_in(text)) for text in paragraphs]
    people = people_in(paragraphs, names)
    reader = _Reader(paragraphs, stretches, Hearing(people, discourse_of(paragraphs, names, stretches, people)))
    found = joined([item for number in range(len(paragraphs)) for item in reader.read(number)], paragraphs)
    return [_quote(item, chapter, paragraphs) for item, chapter in zip(found, chapters(found), strict=True)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads an article from quote to quote, and listens to who is named on the way."""

    paragraphs: Sequence[str]
    stretches: Sequence[Sequence[Marked]]
    hearing: Hearing

    def read(self, number: int) -> Iterator[Found]:
        """The quotes of a paragraph, each with what its own surroundings say."""
        text, stretches = self.paragraphs[number], self.stretches[number]
        before: Found | None = None
        for place, stretch in enumerate(stretches):
            limit = stretches[place + 1].start if place + 1 < len(stretches) else len(text)
            attribution = self._after(number, stretch, limit) or self._before(number, stretch, before)
            speaks = is_speech(text, stretch, attribution)
            if speaks and attribution is None:
                attribution = self._context(number, stretch, before)
            before = Found(number, stretch, speaks, attribution if speaks else None)
            if before.attribution is not None and before.attribution.speaker is not None:
                self.hearing.discourse.heard = before.attribution.speaker
            yield before

    def _after(self, number: int, stretch: Marked, limit: int) -> Attribution | None:
        text = self.paragraphs[number]
        inner = text[stretch.inner_start : stretch.inner_end]
        rest = text[stretch.end : min(limit, stretch.end + REACH)]
        found = attribution_after(rest, inner, Place(number, stretch.end), self.hearing)
        if found is None and not rest.strip(" .") and number + 1 < len(self.paragraphs) and limit == len(text):
            return attribution_behind(self.paragraphs[number + 1][:REACH], Place(number + 1, 0), self.hearing)
        return found

    def _before(self, number: int, stretch: Marked, last: Found | None) -> Attribution | None:
        floor = last.stretch.end if last else 0
        text = self.paragraphs[number][max(floor, stretch.start - REACH) : stretch.start]
        if last is not None and last.attribution is not None and last.attribution.follows:
            text = text.replace(last.attribution.verb, "", 1)
        if not text.strip() and stretch.start == 0 and number:
            text = self._announcement(number - 1)
        return attribution_before(text, Place(number, stretch.start), self.hearing)

    def _announcement(self, number: int) -> str:
        """The sentence with which a paragraph leads on to the quote in the next one, by a colon and by no quote."""
        text = self.paragraphs[number][-REACH:].rstrip()
        return text if text.endswith(":") and not self.stretches[number] else ""

    def _context(self, number: int, stretch: Marked, last: Found | None) -> Attribution | None:
        """Of whom the sentence before speaks, within the paragraph; else the last speaker of the paragraph."""
        floor = last.stretch.end if last else 0
        text = self.paragraphs[number][max(floor, stretch.start - REACH) : stretch.start]
        if stretch.start == 0 and number and self._asks(number - 1):
            speaker = self.hearing.interviewed()
            return Attribution(speaker, follows=False) if speaker else None
        if not text.strip():
            return None
        speaker = self.hearing.person(sentences(text)[-1], Place(number, stretch.start))
        if speaker is None and last is not None and last.attribution is not None:
            speaker = last.attribution.speaker
        return Attribution(speaker, follows=False) if speaker else None

    def _asks(self, number: int) -> bool:
        """Whether a paragraph is an interviewer's question, without marks."""
        return self.paragraphs[number].rstrip().endswith("?") and not self.stretches[number]


def _stretches(text: str, following: str) -> list[Marked]:
    return without(marked_stretches(text, following), dash_speech(text))


def _quote(item: Found, chapter: int | None, paragraphs: Sequence[str]) -> Quote:
    stretch = item.stretch
    text = paragraphs[item.paragraph][stretch.inner_start : stretch.inner_end]
    speaker = item.attribution.speaker if item.attribution and item.is_speech else None
    return Quote(item.paragraph, stretch.start, stretch.end, text, item.is_speech, speaker, chapter)
