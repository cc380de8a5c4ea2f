"""Text to phonemes, with the word that each of them belongs to.

Piper's own copy of eSpeak NG makes them, clause by clause. It never sees a bracket: in it, one may begin a command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import Lock

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
LONGEST = 400  # phonemes that are spoken at once; the memory that a model needs grows with the square of them

_OTHER_LANGUAGE = re.compile(r"\([^)]+\)")  # eSpeak NG names the language of a foreign word
_HARMLESS = str.maketrans("[]_", "() ")
_LOCK = Lock()

Clause = tuple[str, str, bool]  # phonemes, the mark at its end, whether a sentence ends there


@dataclass(frozen=True, slots=True)
class Word:
    """A word's place in the text, and its phonemes, one a character."""

    start: int
    end: int
    phonemes: str


@dataclass(frozen=True, slots=True)
class Breath:
    """What is spoken at once: phonemes as Piper's models know them, one a string; `words` are the places of words.

    Each is (start and end in the text, number of its first phoneme).
    """

    phonemes: tuple[str, ...]
    words: tuple[tuple[int, int, int], ...]


def breaths(text: str, language: str, known: Mapping[tuple[int, int], str]) -> list[Breath]:
    """The phonemes of a text in pieces of at most about LONGEST, cut at sentences, clauses or else words.

    `known` has other phonemes for the words at some (start, end). Where eSpeak NG has made other words of the text
    than there are, nothing is known of the places of words, and no word is replaced.
    """
    clauses = [
        (_OTHER_LANGUAGE.sub("", sounds).split(), mark, is_end) for sounds, mark, is_end in _clauses(text, language)
    ]
    places = [match.span() for match in WORD.finditer(text)]
    if sum(len(sounds) for sounds, _, _ in clauses) != len(places):
        places = []
    return list(_pieces(_tokens(clauses, places, known)))


@dataclass(frozen=True, slots=True)
class _Token:
    """A spoken word with the mark after it."""

    phonemes: str
    place: tuple[int, int] | None
    mark: str
    ends_sentence: bool


def _tokens(
    clauses: Sequence[tuple[list[str], str, bool]],
    places: Sequence[tuple[int, int]],
    known: Mapping[tuple[int, int], str],
) -> Iterator[_Token]:
    waiting = iter(places)
    for sounds, mark, is_end in clauses:
        for number, sound in enumerate(sounds, 1):
            place = next(waiting, None)
            other = known.get(place) if place else None
            is_last = number == len(sounds)
            yield _Token(other or sound, place, mark if is_last else "", is_last and is_end)


def _pieces(tokens: Iterator[_Token]) -> Iterator[Breath]:
    phonemes: list[str] = []
    words: list[tuple[int, int, int]] = []
    for token in tokens:
        if phonemes:
            phonemes.append(" ")
        if token.place:
            words.append((*token.place, len(phonemes)))
        phonemes.extend(unicodedata.normalize("NFD", token.phonemes + token.mark))
        is_long = len(phonemes) > (LONGEST // 2 if token.mark else LONGEST)
        if token.ends_sentence or is_long:
            yield Breath(tuple(phonemes), tuple(words))
            phonemes, words = [], []
    if phonemes:
        yield Breath(tuple(phonemes), tuple(words))


def _clauses(text: str, language: str) -> list[Clause]:
    with _LOCK:  # the library has one voice and one state
        bridge = _bridge()
        bridge.set_voice(language)
        clauses: list[Clause] = bridge.get_phonemes(text.translate(_HARMLESS))
        return clauses


@cache
def _bridge():  # type: ignore[no-untyped-def]  # noqa: ANN202  a compiled module
    bridge = import_module("piper.espeakbridge")
    bridge.initialize(str(import_module("piper.phonemize_espeak").ESPEAK_DATA_DIR))
    return bridge
