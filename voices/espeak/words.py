"""What the library is given to read: a text without commands, and in Danish with some words as phonemes.

The library reads what stands between [[ and ]] as phonemes. Left to its own rules it says the letters of halvtreds and
the og of femoghalvtreds; pronunciations.tsv knows better. How a name is said, a span of the utterance may tell in IPA.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import NamedTuple

from reader.model import Span
from voices.espeak import ipa

ROOM = 690  # bytes of one clause: the library cuts longer ones at about 725, even between the brackets
LONGEST = 40  # letters of a word that may be in the table
SPACE = " \t\n\r"  # what the library takes for white space; it does not know the space that is not broken

_WORD_OR_CLAUSE_END = re.compile(
    r"(?P<word>(?<!\w)[^\W_]++(?!_|['’]\w))"
    rf"|(?<=[^\W_])(?:[,;:!?](?=[{SPACE}])|\.(?=[{SPACE}]+[A-ZÆØÅ]))"  # there are other ends, but these are sure
)
_SPACED = re.compile(r"[^\W_](?:\S*[^\W_])?")  # what stands between spaces, from its first letter to its last
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


class Said(NamedTuple):
    """`text[start:end]` is to be said with these mnemonics; None leaves the end of a clause as it is."""

    start: int
    end: int
    mnemonics: str | None


def prepare(text: str, parts: Mapping[str, str], spans: Iterable[Span] = ()) -> Prepared:
    """Take the commands out of a text, and put phonemes in the place of the words that have some.

    `parts` is the table of Danish words and their parts; a span with IPA goes before it.
    """
    text = text.translate(_HARMLESS)
    pieces: list[str] = []
    stretches: list[Stretch] = []
    done = length = 0
    for start, end, piece in _replaced(text, _said(text, parts, spans)):
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


def danish_ipa(word: str) -> str | None:
    """What the library would write in IPA for a Danish word, said right, that it says wrongly; None for all others."""
    said = phonemes(word.lower(), danish())
    return None if said is None else ipa.ipa_of(said)


@cache
def danish() -> Mapping[str, str]:
    """The Danish table: words and parts of words, with their phonemes."""
    rows = (line.partition("\t") for line in _table().splitlines() if not line.startswith("#"))
    return {word: said for word, _, said in rows}


@cache
def revision() -> str:
    """What stands for the tables in the voice's id: another table is another sound."""
    return hashlib.sha256(f"{_table()}{ipa.table()}".encode()).hexdigest()[:8]


def _table() -> str:
    return resources.files("voices.espeak").joinpath("pronunciations.tsv").read_text("utf-8")


def _said(text: str, parts: Mapping[str, str], spans: Iterable[Span]) -> Iterator[Said]:
    """Yield, rising, the words of the spans and of the table, and the ends of clauses between them."""
    given = list(_given(text, spans))
    number = covered = 0
    for match in _WORD_OR_CLAUSE_END.finditer(text):
        start, end = match.span()
        while number < len(given) and given[number].start <= start:
            yield given[number]
            covered = given[number].end
            number += 1
        if start >= covered:
            mnemonics = phonemes(match["word"].lower(), parts) if match["word"] else None
            if mnemonics or match["word"] is None:
                yield Said(start, end, mnemonics)
    yield from given[number:]


def _given(text: str, spans: Iterable[Span]) -> Iterator[Said]:
    """The words of spans with what their IPA says of each, or of all together where it counts the words otherwise."""
    covered = 0
    for span in spans:
        start, end = span.spoken_start, span.spoken_end
        said = ipa.mnemonics_of(span.ipa) if span.ipa else None
        words = [match.span() for match in _SPACED.finditer(text, start, end)]
        if not said or not words or start < covered or _cuts_a_word(text, start) or _cuts_a_word(text, end):
            continue
        covered = end
        parts = said.split()
        if len(parts) == len(words):
            yield from (Said(*word, part) for word, part in zip(words, parts, strict=True))
        else:
            yield Said(words[0][0], words[-1][1], said)


def _cuts_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _replaced(text: str, found: Iterable[Said]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, piece) of each word to replace, as long as there is room for the piece in its clause."""
    filled = done = 0
    for start, end, mnemonics in found:
        filled += _size(text[done:start])
        done = start
        if mnemonics is None:
            filled, done = 0, end
            continue
        is_apart = start == 0 or text[start - 1] in SPACE  # elsewhere the library loses the phonemes
        piece = f"[[{mnemonics}]]" if is_apart else f" [[{mnemonics}]]"
        if filled + len(piece) <= ROOM:
            yield start, end, piece
            filled, done = filled + len(piece), end


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
