"""Whom "han" and "hun" mean: who has been named up to a place, the most salient first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.danish.speech.marks import Marked
from reader.danish.speech.names import Name, is_genitive
from reader.danish.speech.people import People, Place
from reader.danish.speech.vocabulary import PRONOUNS, Gender

REMEMBERED = 12  # people: whoever was named before them is out of mind

_PRONOUN = re.compile(r"\b[Hh](?:an|un)\b")
_SENTENCE_MARK = re.compile(r"[.!?:»«„“”\"]")


class Mention(NamedTuple):
    """Somebody named, or a pronoun, outside of quotes; `leads`: the subject, as far as word order tells."""

    place: Place
    name: str
    leads: bool


@dataclass(slots=True)
class Discourse:
    """Walks through an article once, from place to place; `heard` is who spoke last."""

    mentions: Sequence[Mention]
    genders: dict[str, Gender]
    _next: int = 0
    _salient: list[str] = field(default_factory=list)
    _paragraph: int = 0
    heard: str | None = None

    def walk_to(self, place: Place) -> None:
        """Hear everything that is named before a place."""
        while self._next < len(self.mentions) and self.mentions[self._next].place < place:
            mention = self.mentions[self._next]
            self._next += 1
            if mention.name in PRONOUNS:
                self.meant_by(PRONOUNS[mention.name], mention.place.paragraph)
            else:
                self._hear(mention)

    def meant_by(self, gender: Gender, paragraph: int) -> str | None:
        """The person a pronoun means; from then on that person is the one spoken of, and of that gender."""
        fitting = (name for name in self._salient if self.genders.get(name, gender) == gender)
        name = next(fitting, None)
        if name is not None:
            self.genders.setdefault(name, gender)
            self.turn_to(name, paragraph)
        return name

    def foremost(self) -> str | None:
        """The person spoken of."""
        return next(iter(self._salient), None)

    def turn_to(self, name: str, paragraph: int) -> None:
        """Let a person be the one spoken of."""
        self._put(name, 0)
        self._paragraph = paragraph

    def _hear(self, mention: Mention) -> None:
        """A person in passing stays behind the one of whom the same paragraph speaks."""
        if mention.leads or self._paragraph != mention.place.paragraph or not self._salient:
            self.turn_to(mention.name, mention.place.paragraph)
        elif self._salient[0] != mention.name:
            self._put(mention.name, 1)

    def _put(self, name: str, position: int) -> None:
        if name in self._salient:
            self._salient.remove(name)
        self._salient.insert(position, name)
        del self._salient[REMEMBERED:]


def discourse_of(
    paragraphs: Sequence[str], names: Sequence[Sequence[Name]], stretches: Sequence[Sequence[Marked]], people: People
) -> Discourse:
    """The mentions of an article outside of its quotes, ready to be walked through."""
    mentions = [
        mention
        for number, text in enumerate(paragraphs)
        for mention in _mentions(text, _outside(_named(number, text, names[number], people), stretches[number]))
    ]
    return Discourse(mentions, dict(people.genders))


def _named(number: int, text: str, names: Sequence[Name], people: People) -> list[Mention]:
    """Every person and pronoun of a paragraph; only a preposition or a genitive forbids it yet to lead."""
    found = [
        Mention(Place(number, match.start()), match.group().casefold(), leads=True) for match in _PRONOUN.finditer(text)
    ]
    for name in names:
        place = Place(number, name.start)
        person = _person(name, text, place, people)
        if person is not None and person in people.certain:
            found.append(Mention(place, person, leads=not (name.governed or is_genitive(text, name))))
    return sorted(found)


def _outside(mentions: Sequence[Mention], stretches: Sequence[Marked]) -> Iterator[Mention]:
    """The mentions that stand in no quote."""
    starts = [stretch.start for stretch in stretches]
    for mention in mentions:
        before = bisect_right(starts, mention.place.offset) - 1
        if before < 0 or stretches[before].end <= mention.place.offset:
            yield mention


def _mentions(text: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions of a paragraph, of which the first in each sentence may lead."""
    end = 0
    for mention in mentions:
        start = mention.place.offset
        is_first = end == 0 or _SENTENCE_MARK.search(text, end, start) is not None
        yield mention._replace(leads=mention.leads and is_first)
        end = start + len(mention.name.split(" ")[0])


def _person(name: Name, text: str, place: Place, people: People) -> str | None:
    known = people.full_name(name.text, place)
    if known is None and is_genitive(text, name):
        known = people.full_name(name.text.removesuffix("s"), place)
    return people.called(name.text.casefold(), place) if known is None else known
