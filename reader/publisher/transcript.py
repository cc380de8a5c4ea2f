"""The spoken article as WebVTT: short lines for podcast clients, whole sentences for the player."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from reader.model import Cue, Episode, Line, WordCue
from reader.publisher.webvtt import VttCue, document, escaped, timestamp, voice_name
from reader.timeline import milliseconds

LONGEST_LINE = 65  # characters, as podcast clients advise
LINES_A_CUE = 2


def transcript_vtt(episode: Episode) -> str:
    """For podcast clients: two short lines a cue, and on quotes who speaks."""
    rows = zip(episode.script.lines, episode.recording.cues, strict=True)
    return document(cue for line, times in rows for cue in _captions(line, times))


def sentences_vtt(episode: Episode) -> str:
    """For the player: one cue a sentence, as printed, with the time of each word. Spoken frames are not printed."""
    rows = zip(episode.script.lines, episode.recording.cues, strict=True)
    printed = ((line, cue) for line, cue in rows if line.role != "frame")
    by_sentence = (list(group) for _, group in groupby(printed, key=lambda row: row[0].sentence))
    return document(_sentence(group) for group in by_sentence)


def _sentence(group: Sequence[tuple[Line, Cue]]) -> VttCue:
    start, end = group[0][1].start, group[-1][1].end
    payload = "".join(_timed(line, cue, milliseconds(start)) for line, cue in group)
    return VttCue(start, end, payload.strip(), f"s{group[0][0].sentence}")


def _timed(line: Line, cue: Cue, floor_ms: int) -> str:
    """A line as printed, each word after its time; a time stands only where it rises, as the grammar wants."""
    parts: list[str] = []
    position = 0
    for word in cue.words:
        parts.append(escaped(line.written[position : word.written_start]))
        at = milliseconds(word.start)
        if floor_ms < at < milliseconds(cue.end):
            parts.append(f"<{timestamp(at)}>")
            floor_ms = at
        parts.append(escaped(line.written[word.written_start : word.written_end]))
        position = word.written_end
    return "".join(parts) + escaped(line.written[position:])


def _captions(line: Line, cue: Cue) -> Iterator[VttCue]:
    speaker = f"<v {voice_name(line.speaker)}>" if line.role == "quote" and line.speaker else ""
    rows = _rows(line.written)
    position = 0
    for first in range(0, len(rows), LINES_A_CUE):
        shown = rows[first : first + LINES_A_CUE]
        begin = line.written.index(shown[0], position)
        position = line.written.index(shown[-1], begin) + len(shown[-1])
        is_last = first + LINES_A_CUE >= len(rows)
        start = cue.start if first == 0 else _time_at(cue.words, begin, cue.start)
        end = cue.end if is_last else _time_at(cue.words, position, cue.end)
        yield VttCue(start, end, speaker + "\n".join(map(escaped, shown)))


def _rows(text: str) -> list[str]:
    return textwrap.wrap(
        text, LONGEST_LINE, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False, drop_whitespace=True
    )


def _time_at(words: Sequence[WordCue], offset: int, otherwise: float) -> float:
    """When the first word at or after an offset begins."""
    return next((word.start for word in words if word.written_start >= offset), otherwise)
