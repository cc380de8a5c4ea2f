"""Cut the sound of several lines, spoken in one breath, apart again at the word where the next line begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from voices import Speech


def cut_at_marks(speech: Speech, texts: Sequence[str]) -> list[Speech] | None:
    """One speech for each of the texts that were spoken joined by spaces; None where a mark is missing."""
    if len(texts) == 1:
        return [speech]
    starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))
    frames = [0]
    for start, text in zip(starts[1:], texts[1:], strict=True):
        first_word = start + next(i for i, character in enumerate(text) if character.isalnum())
        mark = next((mark for mark in speech.marks if mark.start <= first_word < mark.end), None)
        if mark is None or mark.frame <= frames[-1]:
            return None
        frames.append(mark.frame)
    frames.append(len(speech.pcm) // 2)
    return [_part(speech, frames[i], frames[i + 1], starts[i], starts[i] + len(text)) for i, text in enumerate(texts)]


def _part(speech: Speech, first_frame: int, last_frame: int, start: int, end: int) -> Speech:
    marks = tuple(
        replace(mark, start=mark.start - start, end=mark.end - start, frame=mark.frame - first_frame)
        for mark in speech.marks
        if start <= mark.start and mark.end <= end and first_frame <= mark.frame <= last_frame
    )
    return Speech(speech.pcm[2 * first_frame : 2 * last_frame], marks)
