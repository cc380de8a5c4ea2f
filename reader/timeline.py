"""The times of chapters, from the cues of a recording. Every form of the chapters is written from this one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.model import Chapter, Cue, Script

LEAD_MS = 150  # a chapter stands this long before its first word, in silence


@dataclass(frozen=True, slots=True)
class ChapterTime:
    """A chapter with its start and end in milliseconds; the end is the next one's start."""

    chapter: Chapter
    start_ms: int
    end_ms: int


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(1000 * seconds)


def chapter_times(script: Script, cues: Sequence[Cue], duration: float) -> tuple[ChapterTime, ...]:
    """When each chapter starts and ends: the first at 0, the others in the pause before their first word."""
    starts = [_start(script, cues, chapter.line) for chapter in script.chapters]
    ends = [*starts[1:], milliseconds(duration)][: len(starts)]
    return tuple(ChapterTime(*row) for row in zip(script.chapters, starts, ends, strict=True))


def _start(script: Script, cues: Sequence[Cue], line: int) -> int:
    if line == 0:
        return 0
    pause = script.lines[line].pause_ms
    return milliseconds(cues[line].start) - min(LEAD_MS, pause // 2)
