"""What the library is given to read: a text without commands, and in Danish with some number words as phonemes.

The library reads what stands between [[ and ]] as phonemes. Left to its own rules it says the letters of halvtreds and
the og of femoghalvtreds; pronunciations.tsv knows better.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import NamedTuple

ROOM = 690  # bytes of one clause: the library cuts longer ones at about 725, even between the brackets
LONGEST = 40  # letters of a word that may be in the table
SPACE = " \t\n\r"  # what the library takes for white space; it does not know the space that is not broken

_WORD_OR_CLAUSE_END = re.compile(
    r"(?P<word>(?<!\w)[^\W_]++(?!_|['’]\w))"
    rf"|(?<=[^\W_])(?:[,;:!?](?=[{SPACE}])|\.(?=[{SPACE}]+[A-ZÆØÅ]))"  # there are other ends, but these are sure
)
# The first control character begins a command, to speak faster or with another voice; two brackets begin phonemes.
_HARMLESS = dict.fromkeys([*range(9), *range(14, 32), *range(127, 160)], " ") | {ord("["): "(", ord("]"): ")"}


class Stretch(NamedTuple):
    """`Prepared.text[start:end]` is there instead of `text[instead_of:until]` of the utterance."""

    start: int
    end: int
    instead_of: int
    until: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text for the library, and the stretches, rising, in which it is not the utterance's."""

    text: str
    stretches: tuple[Stretch, ...] = ()

    def original(self, position: int) -> int:
        """Where in the utterance's text a position of this one lies: in a stretch, where the replaced word begins."""
        number = bisect_right(self.stretches, position, key=lambda stretch: stretch.start) - 1
        if number < 0:
            return position
        stretch = self.stretches[number]
        return stretch.instead_of if position < stretch.end else stretch.until + position - stretch.end


def prepare(text: str, parts: Mapping[str, str]) -> Prepared:
    """Take the commands out of a text, and put phonemes in the place of the words that have some."""
    text = text.translate(_HARMLESS)
    pieces: list[str] = []
    stretches: list[Stretch] = []
    done = length = 0
    for start, end, piece in _replaced(text, parts):
        pieces += text[done:start], piece
        begin = length + start - done
        done, length = end, begin + len(piece)
        stretches.append(Stretch(begin, length, start, end))
    return Prepared("".join([*pieces, text[done:]]), tuple(stretches))


def phonemes(word: str, parts: Mapping[str, str]) -> str | None:
    """What to say for a word of the table or a compound of its parts; None leaves the word to the library."""
    if len(word) > LONGEST or not parts:
        return None
    cuts = range(1, len(word))
    starts = ["", *(word[:cut] for cut in cuts if f"{word[:cut]}-" in parts)]
    ends = ["", *(word[cut:] for cut in cuts if f"-{word[cut:]}" in parts)]
    for start, end in product(starts, ends):
        body = word[len(start) : len(word) - len(end)]
        said = parts.get(body) or (parts.get(f"-{body}-") if start or end else None)
        if said:
            return parts.get(f"{start}-", "") + said + parts.get(f"-{end}", "")
    return None


@cache
def danish() -> Mapping[str, str]:
    """The Danish table: words and parts of words, with their phonemes."""
    rows = (line.partition("\t") for line in _table().splitlines() if not line.startswith("#"))
    return {word: said for word, _, said in rows}


@cache
def revision() -> str:
    """What stands for the table in the voice's id: another table is another sound."""
    return hashlib.sha256(_table().encode()).hexdigest()[:8]


def _table() -> str:
    return resources.files("voices.espeak").joinpath("pronunciations.tsv").read_text("utf-8")


def _replaced(text: str, parts: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, piece) of each word to replace, as long as there is room for the piece in its clause."""
    filled = done = 0
    for match in _WORD_OR_CLAUSE_END.finditer(text):
        start, end = match.span()
        filled += _size(text[done:start])
        done = start
        if match["word"] is None:
            filled, done = 0, end
        elif said := phonemes(match["word"].lower(), parts):
            is_apart = start == 0 or text[start - 1] in SPACE  # elsewhere the library loses the phonemes
            piece = f"[[{said}]]" if is_apart else f" [[{said}]]"
            if filled + len(piece) <= ROOM:
                yield start, end, piece
                filled, done = filled + len(piece), end


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
