"""Speak a text piece by piece: trim each sound, pause as its last mark asks, join, and tell where each piece begins."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from reader.errors import VoiceError
from reader.model import Mark
from voices.online import clauses
from voices.seam import Speech

KEPT_SILENCE_MS = 30
SENTENCE_PAUSE_MS, CLAUSE_PAUSE_MS = 250, 120

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_CLOSING = "»«\"'“”’)]} "
_import_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A sound without the silence around it, but for a short breath; and whether there was silence at its end."""

    pcm: bytes
    ended_in_silence: bool


def speak_in_pieces(text: str, limit: int, rate: int, say: Callable[[str], bytes]) -> Speech:
    """Have `say` speak each piece of at most `limit` characters, as PCM at `rate`, and join what it gives.

    The first word of each piece is marked at the frame where the piece begins. Raises VoiceError where there is
    nothing to say, and where a piece fails, with its number.
    """
    pieces = clauses.pieces(text, limit)
    if not pieces:
        raise VoiceError("there is nothing to say: no letter and no digit; skip the line")
    pcm, marks = bytearray(), []
    for number, (start, end) in enumerate(pieces, 1):
        if word := _WORD.search(text, start, end):
            marks.append(Mark(word.start(), word.end(), len(pcm) // 2))
        try:
            pcm += say(text[start:end])
        except VoiceError as error:
            raise VoiceError(f"piece {number} of {len(pieces)}: {error}") from error
        if number < len(pieces):
            pcm += bytes(2 * (rate * pause_after(text[start:end]) // 1000))
    return Speech(bytes(pcm), tuple(marks))


def pause_after(piece: str) -> int:
    """How many milliseconds to pause after a piece: the longer, the more its last mark asks for it."""
    mark = piece.rstrip(_CLOSING)[-1:]
    if mark in set(".!?…"):
        return SENTENCE_PAUSE_MS
    return CLAUSE_PAUSE_MS if mark in set(",;:–—-") else 0


def trimmed(pcm: bytes, rate: int) -> Trimmed:
    """The sound in s16le mono PCM; nothing where all of it is silence."""
    pydub = _pydub()
    segment = pydub.AudioSegment(data=pcm, sample_width=2, frame_rate=rate, channels=1)
    start = pydub.silence.detect_leading_silence(segment)
    quiet = pydub.silence.detect_leading_silence(segment.reverse())
    end = len(segment) - quiet
    if start >= end:
        return Trimmed(b"", ended_in_silence=True)
    kept = segment[max(0, start - KEPT_SILENCE_MS) : min(len(segment), end + KEPT_SILENCE_MS)]
    return Trimmed(bytes(kept.raw_data), ended_in_silence=quiet >= KEPT_SILENCE_MS)


def _pydub() -> ModuleType:
    with _import_lock:  # filters of warnings are shared by all threads
        return _quietly_imported()


@cache
def _quietly_imported() -> ModuleType:
    """Pydub warns at import that it finds no ffmpeg, which it never needs here, and of its own old code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import_module("pydub.silence")
            return import_module("pydub")
        except ImportError as error:
            raise VoiceError(f"pydub cannot be imported ({error}); install it with: pip install pydub") from error
