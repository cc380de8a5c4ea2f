"""Cut Danish text into sentences, without losing a character."""

from __future__ import annotations

import re

from reader.danish.abbreviations import Abbreviation, table

CLOSING_MARKS = "»«”“’\"')]"
STARTING_MARKS = "»«”“„‘’\"'([–—-"
MONTHS = ("januar februar marts april maj juni juli august september oktober november december").split()
WEEKDAYS = ("mandag tirsdag onsdag torsdag fredag lørdag søndag").split()
# Words that begin sentences but no names: after "vitamin C." or "A/S." they decide.
STARTERS = frozenset(
    "alle at bl blandt da de den der derefter deres derfor derpå det dette disse dog du efter eller en "
    "endelig er et flere for fordi fra før først han hans hele hende hendes her heraf hun hvad hvem hver "
    "hverken hvilken hvis hvor hvordan hvorfor i ifølge imens imidlertid ingen ja jeg jo kan kun man mange "
    "med mellem men mens mere min mod måske nej nogle nu når og også om omkring op over på samt samtidig se "
    "selv senere siden sidste skal som så sådan tidligere til trods ud uden under ved vi vil vores være å".split()
)
# After these a single capital is a label ("plan B"), and no first letter of a name.
LABELLED = frozenset(
    "afdeling afd bilag blok division gruppe grupper hepatitis holdet kategori klasse linje linjen litra model niveau "
    "opgang plan planen produkt punkt pulje række serie streng type vitamin virus zone "
    "københavn kbh aarhus odense aalborg frederiksberg".split()
)
# Written with a capital although an ordinal stands before them: "2. Verdenskrig".
NUMBERED = frozenset("verdenskrig division juledag påskedag pinsedag maj-initiativet".split())

# Possessive, and only from the first of several marks: a million full stops take linear time.
_END = re.compile(rf"(?<![.!?…])[.!?…]++[{re.escape(CLOSING_MARKS)}]*+(?:\[\d++\])*+\s++")
_LAST_WORD = re.compile(r"\S+\Z")
_WORD_BEFORE = re.compile(r"([\w-]+)\.?\s+\Z")
_FIRST_WORD = re.compile(r"[\w-]+")
_INITIALS = re.compile(r"(?:[A-ZÆØÅ]\.-?)+")
_DEFINITE = re.compile(r"[A-ZÆØÅ][a-zæøå]{3,}(?:[^s]en|[^s]et|erne|ene|eren)\Z")
_LOWER_NEXT = re.compile(r"\s+[a-zæøå]")
_HEADING = re.compile(r"(?:§§?|[Ss]tk\.|[Aa]rt\.|[Kk]ap\.|[Aa]rtikel|[Kk]apitel|[Pp]unkt)\s*")  # § 3. Loven gælder ...
_OWN_PART = re.compile(r"[(/-]")
LETTERS_OF_CURRENCY = 3
WINDOW = 40  # characters: how far one looks at each side of a possible end


def sentences(text: str) -> list[str]:
    """The sentences of `text`, each with the white space that follows it; joined, they are `text` again."""
    pieces: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if _splits(text, start, end):
            pieces.append(text[start : end.end()])
            start = end.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def _splits(text: str, start: int, end: re.Match[str]) -> bool:
    following = text[end.end() : end.end() + WINDOW]
    if not _may_begin(following):
        return False
    terminator = end.group().rstrip()
    if terminator != ".":
        return not _is_title_mark(terminator, following)
    word = _word_before(text, start, end.start() + 1)
    before = text[max(start, end.start() + 1 - len(word) - WINDOW) : end.start() + 1 - len(word)]
    return not _continues(word, before.lstrip(STARTING_MARKS), following)


def _may_begin(following: str) -> bool:
    first = following[:1]
    if first in STARTING_MARKS and first:
        inner = following.lstrip(STARTING_MARKS + " \u00a0")[:1]
        return not inner or inner.isupper() or inner.isdigit() or not inner.isalpha()
    return first.isupper() or first.isdigit() or first in "§$€£#@" or following[1:2].isupper()  # iPhone


def _is_title_mark(terminator: str, following: str) -> bool:
    """A mark inside a bracket or quote that the sentence goes on after: "(sic!) Olsen" ends none."""
    return terminator in ("!)", "?)") and not following[:1].isupper()


def _word_before(text: str, start: int, end: int) -> str:
    """The word that ends at `end`, with its full stop; at most 40 characters are looked at."""
    match = _LAST_WORD.search(text[max(start, end - WINDOW) : end])
    return match.group().lstrip(STARTING_MARKS) if match else ""


def _continues(word: str, before: str, following: str) -> bool:
    """Whether the sentence goes on after this word with its full stop; `before` is what stands before it."""
    following = following.lstrip(STARTING_MARKS + " \u00a0")
    next_match = _FIRST_WORD.match(following)
    next_word = next_match.group() if next_match else ""
    if word[:-1].isdigit():
        return _is_ordinal(before, next_word)
    if _INITIALS.fullmatch(word) and word != "I.":
        return _is_initial(before, following, next_word, alone=len(word) == 2)
    rows = _abbreviation(word.casefold(), before)
    return bool(rows) and _goes_on(word, rows, before, next_word)


def _goes_on(word: str, rows: tuple[Abbreviation, ...], before: str, next_word: str) -> bool:
    """Whether a sentence goes on after an abbreviation."""
    if rows[-1].before == "lower" and word[0].isupper():
        return next_word[:1].isdigit()  # Mia. and Max. are people
    if rows[-1].before == "lower" and next_word.isupper() and len(next_word) == LETTERS_OF_CURRENCY:
        return True  # 14,5 mia. USD
    if not before or (next_word[:1].isupper() and word[:1].isupper() and rows[0].before == "name"):
        return True
    if rows[-1].end == "title":
        return next_word.casefold() not in STARTERS
    is_district = len(next_word) == 1 and next_word.isalpha() and next_word not in ("I", "Å")  # Kbh. K
    return rows[-1].end == "never" or next_word[:1].isdigit() or is_district


def _abbreviation(word: str, before: str) -> tuple[Abbreviation, ...]:
    """The rows of an abbreviation, which may stand in brackets, end a compound (cvr-nr.) or hold a space (bl. a.)."""
    known = table()
    own = _OWN_PART.split(word)[-1]
    last = before.split()[-1:] or [""]
    return known.get(word) or known.get(last[0].casefold() + word) or known.get(own) or ()


def _is_ordinal(before: str, next_word: str) -> bool:
    """Whether a number with a full stop belongs to the capital word after it."""
    if not before or before.rstrip().endswith(":") or _HEADING.fullmatch(before) or next_word.casefold() in NUMBERED:
        return True
    words = before.split()
    dated = bool(words) and words[-1].casefold().rstrip(".") in ("den", "d", *WEEKDAYS)
    return next_word.casefold() in MONTHS and dated


def _is_initial(before: str, following: str, next_word: str, *, alone: bool) -> bool:
    """Whether initials are the beginning of the name that follows."""
    if not next_word[:1].isupper() or next_word.casefold() in STARTERS:
        return False
    label = _WORD_BEFORE.search(before)
    if alone and label and label[1].casefold() in LABELLED:
        return False
    goes_on = _LOWER_NEXT.match(following, len(next_word)) is not None
    return not (goes_on and _DEFINITE.match(next_word))
