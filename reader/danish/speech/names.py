"""Runs of capital words, and the person or organisation that such a run names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from reader.danish.speech.given import is_given_name
from reader.danish.speech.vocabulary import FUNCTION_WORDS, PREPOSITIONS, bare_role, is_role, verbs, word_list
from reader.danish.splitting import STARTERS

LEADS = frozenset(
    "kong hr fru frøken dr dr. prof prof. både hverken heller især selveste ligesom imens derimod".split()
)
# Nouns that tell what kind of organisation a name is of: "Forsikringsselskabet Tryghed".
KINDS = tuple("selskabet firmaet virksomheden kæden mediet avisen bureauet koncernen butikken organisationen".split())
LONGEST_RUN = 11  # words after the first

_CAPITAL = "A-ZÆØÅÄÖÜÉÈÁÀÇÍÓÚÝŠŽĐĆČŁŞİ"
_WORD = rf"(?:(?:[{_CAPITAL}]\.)+|TV[ ]2|(?:(?:al|el|ad|as|an|ar|ash)-|d[’'])?[{_CAPITAL}][\w-]*(?:[’'](?=\w)\w*)?)"
_PARTICLE = (
    r"(?:(?:von|van)(?:\s(?:der|den|de))?|de(?:\s(?:la|las|los))?|da(?=\s(?:Silva|Costa|Cunha))|"
    r"den(?=\s(?:Store|Gode|Unge|Gamle|Første|Anden|Tredje|Fjerde|Femte))|di|du|del|della|af|bin|ibn|al|el|ten|zu|dos)"
)
_RUN = re.compile(rf"(?<![\w-]){_WORD}(?:[ \u00a0](?:{_PARTICLE}[ \u00a0])?{_WORD}){{0,{LONGEST_RUN}}}")
_INITIALS = re.compile(r"(?:\w\.)+")


class Name(NamedTuple):
    """A run of capital words without what does not belong to it; `governed`: a preposition stands before it."""

    start: int
    text: str
    governed: bool

    @property
    def end(self) -> int:
        """The offset after the name."""
        return self.start + len(self.text)


def names_in(text: str) -> Iterator[Name]:
    """The names of a text in order: persons, places, organisations, and single capital words."""
    for match in _RUN.finditer(text):
        start, words = _without_lead(match.start(), match.group().replace("\u00a0", " ").split(" "))
        if not words:
            continue
        before = word_before(text, start)
        governed = _is_governed(text, start, before)
        is_first = not text[max(0, start - 2) : start].strip(" \u00a0.!?:»«„“”\"’'–-")
        for offset, part in _parts(words, may_cut=governed or is_first):
            yield Name(start + offset, part, governed and not offset)


def _is_governed(text: str, start: int, before: str) -> bool:
    """Whether a preposition stands before a name, or before the role that stands before it."""
    if before in PREPOSITIONS:
        return True
    return bool(before) and is_role(before) and word_before(text, start - len(before) - 1) in PREPOSITIONS


def word_before(text: str, offset: int) -> str:
    """The word directly before a place, in lower case; "" where a mark stands between."""
    words = text[max(0, offset - 40) : offset].split()
    return words[-1].casefold() if words else ""


def is_person(name: str) -> bool:
    """Whether a name of several words is a person's and no organisation's."""
    words = name.split(" ")
    if len(words) < 2:
        return False
    if is_given_name(words[0]):
        return True
    return not (_is_organisation(words) or name.isupper())


def is_genitive(text: str, name: Name) -> bool:
    """Whether a name owns what follows it ("Danske Banks cheføkonom"): it ends in s, and a noun follows."""
    last = name.text.rpartition(" ")[2]
    if not last.endswith(("s", "x", "z", "’", "'")):
        return False
    following = text[name.end : name.end + 40]
    if following[:1] in ("’", "'"):
        return True
    if last.endswith(("is", "us")) or is_given_name(last):  # Friis, Rasmus: an apostrophe would follow
        return False
    word = following.split(maxsplit=1)[:1]
    if not following.startswith((" ", "\u00a0")) or not word or not word[0][:1].islower():
        return False
    bare = word[0].strip(",.:;")
    return bare not in FUNCTION_WORDS and bare not in verbs()


class _Organisations(NamedTuple):
    """The words that show an organisation: anywhere in its name, at its beginning, at the end of a word of it."""

    words: frozenset[str]
    starts: frozenset[str]
    endings: tuple[str, ...]


@cache
def _organisations() -> _Organisations:
    rows = word_list("organisations.txt")
    return _Organisations(
        frozenset(row for row in rows if row.strip("-") == row),
        frozenset(row[:-1] for row in rows if row.endswith("-")),
        tuple(row[1:] for row in rows if row.startswith("-")),
    )


def _is_organisation(words: list[str]) -> bool:
    shown = _organisations()
    lower = [word.casefold() for word in words]
    return lower[0] in shown.starts or any(word in shown.words or word.endswith(shown.endings) for word in lower)


def _without_lead(start: int, words: list[str]) -> tuple[int, list[str]]:
    """Drop a capital word that merely begins a sentence: "Men Lars Bro", "Direktør Lars Bro" are Lars Bro."""
    while words and _merely_leads(words):
        start += len(words[0]) + 1
        words = words[1:]
    return start, words


@cache
def _leads() -> frozenset[str]:
    return LEADS | STARTERS | FUNCTION_WORDS | verbs().keys()


def _merely_leads(words: list[str]) -> bool:
    first = words[0].casefold()
    if first in ("det", "den", "de") and len(words) > 1 and not is_given_name(words[1]):
        return False
    if is_given_name(words[0]) and len(words) > 1:
        return False
    is_acronym = len(first) > 1 and words[0].isupper()
    if first in _leads() and not is_acronym:
        return True
    return len(words) > 1 and (is_role(first) or bare_role(first) is not None or first.endswith(KINDS))


def _parts(words: list[str], *, may_cut: bool) -> list[tuple[int, str]]:
    """Cut a run where an organisation ends and a person begins: "Danske Bank | Ole Schmidt"."""
    cut = _person_start(words, may_cut=may_cut)
    if not cut:
        return [(0, _tidy(" ".join(words)))]
    first = " ".join(words[:cut])
    return [(0, _tidy(first)), (len(first) + 1, _tidy(" ".join(words[cut:])))]


def _person_start(words: list[str], *, may_cut: bool) -> int:
    if len(words) < 2 or is_given_name(words[0]) or _INITIALS.fullmatch(words[0]):
        return 0
    for place in range(1, len(words) - 1):
        if is_given_name(words[place]) and (may_cut or _ends_an_owner(words[:place])):
            return place
    return _owner_before_unknown(words)


def _ends_an_owner(words: list[str]) -> bool:
    return words[-1].endswith("s") or words[-1].isupper() or _is_organisation(words)


def _owner_before_unknown(words: list[str]) -> int:
    """After "SF's" or "DR's" a person begins, whatever the name."""
    for place in range(1, len(words) - 1):
        if words[place - 1].endswith(("'s", "’s")):
            return place
    return 0


def _tidy(name: str) -> str:
    return name.rstrip("-’'")
