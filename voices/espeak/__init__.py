"""eSpeak NG, the voice that is always there: its own library from the wheel, offline, with exact word marks.

The library speaks one utterance at a time, so there is one small process (`server`) for each processor in use.
"""

from __future__ import annotations

import math
import os
import re
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark
from voices.espeak import words
from voices.espeak.ipa import ipa_of, library_ipa, mnemonics_of
from voices.espeak.processes import Servers
from voices.espeak.words import danish_ipa
from voices.seam import AudioFormat, Engine, Kind, Sibling, Speech, Utterance, Voice

__all__ = ["ENGINE", "EspeakVoice", "danish_ipa", "ipa_of", "library_ipa", "make", "mnemonics_of", "word_marks"]

RATE = 22_050
WORDS_PER_MINUTE = 175
SLOWEST, FASTEST = 80, 450
MIDDLE_PITCH, HIGHEST_PITCH = 50, 99
STEPS_TO_AN_OCTAVE = 65  # of pitch, as measured
LOWEST_FACTOR = 0.1
DANISH = DEFAULT_OPTION = "da"
# Far from each other and from the plain voice, a man at 100 Hz (who comes last, beside a variant): 176 Hz; 105 Hz, but
# darker; 227 Hz; and 149 Hz, darker too.
QUOTE_VARIANTS: tuple[tuple[str, Kind], ...] = (
    ("f1", "woman"),
    ("m7", "man"),
    ("belinda", "woman"),
    ("Nguyen", "man"),
    ("", "man"),
)

_OPTION = re.compile(r"(?P<language>[a-z]{2,3}(?:-[a-z0-9-]+)?)(?:\+(?P<variant>[A-Za-z0-9_-]+))?")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_SIZE = struct.Struct("<I")
_REQUEST = struct.Struct("<?HHH")
_MARK = struct.Struct("<II")


class EspeakVoice:
    """A language of eSpeak NG, with or without one of its variants ("da", "da+f1")."""

    is_instant = True

    def __init__(self, option: str, servers: Servers) -> None:
        self._option = option
        self._parts = words.danish() if option.partition("+")[0] == DANISH else {}
        self._servers = servers
        self.format = AudioFormat(RATE)
        self.concurrency = servers.count

    @property
    def id(self) -> str:
        """With the library's version and, in Danish, that of our pronunciations: "espeak:da@1.52.0+8d3c14f0"."""
        name = f"espeak:{self._option}@{self._servers.version()}"
        return f"{name}+{words.revision()}" if self._parts else name

    def speak(self, utterance: Utterance, /) -> Speech:
        """Speak in a process of its own, with a mark at every word that the library reports."""
        if not any(map(str.isalnum, utterance.text)):
            raise VoiceError("eSpeak NG was given a line without a word to say")
        spans = utterance.spans if self._parts else ()  # their IPA is said in Danish sounds
        prepared = words.prepare(utterance.text, self._parts, spans)
        body = self._servers.ask(
            packed(
                prepared.text,
                self._option,
                words_per_minute(utterance.rate),
                pitch_number(utterance.pitch),
                has_phonemes=bool(prepared.stretches),
            )
        )
        end_of_pcm = _SIZE.size + _SIZE.unpack_from(body)[0]
        pcm = body[_SIZE.size : end_of_pcm]
        if not pcm:
            raise VoiceError("eSpeak NG gave no sound for a line")
        events = ((prepared.original(start), frame) for start, frame in _MARK.iter_unpack(body[end_of_pcm:]))
        return Speech(pcm, word_marks(utterance.text, events, len(pcm) // 2))


def words_per_minute(rate: float) -> int:
    """A factor of rate as the library counts it, within what it can do: 0.46 to 2.57."""
    return min(max(round(WORDS_PER_MINUTE * rate), SLOWEST), FASTEST)


def pitch_number(pitch: float) -> int:
    """A factor of pitch as the library counts it, within what it can do: about 0.6 to 1.7."""
    steps = round(STEPS_TO_AN_OCTAVE * math.log2(max(pitch, LOWEST_FACTOR)))
    return min(max(MIDDLE_PITCH + steps, 0), HIGHEST_PITCH)


def packed(text: str, option: str, rate: int, pitch: int, *, has_phonemes: bool) -> bytes:
    """A request to a server: see there."""
    name = option.encode()
    return _REQUEST.pack(has_phonemes, rate, pitch, len(name)) + name + text.encode("utf-8", "replace")


def word_marks(text: str, events: Iterable[tuple[int, ...]], frames: int) -> tuple[Mark, ...]:
    """Turn the library's word events (character, frame) into marks of whole words.

    It reports some words in pieces, and some at the mark before them: the first event of a word counts.
    """
    marks: list[Mark] = []
    words = list(_WORD.finditer(text))
    number = 0
    for start, frame in events:
        while number < len(words) and words[number].end() <= start:
            number += 1
        if number == len(words):
            break
        word = words[number]
        if marks and (marks[-1].start == word.start() or frame < marks[-1].frame):
            continue
        marks.append(Mark(word.start(), word.end(), min(frame, frames)))
    return tuple(marks)


def make(option: str) -> Voice:
    """The voice of a language and variant of eSpeak NG; "" is Danish."""
    option = option or DEFAULT_OPTION
    library, data = _paths()
    match = _OPTION.fullmatch(option)
    if match is None or not _has_voice(Path(data), match["language"], match["variant"]):
        raise UnknownVoiceError(
            f"eSpeak NG has no voice called {option!r}; try espeak:da, or espeak:da+f1 for a variant"
        )
    return EspeakVoice(option, _servers(library, data))


def _has_voice(data: Path, language: str, variant: str | None) -> bool:
    has_language = any(data.glob(f"lang/*/{language}")) or (data / "lang" / language).is_file()
    return has_language and (variant is None or (data / "voices" / "!v" / variant).is_file())


def _paths() -> tuple[str, str]:
    try:
        import espeakng_loader  # noqa: PLC0415  only when this voice is chosen
    except ImportError as error:
        raise UnknownVoiceError(
            "the package espeakng-loader is missing; install it with: pip install espeakng-loader"
        ) from error
    return espeakng_loader.get_library_path(), espeakng_loader.get_data_path()


@cache
def _servers(library: str, data: str) -> Servers:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Servers(library, data, count)


def _siblings(option: str) -> tuple[Sibling, ...]:
    """The variants of a language, the one at hand left out."""
    language, _, variant = (option or DEFAULT_OPTION).partition("+")
    return tuple(
        Sibling(f"{language}+{other}" if other else language, kind)
        for other, kind in QUOTE_VARIANTS
        if other != variant
    )


ENGINE = Engine(
    name="espeak",
    summary="eSpeak NG: offline, instant, robotic",
    licence="GPL-3.0-or-later; what it speaks is free",
    make=make,
    siblings=_siblings,
    ready=lambda: (DEFAULT_OPTION,),
    commercial="yes",
    examples=("espeak:da", "espeak:da+f1", "espeak:da+m7"),
)
