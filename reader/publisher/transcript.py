"""The spoken article as text with times: short lines for podcast clients, whole sentences for the player."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from reader.model import Cue, Episode, Line, WordCue
from reader.publisher.webvtt import VttCue, document, escaped, rising, srt_timestamp, timestamp, voice_name
from reader.timeline import milliseconds

LONGEST_LINE = 65  # characters, as podcast clients advise
LONGEST_SUBTITLE = 32  # characters of a line in SRT, as its readers advise
LINES_A_CUE = 2


class Caption(NamedTuple):
    """Some of a line's words in at most two rows, and when they sound, in seconds."""

    start: float
    end: float
    rows: Sequence[str]


def transcript_vtt(episode: Episode) -> str:
    """For podcast clients: two short lines a cue, and on quotes who speaks."""
    return document(
        VttCue(caption.start, caption.end, _speaker(line) + "\n".join(map(escaped, caption.rows)))
        for line, cue in _rows_of(episode)
        for caption in captions(line, cue, LONGEST_LINE)
    )


def transcript_srt(episode: Episode) -> str:
    """The same as SubRip, for those who know no WebVTT: two lines a cue, shorter ones, without speakers."""
    shown = [caption for line, cue in _rows_of(episode) for caption in captions(line, cue, LONGEST_SUBTITLE)]
    times = rising((caption.start, caption.end) for caption in shown)
    return "\n".join(
        f"{number}\n{srt_timestamp(start)} --> {srt_timestamp(end)}\n{chr(10).join(caption.rows)}\n"
        for number, (caption, (start, end)) in enumerate(zip(shown, times, strict=True), 1)
    )


def transcript_txt(episode: Episode) -> str:
    """What is heard, in words as they are printed: a line for each paragraph, and an empty one between them."""
    by_paragraph = groupby(episode.script.lines, key=_place)
    texts = ("".join(_shown(line) for line in lines).strip() for _, lines in by_paragraph)
    return "\n\n".join(" ".join(text.split()) for text in texts if text) + "\n"


def sentences_vtt(episode: Episode) -> str:
    """For the player: one cue a sentence, as printed, with the time of each word. Spoken frames are not printed."""
    printed = ((line, cue) for line, cue in _rows_of(episode) if line.role != "frame")
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


def captions(line: Line, cue: Cue, longest: int) -> Iterator[Caption]:
    """A line in rows of at most so many characters, two of them at a time."""
    text = "".join(" " if character.isspace() else character for character in _shown(line))
    rows = textwrap.wrap(text, longest, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False)
    position = 0
    for first in range(0, len(rows), LINES_A_CUE):
        shown = rows[first : first + LINES_A_CUE]
        begin = text.index(shown[0], position)
        position = text.index(shown[-1], begin) + len(shown[-1])
        is_last = first + LINES_A_CUE >= len(rows)
        start = cue.start if first == 0 else _time_at(cue.words, begin, cue.start)
        end = cue.end if is_last else _time_at(cue.words, position, cue.end)
        yield Caption(start, end, shown)


def _place(line: Line) -> tuple[int | None, int]:
    """What lines of one paragraph share; a headline or a frame is one by itself."""
    return line.paragraph, line.sentence if line.paragraph is None else 0


def _rows_of(episode: Episode) -> Iterator[tuple[Line, Cue]]:
    yield from zip(episode.script.lines, episode.recording.cues, strict=True)


def _speaker(line: Line) -> str:
    return f"<v {voice_name(line.speaker)}>" if line.role == "quote" and line.speaker else ""


def _shown(line: Line) -> str:
    """A line as printed; of a spoken mark that is not printed, what is said."""
    return line.written or f"{line.spoken} "


def _time_at(words: Sequence[WordCue], offset: int, otherwise: float) -> float:
    """When the first word at or after an offset begins."""
    return next((word.start for word in words if word.written_start >= offset), otherwise)
