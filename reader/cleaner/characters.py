"""The characters of a paragraph: what nobody can hear or see goes, what carries meaning stays."""

from __future__ import annotations

import re
import unicodedata

# Controls, soft hyphens, joiners, zero-width marks, bidi controls, variation selectors, tags, lone
# surrogates, private use.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffc\ud800-\uf8ff\U000e0000-\U000e0fff]"
)
_MARKS = re.compile(r"[^\w\s]{31,}")
MOST_MARKS = 30  # accents on one letter; to order more of them takes the square of their number
_NOT_WORDS = re.compile(r"[\W_]+")


def tidy(text: str) -> str:
    """`text` in NFC on one line: unseen characters removed, any run of white space one space. Idempotent."""
    seen = _MARKS.sub(_with_few_accents, _UNSEEN.sub("", text))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _with_few_accents(run: re.Match[str]) -> str:
    accents = [place for place, character in enumerate(run[0]) if unicodedata.combining(character)]
    beyond = frozenset(accents[MOST_MARKS:])
    return "".join(character for place, character in enumerate(run[0]) if place not in beyond) if beyond else run[0]


def speakable(text: str) -> bool:
    """Whether there is a letter or digit in it."""
    return any(map(str.isalnum, text))


def words_only(text: str) -> str:
    """A key to compare texts by: case, marks, and white space do not count."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


def compact(key: str) -> str:
    """The letters and digits of a key: two texts that differ in their spaces are the same."""
    return key.replace(" ", "")
