"""Who says it: the person, or else the organisation, that the words around a quote name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from reader.danish.splitting import STARTERS, sentences
from reader.danish.speech.verbs import SPEECH_VERBS

PREPOSITIONS = frozenset("af efter fra for hos i med om på til under ved".split())
PRONOUNS = frozenset(("han", "hun", "vedkommende"))
PARTICLES = "af|al|bin|da|de|del|den|der|di|du|el|la|le|ten|van|von|zu"
NO_PERSON = frozenset(
    "bank banken kommune kommunen universitet universitetet region regionen ministeriet styrelsen skole skolen "
    "hospital politi politiet parti partiet forening foreningen forbund fonden folketinget institut museum radio "
    "tv avisen".split()
)
ROLE_ENDINGS = (
    "advokat analytiker anfører chef direktør ekspert forfatter forsker formand forkvinde general inspektør "
    "ingeniør journalist kommissær konge konsulent landmand leder lektor læge lærer medlem mester minister "
    "ordfører politiker præsident prinsesse professor prins redaktør repræsentant skuespiller sygeplejerske "
    "talsmand talskvinde talsperson træner økonom".split()
)
REACH = 300  # characters around a quote in which its attribution must stand

_VERBS = "|".join(SPEECH_VERBS)
_AFTER = re.compile(rf"[,.]?\s*(?:(?:og|sådan)\s+)?(?P<verb>{_VERBS})\b(?P<tail>.*)", re.IGNORECASE | re.DOTALL)
_VERB = re.compile(rf"\b(?:{_VERBS})\b", re.IGNORECASE)
_BY = re.compile(r"\b[Ii]følge\s+(?P<tail>.*)", re.DOTALL)
_FROM = re.compile(r"^[^,.]*?\bfra\s+")
_NAME_WORD = r"(?:[A-ZÆØÅ]\.)+|[A-ZÆØÅÉÖÜ][\w’'-]*"
_NAME = re.compile(rf"(?:{_NAME_WORD})(?:\s(?:(?:{PARTICLES})\s)?(?:{_NAME_WORD}))*")
_CLAUSE_END = re.compile(
    r"(?<!\b[A-ZÆØÅ])[.!?…](?:\s|$)|;|[»«”“\"]|\s(?:og|men|mens|da|efter at|som|der|hvor)\s(?=[a-zæøå])"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """That somebody speaks; `speaker` is None when it is not said who. `follows`: it stands after the quote."""

    speaker: str | None
    follows: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A full name where the article mentions it, with the word before it in lower case ("direktør")."""

    paragraph: int
    offset: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class People:
    """The full names of an article, in the order in which they stand there."""

    mentions: tuple[Person, ...]

    def full_name(self, name: str) -> str:
        """The full name behind a surname or first name, else the name as it is."""
        return next((person.name for person in self.mentions if name in person.name.split()), name)

    def at_the_end_of(self, run: str) -> str | None:
        """The person at the end of a run of capital words ("Danske Bank Ole Schmidt").

        A name that stands elsewhere tells where the person begins; where none does, a person has two names.
        """
        words = run.split()
        ends = [" ".join(words[start:]) for start in range(1, len(words) - 1)]
        known = {person.name for person in self.mentions}
        person = next((end for end in ends if end in known), ends[-1] if ends else "")
        return person if _is_full_name(person) else None

    def last_before(self, paragraph: int, offset: int) -> str | None:
        """The person last named before a place: who "han" or "hun" is."""
        place = bisect_left(self.mentions, (paragraph, offset), key=lambda person: (person.paragraph, person.offset))
        return self.mentions[place - 1].name if place else None

    def in_role(self, role: str, paragraph: int) -> str | None:
        """The person last introduced with a role: "direktøren" is "direktør Lars Bro"."""
        stem = re.sub(r"(?:en|et|n|t)\Z", "", role.casefold())
        fits = [
            p.name for p in self.mentions if p.paragraph <= paragraph and p.role and p.role in (stem, role.casefold())
        ]
        return fits[-1] if fits and len(stem) > 3 else None


def people_in(paragraphs: Sequence[str]) -> People:
    """Every full name (two words with capitals, or more) of an article."""
    mentions = []
    for number, text in enumerate(paragraphs):
        for match in _NAME.finditer(text):
            name, offset = _without_starter(match.group(), match.start())
            if _is_full_name(name):
                mentions.append(Person(number, offset, name, _word_before(text, offset)))
    return People(tuple(mentions))


def attribution_after(
    text: str, end: int, limit: int, inner: str, people: People, paragraph: int
) -> Attribution | None:
    """The attribution that begins where the quote ends (", siger N.N."), up to the next quote at `limit`."""
    rest = text[end : min(limit, end + REACH)]
    match = _AFTER.match(rest)
    if match is None or not (
        inner.rstrip()[-1:] in tuple(",.!?…–") or rest[:1] in tuple(",.") or match["verb"].islower()
    ):
        return None
    if rest.startswith(".") and match["verb"].islower():
        return None
    tail = match["tail"]
    if match["verb"].casefold() in ("lyder", "lød") or _begins_with_such(rest):
        tail = _FROM.sub("", tail, count=1)
    return Attribution(_speaker(tail, people, paragraph, end + match.start("tail")), follows=True)


def attribution_before(text: str, start: int, people: People, paragraph: int) -> Attribution | None:
    """The attribution earlier in the quote's own sentence ("N.N. siger: »", "Ifølge N.N. er det »")."""
    before = text[max(0, start - REACH) : start]
    sentence = (sentences(before) or [""])[-1]
    offset = start - len(sentence)
    by = _BY.search(sentence)
    if by is not None:
        return Attribution(_speaker(by["tail"], people, paragraph, offset), follows=False)
    verbs = list(_VERB.finditer(sentence))
    if not verbs:
        return None
    verb = verbs[-1]
    subject = sentence[: verb.start()] or sentence[verb.end() :]
    speaker = _speaker(subject, people, paragraph, offset) or _speaker(
        sentence[verb.end() :], people, paragraph, offset
    )
    return Attribution(speaker, follows=False)


def _begins_with_such(rest: str) -> bool:
    return rest.lstrip(" .").casefold().startswith("sådan")


def _speaker(tail: str, people: People, paragraph: int, offset: int) -> str | None:
    """The speaker that a clause names: a full name, else a known surname, a pronoun, a role, an organisation."""
    clause_end = _CLAUSE_END.search(tail)
    clause = tail[: clause_end.start()] if clause_end else tail
    names = [(m.group(), m.start(), _word_before(clause, m.start())) for m in _NAME.finditer(clause)]
    names = [(*_without_starter(name, at), before) for name, at, before in names]
    for name, _, before in names:
        if before not in PREPOSITIONS and _is_full_name(name):
            return name
    for name, _, _ in names:
        person = people.at_the_end_of(name)
        if person is not None:
            return person
    words = re.findall(r"[\w-]+", clause)
    if words and words[0].casefold() in PRONOUNS:
        return people.last_before(paragraph, offset)
    for name, _, before in names:
        if name and before not in PREPOSITIONS and not _is_genitive(name, clause):
            return people.full_name(name)
    return people.in_role(words[0], paragraph) if words else None


def _without_starter(name: str, offset: int) -> tuple[str, int]:
    """Drop a capital word that merely begins a sentence: "Men Lars Bro", "Direktør Lars Bro" are Lars Bro."""
    first, _, rest = name.partition(" ")
    if first.casefold() in STARTERS or first.casefold() in SPEECH_VERBS or _is_role(first):
        return rest, offset + len(first) + 1
    return name, offset


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) >= 2 and not any(word.casefold() in NO_PERSON for word in words)


def _is_role(word: str) -> bool:
    return word.casefold().endswith(tuple(ROLE_ENDINGS))


def _word_before(clause: str, offset: int) -> str:
    words = clause[max(0, offset - 60) : offset].split()
    return words[-1].casefold() if words else ""


def _is_genitive(name: str, clause: str) -> bool:
    return name.endswith("s") and re.search(rf"{re.escape(name)}\s[a-zæøå]", clause) is not None
