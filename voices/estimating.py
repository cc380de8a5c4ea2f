"""When words begin in the sound of a voice that does not tell."""

from __future__ import annotations

import re

from reader.model import Mark
from voices.seam import Speech

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def estimated_marks(text: str, speech: Speech, rate: int, language: str = "da") -> tuple[Mark, ...]:
    """A mark for every word of the text: those of the speech as they are, the others estimated."""
    frames = len(speech.pcm) // 2
    exact = {mark.start: mark for mark in speech.marks}
    marks: list[Mark] = []
    for word in _WORD.finditer(text):
        frame = frames * word.start() // max(1, len(text))
        mark = exact.get(word.start(), Mark(word.start(), word.end(), frame, estimated=True))
        marks.append(mark)
    return tuple(marks)
