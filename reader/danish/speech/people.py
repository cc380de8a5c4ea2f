"""The people of an article: where each is named, in which role, and by which shorter names one is called later."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from reader.danish.speech.given import gender_of, is_given_name
from reader.danish.speech.names import Name, is_genitive, is_person
from reader.danish.speech.vocabulary import (
    FUNCTION_WORDS,
    GENDERED,
    PREPOSITIONS,
    WIDER_ROLES,
    Gender,
    bare_role,
    indefinite_forms,
    is_role,
    verbs,
)

BECOMING = frozenset("som til ny nye blive blevet være afgående tidligere daværende tiltrædende".split())
DEPUTIES = ("næst", "vice")  # who stands in for somebody is not meant where that one is named
LONGEST_PHRASE = 9  # words between a role and the name it belongs to

_BREAK = re.compile(r"[.!?;:»«„“”\"]")
_BREAK_OR_NAME = re.compile(r"[,.!?;:»«„“”\"A-ZÆØÅ]")
_AFTER = re.compile(
    r"(?:\s\([^()]{1,20}\))?"
    r"(?:,\s(?:(?:der|som)\s(?:til daglig\s)?(?:er|var|blev|har været)\s)?|\s(?:er|var|bliver|blev)\s)"
    r"(?P<phrase>[^,.;:!?»«]{1,80})"
)


class Place(NamedTuple):
    """A place in an article."""

    paragraph: int
    offset: int


class Person(NamedTuple):
    """A full name where the article mentions it, with the roles that stand beside it."""

    place: Place
    name: str
    roles: tuple[str, ...]


Index = Mapping[str, Sequence[tuple[Place, str]]]


@dataclass(frozen=True, slots=True)
class People:
    """Who is named where; every index leads from a word to (place, full name) in the order of the article.

    `certain` are those whose given name or role shows that they are persons; `only`, who is named alone.
    """

    only: str | None
    surnames: Index
    other_names: Index
    by_role: Index
    genders: Mapping[str, Gender]
    certain: AbstractSet[str]

    def full_name(self, name: str, place: Place) -> str | None:
        """The person behind a full or shorter name: the one last named so, else the one named so later."""
        first, *others = name.split(" ")
        indexes = [self.other_names] if others and is_given_name(first) else [self.surnames, self.other_names]
        found = next(filter(None, (_last_before(index.get(name), place) for index in indexes)), None)
        return found[1] if found else None

    def called(self, word: str, place: Place) -> str | None:
        """The person whom a common noun means, with or without article: "direktøren" is direktør Lars Bro."""
        word = word.rpartition("-")[2]
        role = bare_role(word) or next((form for form in indefinite_forms(word) if form in self.by_role), None)
        role = role or (word if is_role(word) else None)
        return self.in_role(role, place) if role else None

    def in_role(self, role: str, place: Place) -> str | None:
        """The person last introduced with a role or a compound of it: "havnedirektør" is a direktør."""
        wanted = (role, *WIDER_ROLES.get(role, ()))
        known = [name for name in self.by_role if name.endswith(wanted)]
        known = known or [name for name in self.by_role if len(name) > 3 and role.endswith(name)]
        leading = [name for name in known if name in wanted or not name.startswith(DEPUTIES)]
        entries = (_last_before(self.by_role[name], place) for name in leading or known)
        return max((entry for entry in entries if entry and entry[0] < place), default=(place, None))[1]


def people_in(paragraphs: Sequence[str], names: Sequence[Sequence[Name]]) -> People:
    """Everybody whom an article names in full; `names` are those of each paragraph."""
    persons = _everybody(paragraphs, names)
    surnames: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    other_names: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    by_role: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    genders: dict[str, Gender] = {}
    for person in persons:
        entry = (person.place, person.name)
        for index, shorter in zip((surnames, other_names), _shorter_names(person.name), strict=True):
            for name in shorter:
                index[name].append(entry)
        for role in person.roles:
            by_role[role].append(entry)
        told = gender_of(person.name.split(" ")[0]) or next((GENDERED[r] for r in person.roles if r in GENDERED), None)
        if told:
            genders.setdefault(person.name, told)
    certain = {person.name for person in persons if person.roles or is_given_name(person.name.split(" ")[0])}
    only = next(iter(certain)) if len(certain) == 1 else None
    return People(only, surnames, other_names, by_role, genders, certain)


def _everybody(paragraphs: Sequence[str], names: Sequence[Sequence[Name]]) -> tuple[Person, ...]:
    """All who are named in full, and by a given name those who are never named in full."""
    words = {word for found in names for name in found if is_person(name.text) for word in name.text.split(" ")}
    return tuple(
        person
        for number, text in enumerate(paragraphs)
        for person in _persons(number, text, [name for name in names[number] if _is_somebody(name, words)])
    )


def _is_somebody(name: Name, known_words: set[str]) -> bool:
    if is_person(name.text):
        return not _is_doubtful(name)
    return gender_of(name.text) is not None and name.text not in known_words and not name.governed


def _persons(number: int, text: str, names: Sequence[Name]) -> Iterator[Person]:
    floor = 0
    for name in names:
        owner = is_genitive(text, name) and name.text.endswith("s")
        full = name.text.removesuffix("s") if owner else name.text
        roles = () if owner else (*_roles_before(text, floor, name.start), *_roles_after(text, name.end))
        yield Person(Place(number, name.start), full, roles)
        floor = name.end


def _is_doubtful(name: Name) -> bool:
    """Whether a long run after a preposition may be a place and a person: "i Nørrehavn Thorgrim Ek"."""
    words = name.text.split(" ")
    return name.governed and len(words) > 2 and not is_given_name(words[0])


def _roles_before(text: str, floor: int, start: int) -> Iterator[str]:
    """The nearest role before a name, where only a phrase such as "i Danske Bank" stands between.

    Directly before the name any noun is a role: "bogopsynskvinde Grethe Lund".
    """
    before = text[max(floor, start - 100) : start]
    marks = list(_BREAK.finditer(before))
    phrase = before[marks[-1].end() :] if marks else before
    words = phrase.removesuffix(", ").split()[-LONGEST_PHRASE:]
    for place in range(len(words) - 1, -1, -1):
        role = _role(words[place].casefold())
        if role is None and place == len(words) - 1 and _is_noun(words[place]) and words[place - 1] not in PREPOSITIONS:
            role = words[place]
        if role or "," in words[place]:
            stands_by = place == len(words) - 1 or words[place + 1] in PREPOSITIONS
            yield from [role] if role and stands_by else []
            return


def _roles_after(text: str, end: int) -> Iterator[str]:
    """The roles in what is said of a name: ", formand for", "er landmand", "stopper som formand"."""
    match = _AFTER.match(text, end, end + 140)
    words = match["phrase"].split()[:LONGEST_PHRASE] if match else []
    for place, word in enumerate(words):
        if word[:1].isupper() and not word.endswith("s"):  # "Islands nye statsminister"
            break
        role = _role(word) or (word if place == 0 and _is_noun(word) else None)
        if role:
            yield role
    clause = _BREAK_OR_NAME.split(text[end : end + 80], maxsplit=1)[0].split()
    for before, word in pairwise(clause):
        if before in BECOMING and is_role(word):
            yield word


def _role(word: str) -> str | None:
    return bare_role(word) or (word if is_role(word) or word in GENDERED else None)


def _is_noun(word: str) -> bool:
    """Whether a word beside a name may be a noun, as far as that shows."""
    return len(word) > 3 and word.isalpha() and word.islower() and word not in FUNCTION_WORDS and word not in verbs()


def _shorter_names(name: str) -> tuple[set[str], set[str]]:
    """The names one is called by later: those that end the full name, and those that do not."""
    words = name.split(" ")
    ends = {" ".join(words[start:]) for start in range(len(words)) if words[start][:1].isupper()}
    ends |= {words[-1]}
    starts = {" ".join(words[:end]) for end in range(1, len(words) + 1)}
    starts |= {f"{words[0]} {words[-1]}", *(word for word in words[1:-1] if word[:1].isupper())}
    return ends, starts


def _last_before(entries: Sequence[tuple[Place, str]] | None, place: Place) -> tuple[Place, str] | None:
    if not entries:
        return None
    position = bisect_left(entries, place, key=lambda entry: entry[0])
    return entries[max(position - 1, 0)]
