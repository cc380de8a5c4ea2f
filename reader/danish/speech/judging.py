"""Speech, or a label, a title, a word under discussion: what a quote is, by its own look and by its neighbours."""

from __future__ import annotations

import re

from reader.danish.speech.attribution import Attribution
from reader.danish.speech.marks import Marked
from reader.danish.speech.vocabulary import word_list

NEAR = 60  # characters: how far one looks for the word or mark next to a quote
SHORTEST_PARTIAL = 3  # words: a shorter part of a sentence is a label, unless somebody says that something is that
LONGEST_LABEL = 6  # words: "kalder det »...«" with more than that is speech
LONGEST_TITLE = 6

# Verbs and adjectives that announce a label.
LABEL_WORDS = frozenset(
    "såkaldt såkaldte hedder hed døbt døbte kalde kalder kaldes kaldte kaldtes kaldt betegnelsen betegner betegnede "
    "betegnes omtaler omtalte omtales benævnes benævnt kendt titulerer titulerede stempler stemplede stemplet".split()
)
DESCRIBING = frozenset("beskriver beskrev beskrives beskrevet opfatter opfattes ser så".split())  # ... som
COPULAS = frozenset("er var bliver blev været blevet".split())
FIRST_PERSON = frozenset("jeg mig min mit mine vi os vores".split())

_WORD = re.compile(r"[\w-]+")


def is_speech(text: str, stretch: Marked, attribution: Attribution | None) -> bool:
    """Whether a quote is somebody's speech."""
    inner = text[stretch.inner_start : stretch.inner_end]
    if not any(map(str.isalpha, inner)):
        return False
    if stretch.is_dash or stretch.continues:
        return True
    before = text[max(0, stretch.start - NEAR) : stretch.start].rstrip()
    words = [match.group().casefold() for match in _WORD.finditer(_sentence_end(before))]
    if _is_announced(before, words, inner):
        return False
    if not before or before[-1] in '.!?…:»«”“"’':
        return _opens_sentence_as_speech(text, stretch, inner, attribution)
    return _is_spoken_part(words, inner, attribution)


def _sentence_end(before: str) -> str:
    return re.split(r"[.!?…:»«”“\"]", before)[-1]


def _is_announced(before: str, words: list[str], inner: str) -> bool:
    """Whether a noun such as "filmen" or a verb such as "kalder" makes a label of the quote."""
    if not words or before[-1:] in tuple(".!?…:,"):
        return False
    if _is_title_noun(words[-1]) or words[-1] in ("såkaldt", "såkaldte"):
        return True
    is_short = len(inner.split()) <= LONGEST_LABEL and not FIRST_PERSON & set(inner.casefold().split())
    near = set(words[-6:])
    return is_short and bool(LABEL_WORDS & near or (words[-1] == "som" and DESCRIBING & near))


def _is_title_noun(word: str) -> bool:
    """A title noun itself, or a compound with one of at least four letters ("dokumentarfilm", but no "kjord")."""
    nouns = word_list("titles.txt")
    return word.endswith(nouns) and (word in nouns or word.endswith(tuple(noun for noun in nouns if len(noun) > 3)))


def _opens_sentence_as_speech(text: str, stretch: Marked, inner: str, attribution: Attribution | None) -> bool:
    if attribution is not None and attribution.follows:
        return True
    ends_inside = inner.rstrip()[-1:] in tuple(".!?…")
    after = text[stretch.end : stretch.end + NEAR].lstrip()
    stands_alone = not after or after[0] in ".!?…" or after[0].isupper() or after[0] in "»«”“„\"'’–-("
    if not stands_alone and not (ends_inside and len(inner.split()) > LONGEST_TITLE):
        return False
    if attribution is not None and attribution.verb:
        return True
    starts_large = next((c for c in inner if c.isalnum()), "a").isupper()
    return starts_large and (ends_inside or len(inner.split()) >= SHORTEST_PARTIAL) and len(inner) > 1


def _is_spoken_part(words: list[str], inner: str, attribution: Attribution | None) -> bool:
    """Whether a quote within a sentence is said by whom the sentence names."""
    if attribution is None:
        return False
    if words and words[-1] in COPULAS:
        return True
    is_title = _looks_like_title(inner) and words[-1:] != ["at"]
    return not is_title and (attribution.follows or len(inner.split()) >= SHORTEST_PARTIAL)


def _looks_like_title(inner: str) -> bool:
    return inner[:1].isupper() and len(inner.split()) <= LONGEST_TITLE and inner.rstrip()[-1:] not in tuple(",.!?…")
