"""The attribution of a quote: the clause beside it that says that somebody speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reader.danish.speech.people import Place
from reader.danish.speech.subjects import Hearing, clause_of, head_of, opens_with_subject
from reader.danish.speech.vocabulary import FUNCTION_WORDS, PREPOSITIONS, PRONOUNS, verbs
from reader.danish.splitting import sentences

REACH = 300  # characters around a quote in which its attribution must stand
SOUNDING = frozenset("lyder lød hedder hed".split())  # words that sound "fra" somebody
QUOTING = frozenset("citerer citerede".split())  # their object speaks: "citerer N.N. for at sige"
INVERTING = PREPOSITIONS | frozenset(
    "derfor nu her så da når hvis fordi mens sådan det dette således bagefter samtidig senere tidligere derefter "
    "alligevel desuden endelig tirsdag mandag onsdag torsdag fredag lørdag søndag først dengang".split()
)

_LEAD = re.compile(r"(?P<mark>[,.]?)\s*(?P<dash>[–-]\s)?(?P<word>\w+)")
_SUCH = re.compile(r"[.,]?\s*(?:[–-]\s)?(?:[Dd]et|[Ss]ådan|[Ss]åledes|Dette|Så(?=\s\w+t\s))\s(?P<rest>\w.*)", re.DOTALL)
_WORDS_OF = re.compile(
    r"[.,]?\s*(?:er\s(?:det\s\w+\s)?)?"
    r"(?:Ordene|Budskabet|Meldingen|Beskeden|Opfordringen|Spørgsmålet|Citatet|Reaktionen|Svaret|Vurderingen|"
    r"Kritikken|Udmeldingen|Advarslen|Salutten|Replikken|Udtalelsen|Konklusionen|Dommen|Kommentaren)\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:fra|hos)\s")
_BY = re.compile(r"\b[Ii]følge\s")
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"[.;:!?»«„“”\"]")
_VERB_LIKE = re.compile(r"[a-zæøå]{3,}(?:er|ede|te|de)")
_NEXT_CLAUSE = re.compile(r",\s(?:og|men|så|for|hvorefter|mens|imens)\s")


@dataclass(frozen=True, slots=True)
class Attribution:
    """That somebody speaks; `speaker` is None when it is not said who. `follows`: it stands after the quote."""

    speaker: str | None
    follows: bool
    verb: str = ""


def attribution_after(rest: str, inner: str, place: Place, hearing: Hearing) -> Attribution | None:
    """The attribution that begins where a quote ends: ", siger N.N.", or "Sådan lyder det fra N.N."."""
    lead = _LEAD.match(rest)
    if lead is None:
        return None
    tail = rest[lead.end() :]
    is_closed = bool(lead["mark"] or lead["dash"]) or inner.rstrip()[-1:] in tuple(",.!?…–-")
    if _speaks(lead["word"], tail, is_closed=is_closed) and lead["mark"] != ".":
        return Attribution(_subject(lead["word"], tail, place, hearing), follows=True, verb=lead["word"])
    if lead["word"] in ("er", "var") and is_closed and (owner := hearing.owner(clause_of(tail), place)):
        return Attribution(owner, follows=True, verb=lead["word"])
    return attribution_behind(rest, place, hearing) if is_closed else None


def attribution_behind(rest: str, place: Place, hearing: Hearing) -> Attribution | None:
    """The attribution in the sentence after a quote: "Det siger N.N.", "Ordene kommer fra N.N."."""
    such = _SUCH.match(rest)
    if such is not None:
        for match in list(_WORD.finditer(such["rest"][:60]))[:4]:
            if match.group() in verbs() and _has_particle(match.group(), such["rest"][match.end() :]):
                tail = such["rest"][match.end() :]
                return Attribution(_subject(match.group(), tail, place, hearing), follows=True, verb=match.group())
    if _WORDS_OF.match(rest):
        sentence = sentences(rest)[0]
        speaker = _source(sentence, place, hearing) or hearing.owner(sentence, place)
        return Attribution(speaker, follows=True) if speaker else None
    return None


def attribution_before(before: str, place: Place, hearing: Hearing) -> Attribution | None:
    """The attribution earlier in the quote's own sentence ("N.N. siger: »", "Ifølge N.N. er det »")."""
    sentence = (sentences(before) or [""])[-1]
    by = list(_BY.finditer(sentence))
    if by:
        return Attribution(hearing.speaker(sentence[by[-1].end() :], place), follows=False, verb="ifølge")
    verb = _last_verb(sentence)
    if verb is not None:
        return Attribution(_subject_around(sentence, verb, place, hearing), follows=False, verb=verb.group())
    speaker = _announcer(sentence, place, hearing) if sentence.rstrip().endswith(":") else None
    return Attribution(speaker, follows=False) if speaker else None


def is_verb_of_speech(word: str, tail: str) -> bool:
    """Whether a word after a comma says that somebody speaks, with somebody after it who can."""
    return word in verbs() and _has_particle(word, tail) and opens_with_subject(tail)


def _speaks(word: str, tail: str, *, is_closed: bool) -> bool:
    if word == "ifølge":
        return True
    if word in verbs() and _has_particle(word, tail):
        return is_closed or opens_with_subject(tail)
    is_unknown = is_closed and word not in FUNCTION_WORDS and _VERB_LIKE.fullmatch(word) is not None
    return is_unknown and (head_of(tail[:40]) in PRONOUNS or tail.lstrip()[:1].isupper())


def _has_particle(word: str, tail: str) -> bool:
    """Whether the words follow without which a verb such as "slår" (fast) or "har" (sagt) says nothing."""
    needed = verbs()[word]
    words = _WORD.findall(_STOP.split(tail[:120], maxsplit=1)[0])
    return not needed or not needed.isdisjoint(words)


def _subject(verb: str, tail: str, place: Place, hearing: Hearing) -> str | None:
    if verb in SOUNDING or head_of(tail) == "i":
        clause = clause_of(tail)
        return _source(clause, place, hearing) or hearing.owner(clause, place) or hearing.speaker(clause, place)
    return hearing.speaker(tail, place)


def _source(clause: str, place: Place, hearing: Hearing) -> str | None:
    """Whom words come from: "det klare budskab fra N.N."."""
    source = _FROM.search(clause)
    return hearing.speaker(clause[source.end() :], place) if source else None


def _announcer(sentence: str, place: Place, hearing: Hearing) -> str | None:
    """Whose words a colon announces without a verb: "N.N. er ikke i tvivl:", "For N.N. er det enkelt:"."""
    speaker = hearing.person(sentence.removeprefix("For "), place)
    return speaker or _source(sentence, place, hearing) or hearing.owner(sentence, place)


def _last_verb(sentence: str) -> re.Match[str] | None:
    for match in reversed(list(_WORD.finditer(sentence))):
        if match.group().casefold() in verbs() and _has_particle(match.group().casefold(), sentence[match.end() :]):
            return match
    return None


def _subject_around(sentence: str, verb: re.Match[str], place: Place, hearing: Hearing) -> str | None:
    before, after = sentence[: verb.start()], sentence[verb.end() :]
    if verb.group().casefold() in SOUNDING:
        return _source(sentence, place, hearing) or hearing.owner(sentence, place)
    if verb.group().casefold() in QUOTING:
        return hearing.speaker(after, place)
    words = before.casefold().split()
    if words and words[-1] in PRONOUNS:
        return hearing.speaker(words[-1], place)
    clauses = list(_NEXT_CLAUSE.finditer(before))
    if clauses and opens_with_subject(before[clauses[-1].end() :]):
        before = before[clauses[-1].end() :]
    leading = next((word for word in words if word not in ("men", "og")), "")
    if not leading or leading in INVERTING:
        return hearing.speaker(after, place) or hearing.speaker(before, place, opens_sentence=True)
    subject = hearing.speaker(before, place, opens_sentence=True)
    return subject if subject or opens_with_subject(before) else hearing.speaker(after, place)
