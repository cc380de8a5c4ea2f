"""When two readings of a text are the same: the scorer of tests/danish/gold.tsv.

It looks at the words alone. Case, punctuation and hyphens do not count, nor do number words written as one or as
several, an optional "et" before and "og" after hundrede and tusind, and whether a letter is written or named.
A row is a category, a text, a reading, and further readings that are as good, split by " | ".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ONES = "nul en et to tre fire fem seks syv otte ni".split()
TEENS = "ti elleve tolv tretten fjorten femten seksten sytten atten nitten".split()
TENS = "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems".split()
ORDINAL_ONES = (
    "første anden andet tredje fjerde femte sjette syvende ottende niende tiende ellevte tolvte trettende fjortende "
    "femtende sekstende syttende attende nittende"
).split()
ORDINAL_TENS = (
    "tyvende tredivte fyrretyvende halvtredsindstyvende tresindstyvende halvfjerdsindstyvende firsindstyvende "
    "halvfemsindstyvende"
).split()
BEFORE_TENS = [one for one in ONES if one not in ("nul", "et")]
CARDINALS = {*ONES, *TEENS, *TENS, *(f"{one}og{ten}" for one in BEFORE_TENS for ten in TENS)}
ORDINALS = {*ORDINAL_ONES, *ORDINAL_TENS, *(f"{one}og{ten}" for one in BEFORE_TENS for ten in ORDINAL_TENS)}
LARGE = {"hundrede", "tusind", "million", "millioner", "milliard", "milliarder"}
DECADE_ENDINGS = ("serne", "verne", "sernes", "vernes", "rrerne", "tierne")
AGE_ENDINGS = ("årige", "åriges", "årig", "årigs", "års")
SPELLED = {"dk", "www", "tv", "cd", "dvd", "sms", "pc", "gps"}
LETTER_NAMES = dict(
    pair.split("=")
    for pair in (
        "a=a b=be c=ce/se d=de e=e f=ef/eff g=ge h=hå i=i j=jod/jåd k=kå l=el/ell m=em/emm n=en/enn o=o p=pe q=ku "
        "r=er/ær/err s=es/ess t=te u=u v=ve x=eks y=y z=zet/sæt æ=æ ø=ø å=å"
    ).split()
)

_LARGE_INSIDE = re.compile(r"(.*?)(hundrede|hundred|tusinde|tusind)(.*)")
_LARGE_AGAIN = re.compile(r"(og)?(hundrede?|tusinde?)")
_NO_WORD = re.compile(r"[^\w\s%§°&+@#/²³₂‰½¼€$£×=<>]|_")


class Row(NamedTuple):
    """A text with every reading that is right."""

    category: str
    text: str
    readings: tuple[str, ...]


def load(path: Path) -> list[Row]:
    """The rows of a gold file."""
    lines = path.read_text("utf-8").splitlines()
    return [_row(line) for line in lines if line.strip() and not line.startswith("#")]


def is_right(said: str, row: Row) -> bool:
    """Whether what is said is one of the row's readings."""
    return any(same(said, reading) for reading in row.readings)


def same(said: str, reading: str) -> bool:
    """Whether two readings are the same words."""
    ours, theirs = canonical(said), canonical(reading)
    if ours == theirs:
        return True
    ours = " ".join(ours).replace("dobbelt ve", "w").split()
    return len(ours) == len(theirs) and all(
        a == b or a in LETTER_NAMES.get(b, "").split("/") for a, b in zip(ours, theirs, strict=True)
    )


def canonical(text: str) -> list[str]:
    """The words of a reading in the one form in which they are compared."""
    text = unicodedata.normalize("NFC", text).lower().replace("é", "e")
    text = _NO_WORD.sub(" ", re.sub(r"[’'‘`´]", "", text))
    words = list(_spelled(part for word in text.split() for part in _number_parts(word)))
    return list(_without_optional(words))


def _row(line: str) -> Row:
    category, text, reading, *more = line.split("\t")
    others = [other for other in "".join(more).split(" | ") if other]
    return Row(category, text, (reading, *others))


def _number_parts(word: str) -> list[str]:
    match = _LARGE_INSIDE.fullmatch(word)
    if match and (match[1] in CARDINALS or match[1] == ""):
        return _split_at_large(word, *match.groups())
    for ending in AGE_ENDINGS:
        if word.endswith(ending) and word.removesuffix(ending) in CARDINALS:
            return [word.removesuffix(ending), ending]
    return [word]


def _split_at_large(word: str, count: str, large: str, rest: str) -> list[str]:
    plain = rest.removeprefix("og")
    is_number = rest in CARDINALS or (rest != plain and plain in CARDINALS)
    is_more = rest in (*ORDINALS, "tallet", "tallets", "erne") or (rest != plain and plain in ORDINALS)
    is_more = is_more or _LARGE_AGAIN.match(rest) is not None or rest.endswith(("serne", "erne", "sernes"))
    if count == "" and rest and not (rest.startswith("og") or rest in CARDINALS or rest in ("tallet", "tallets")):
        return [word]
    if rest and not (is_number or is_more):
        return [word]
    head = [count] if count else []
    head.append("hundrede" if large.startswith("h") else "tusind")
    if rest != plain:
        head.append("og")
    return head + (_number_parts(plain) if plain else [])


def _spelled(words: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in words:
        said = "per" if word == "pr" else word
        if said in SPELLED:
            parts = list(said)
        elif said == "snabela":
            parts = ["snabel", "a"]
        elif len(before) == 1 and before.isalpha() and re.fullmatch(r"[a-zæøå]s", said):
            parts = [said[0], "s"]  # the genitive of an initialism
        else:
            parts = [said]
        before = parts[-1]
        yield from parts


def _without_optional(words: list[str]) -> Iterator[str]:
    before = ""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "et" and following in ("hundrede", "tusind"):
            continue
        is_number = following in CARDINALS or following in ORDINALS or following in LARGE
        if word == "og" and before in LARGE and (is_number or following.endswith(DECADE_ENDINGS)):
            continue
        before = word
        yield word
