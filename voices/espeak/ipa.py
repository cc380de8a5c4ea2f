"""Between IPA and the mnemonics in which eSpeak NG's Danish takes phonemes, by the table sounds.tsv.

Its Danish has no stød and no finer shades of a sound than the table's rows: what a sign says beyond them is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

FULL_VOWELS = tuple("?&0AEIOVWYaeiouy")  # how the mnemonics of vowels begin, save those of @, which bear no stress

_STRESS = {"ˈ": "'", "ˌ": ","}
_PAUSES = ("_|", "_!", "_:", "_", "%", "=")
# Glottal stop and stød, aspiration and its like, length that no row has, borders of syllables; marks over and under
_MARKS = (0x303, *range(0x318, 0x321), 0x324, 0x325, *range(0x329, 0x331), 0x33D)
_SHADES = "ʔˀʰʱʲʷˠˤⁿːˑ.-‿|" + "".join(map(chr, _MARKS))
_TIES = dict.fromkeys((0x35C, 0x361))


@dataclass(frozen=True, slots=True)
class Sound:
    """A row of the table: mnemonics, the library's own IPA for them, and the signs that they speak for."""

    mnemonics: str
    written: str
    signs: tuple[str, ...]


def mnemonics_of(ipa: str) -> str | None:
    """How the library's Danish is told to say `ipa`; None where a sign is unknown or no full vowel bears the stress.

    A stress mark goes before its vowel; what has no primary one is stressed on its first. Words stay parted by spaces.
    """
    pieces = _translated(_decomposed(ipa).translate(_TIES), _mnemonics_by_sign())
    if pieces is None:
        return None
    said: list[str] = []
    stress = "" if "'" in pieces else "'"
    for piece in pieces:
        if piece in _STRESS.values():
            stress = stress or piece
        elif stress and piece.startswith(FULL_VOWELS):
            said += stress, piece
            stress = ""
        else:
            said.append(piece)
    return None if stress else " ".join("".join(said).split())


def ipa_of(mnemonics: str) -> str | None:
    """What the library itself writes in IPA for `mnemonics` of its Danish; None where the table lacks one of them."""
    pieces = _translated(mnemonics, _written_by_mnemonics())
    return None if pieces is None else "".join(pieces)


def library_ipa(ipa: str) -> str | None:
    """`ipa` in the manner of the library's Danish, as models that learnt from its phonemes know it; None as above."""
    said = mnemonics_of(ipa)
    return None if said is None else ipa_of(said)


@cache
def sounds() -> tuple[Sound, ...]:
    """The table."""
    rows = (line.split("\t") for line in table().splitlines() if not line.startswith("#"))
    return tuple(Sound(mnemonics, written, tuple(signs.split())) for mnemonics, written, signs in rows)


@cache
def table() -> str:
    """The text of the table."""
    return resources.files("voices.espeak").joinpath("sounds.tsv").read_text("utf-8")


@cache
def _mnemonics_by_sign() -> Mapping[str, str]:
    signs = {_decomposed(sign): sound.mnemonics for sound in sounds() for sign in sound.signs}
    return dict.fromkeys(_SHADES, "") | signs | _STRESS | {" ": " "}


@cache
def _written_by_mnemonics() -> Mapping[str, str]:
    written = {sound.mnemonics: sound.written for sound in sounds()}
    return dict.fromkeys(_PAUSES, "") | written | {said: sign for sign, said in _STRESS.items()} | {" ": " "}


def _translated(text: str, rows: Mapping[str, str]) -> list[str] | None:
    """The text by the longest keys first; None where it holds something else."""
    pattern = _longest_of(tuple(rows))
    return None if pattern.sub("", text) else [rows[key] for key in pattern.findall(text)]


@cache
def _longest_of(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(keys, key=len, reverse=True))))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)
