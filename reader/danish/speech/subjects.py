"""Who is meant by the subject of a clause: a person by full name, short name, pronoun or role, else an organisation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reader.danish.speech.discourse import Discourse
from reader.danish.speech.names import Name, is_genitive, is_person, names_in, word_before
from reader.danish.speech.people import People, Place
from reader.danish.speech.vocabulary import FUNCTION_WORDS, PREPOSITIONS, PRONOUNS, bare_role, is_role, verbs
from reader.danish.splitting import STARTERS, sentences

# Between verb and subject.
FILLERS = frozenset(
    "nu også så dog da det der dette sig selv videre således blandt andet bl.a fx eksempelvis imidlertid derfor nemlig "
    "altså igen senere tidligere kort straks derefter bagefter lige ofte til sidst afslutningsvis både".split()
)
NOBODY = frozenset("jeg vi du man de dem mig os det".split())
DETERMINERS = frozenset(
    "en et den det de flere nogle mange alle begge ingen hans hendes deres min mit vores sin sit dens dets".split()
)
# Proper names with an article of their own ("Sundhedsstyrelsen"); other such words that begin a sentence are nouns.
INSTITUTIONS = (
    "styrelsen tilsynet banken rådet forbundet foreningen ministeriet net værket fonden domstolen kassen klagenævnet "
    "instituttet museet hallen bladet avisen posten tidende kirken zoo".split()
)

_WORD = re.compile(r"[\w-]+")
_CLAUSE_END = re.compile(
    r"[;:»«„“”\"]|\s[–-]\s|(?<!\bvon)(?<!\bvan)\s(?:men|mens|da|efter at|som|der|hvor|hvis|når|fordi|at)\s(?=\w)"
)
_BY_AGE = re.compile(r"(?:den\s)?(?:nu\s)?\d+-årige\b(?!\s\w)", re.IGNORECASE)
_AND = re.compile(r"\sog\s(?P<word>[a-zæøå]+)")


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one knows of an article when one reads a clause of it."""

    people: People
    discourse: Discourse

    def speaker(self, text: str, place: Place, *, opens_sentence: bool = False) -> str | None:
        """The speaker that a clause names; what opens a sentence has a capital without being a name."""
        clause = clause_of(text)
        self.discourse.walk_to(place)
        head = head_of(clause)
        if head.casefold() in PRONOUNS:
            return self.discourse.meant_by(PRONOUNS[head.casefold()], place.paragraph)
        if is_nobody(head):
            return None
        speaker = self._named(clause, place, opens_sentence) or self._in_role(clause, place)
        if speaker is not None and (speaker in self.people.certain or is_person(speaker)):
            self.discourse.turn_to(speaker, place.paragraph)
        return speaker

    def interviewed(self) -> str | None:
        """Who answers an interviewer: the last who spoke, else the only person of the article."""
        return self.discourse.heard or self.people.only

    def person(self, text: str, place: Place) -> str | None:
        """The speaker that a clause names, if it is somebody whom the article knows."""
        speaker = self.speaker(text, place, opens_sentence=True)
        return speaker if speaker and self.people.full_name(speaker, place) else None

    def owner(self, text: str, place: Place) -> str | None:
        """The person to whom a clause gives the words: "Ordene er Ida Ravns", "Ida Ravns svar lyder"."""
        for name in names_in(text):
            bare = name.text.removesuffix("s")
            if name.text.endswith("s") and (is_person(bare) or self.people.full_name(bare, place)):
                return self.people.full_name(bare, place) or bare
        return None

    def _named(self, clause: str, place: Place, opens_sentence: bool) -> str | None:
        names = [name for name in names_in(clause) if not is_genitive(clause, name)]
        free = [name for name in names if not name.governed]
        person = next((name.text for name in free if is_person(name.text)), None)
        if person is not None:
            return self.people.full_name(person, place) or person
        single = next((name for name in free if self._may_speak(name, clause, place, opens_sentence)), None)
        if single is not None:
            return self.people.full_name(single.text, place) or single.text
        last = None if head_of(clause) in ("en", "et") else _at_the_end(names)
        return last and (self.people.full_name(last, place) or last)

    def _may_speak(self, name: Name, clause: str, place: Place, opens_sentence: bool) -> bool:
        """Whether a name that is nobody's full one can be the subject: no common noun, and nobody's adjective."""
        if self.people.full_name(name.text, place):
            return True
        if "-" in name.text and bare_role(name.text.rpartition("-")[2]):
            return False  # "Nordvind-direktøren"
        if opens_sentence and not clause[: name.start].strip() and _is_common(name.text.casefold()):
            return False
        return word_before(clause, name.start) not in DETERMINERS

    def _in_role(self, clause: str, place: Place) -> str | None:
        if _BY_AGE.match(clause):
            return self.discourse.foremost()
        for match in _WORD.finditer(clause.casefold()):
            word = match.group()
            if word in PREPOSITIONS or word in ("en", "et"):
                return None
            person = self.people.called(word, place)
            if person is not None:
                return person
        return None


def clause_of(text: str) -> str:
    """The clause with which a text begins: up to the end of its sentence, or to where another clause begins."""
    sentence = next(iter(sentences(text.lstrip(" ,"))), "")
    end = _CLAUSE_END.search(sentence)
    clause = sentence[: end.start()] if end else sentence
    for match in _AND.finditer(clause):
        goes_on = match["word"] in verbs() or match["word"].endswith(("er", "ede", "te"))
        if goes_on and _holds_subject(clause[: match.start()]):
            return clause[: match.start()]
    return clause


def _holds_subject(clause: str) -> bool:
    """Whether a clause has its subject already: "forfatter" in "forfatter og foredragsholder N.N." is none."""
    words = clause.split()
    return any(word in PRONOUNS or word in DETERMINERS or word[0].isupper() or bare_role(word) for word in words)


def head_of(clause: str) -> str:
    """The first word of a clause that is no filler; "" where there is none."""
    words = (match.group() for match in _WORD.finditer(clause))
    return next((word for word in words if word.casefold() not in FILLERS), "")


def is_nobody(word: str) -> bool:
    """Whether a word is a pronoun that points at nobody the article names; "I" is one, "i" a preposition."""
    return word == "I" or word.casefold() in NOBODY


def opens_with_subject(text: str) -> bool:
    """Whether a clause begins with somebody who can speak, and not with "jeg" or a thing."""
    words = [match.group() for match in _WORD.finditer(text[:80])]
    while words and words[0].casefold() in FILLERS and not words[0][0].isupper():
        words = words[1:]
    if not words or is_nobody(words[0]):
        return False
    first = words[0]
    return (
        first[0].isupper()
        or first in PRONOUNS
        or first in DETERMINERS
        or first in PREPOSITIONS
        or is_role(first)
        or (first.endswith(("en", "et", "vedkommende")) and not first.endswith("ene"))
    )


def _is_common(lower: str) -> bool:
    """Whether the word that begins a sentence is a common noun or a small word, and no name."""
    if " " in lower:
        return False
    if lower in STARTERS or lower in FUNCTION_WORDS or lower.endswith("erne"):
        return True
    if bare_role(lower) or any(is_role(lower[: len(lower) - cut]) for cut in range(3)):
        return True
    is_institution = any(lower.endswith(end) and lower != end for end in INSTITUTIONS)
    return lower.endswith(("en", "et")) and not is_institution


def _at_the_end(names: Sequence[Name]) -> str | None:
    """The person of unknown name at the end of a long run: "i Danske Bank Thorgrim Ek" is Thorgrim Ek."""
    for name in names:
        words = name.text.split(" ")
        last_two = " ".join(words[-2:])
        if name.governed and len(words) > 2 and is_person(last_two):
            return last_two
    return None
