"""The times of chapters, from the cues of a recording. Every form of the chapters is written from this one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.model import Chapter, Cue, Script

LEAD_MS = 150  # a chapter stands this long before its first word, in silence
LEAST_MS = 1000  # from the start of one chapter to that of the next


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
    """When each chapter starts and ends: the first at 0, the others in the pause before their first word.

    One that would start within a second of the one before it is merged into that: some players count whole seconds.
    """
    kept: list[tuple[Chapter, int]] = []
    for chapter in script.chapters:
        start = _start(script, cues, chapter.line)
        if not kept or start - kept[-1][1] >= LEAST_MS:
            kept.append((chapter, start))
    ends = [*(start for _, start in kept[1:]), milliseconds(duration)]
    return tuple(ChapterTime(chapter, start, end) for (chapter, start), end in zip(kept, ends, strict=False))


def _start(script: Script, cues: Sequence[Cue], line: int) -> int:
    if line == 0:
        return 0
    pause = script.lines[line].pause_ms
    return milliseconds(cues[line].start) - min(LEAD_MS, pause // 2)
