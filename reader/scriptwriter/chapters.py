"""Where a chapter stands, and what it is called. One rule for all, from lines alone.

The opening stands at 0. Then each utterance of a person: at its first line when it is whole sentences, at the start of
the sentence when it is a part of one. An utterance that opens the article merges with the opening.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from reader.model import MOST_CHAPTERS, Article, Chapter, ChapterMode, shortened
from reader.scriptwriter.lines import Draft
from reader.slugs import distinct, slug

LONGEST_TITLE = 128
LONGEST_QUOTED = 60
OPENINGS = {
    "da": "Indledning",
    "nb": "Innledning",
    "nn": "Innleiing",
    "no": "Innledning",
    "sv": "Inledning",
    "de": "Einleitung",
}


class Place(NamedTuple):
    """A chapter before it has an id: the line where it starts, and what it is called."""

    line: int
    title: str
    speaker: str | None


def place_chapters(article: Article, drafts: Sequence[Draft], mode: ChapterMode) -> tuple[Chapter, ...]:
    """The chapters of a script, at most 255: the shortest beyond that are merged into those before them."""
    if mode == "none":
        return ()
    places = list(_headings(drafts)) if mode == "headings" else list(_speeches(drafts, mode))
    places = places or list(_headings(drafts))
    first_body = next(i for i, draft in enumerate(drafts) if draft.line.paragraph is not None)
    opening = Place(0, shortened(article.title or OPENINGS.get(article.language[:2], "Opening"), LONGEST_TITLE), None)
    distinct_places = _one_a_line([opening, *(place for place in places if place.line > first_body)])
    return _identified(_at_most(distinct_places, drafts))


def _speeches(drafts: Sequence[Draft], mode: ChapterMode) -> Iterator[Place]:
    last: int | str | None = None
    for number, draft in enumerate(drafts):
        utterance = draft.quote if mode == "speech" else draft.quoted or None
        if draft.quote is None:
            last = None if mode == "every-quote" else last
        elif utterance != last:
            last = utterance
            line = number if draft.is_whole else _sentence_start(drafts, number)
            yield Place(line, _speech_title(draft), draft.line.speaker)


def _headings(drafts: Sequence[Draft]) -> Iterator[Place]:
    for number, draft in enumerate(drafts):
        starts = number == 0 or drafts[number - 1].line.paragraph != draft.line.paragraph
        if draft.line.role == "heading" and starts:
            yield Place(number, shortened(draft.line.written.strip(), LONGEST_TITLE), None)


def _sentence_start(drafts: Sequence[Draft], number: int) -> int:
    while number > 0 and drafts[number - 1].line.sentence == drafts[number].line.sentence:
        number -= 1
    return number


def _speech_title(draft: Draft) -> str:
    words = shortened(draft.quoted.strip(" ,–—-"), LONGEST_QUOTED)
    return shortened(f"{draft.line.speaker}: {words}", LONGEST_TITLE) if draft.line.speaker else f"»{words}«"


def _one_a_line(places: Sequence[Place]) -> list[Place]:
    ordered = sorted(places, key=lambda place: place.line)
    return ordered[:1] + [after for before, after in pairwise(ordered) if after.line > before.line]


def _at_most(places: list[Place], drafts: Sequence[Draft]) -> list[Place]:
    if len(places) <= MOST_CHAPTERS:
        return places
    ends = [place.line for place in places[1:]] + [len(drafts)]
    lengths = [
        sum(len(draft.line.spoken) for draft in drafts[place.line : end])
        for place, end in zip(places, ends, strict=True)
    ]
    by_length = sorted(range(1, len(places)), key=lambda i: (-lengths[i], i))
    kept = {0, *by_length[: MOST_CHAPTERS - 1]}
    return [place for i, place in enumerate(places) if i in kept]


def _identified(places: Sequence[Place]) -> tuple[Chapter, ...]:
    taken: set[str] = set()
    chapters = []
    for place in places:
        name = distinct(slug(place.title, longest=40, fallback="kapitel"), taken)
        taken.add(name)
        chapters.append(Chapter(name, place.line, place.title, place.speaker))
    return tuple(chapters)
