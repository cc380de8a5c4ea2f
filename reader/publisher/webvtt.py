"""WebVTT cues, after the W3C's grammar, and the times of SubRip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reader.timeline import milliseconds


class VttCue(NamedTuple):
    """One cue: times in seconds, `payload` already escaped."""

    start: float
    end: float
    payload: str
    name: str = ""


def document(cues: Iterable[VttCue]) -> str:
    """A whole WebVTT file."""
    shown = list(cues)
    blocks = ["WEBVTT"]
    for cue, (start, end) in zip(shown, rising((cue.start, cue.end) for cue in shown), strict=True):
        name = f"{cue.name}\n" if cue.name else ""
        blocks.append(f"{name}{timestamp(start)} --> {timestamp(end)}\n{cue.payload}")
    return "\n\n".join(blocks) + "\n"


def rising(times: Iterable[tuple[float, float]]) -> Iterator[tuple[int, int]]:
    """Times in whole milliseconds. No duration, and a time that runs backwards, is mended by a millisecond."""
    floor = 0
    for begin, stop in times:
        start = max(milliseconds(begin), floor)
        floor = max(milliseconds(stop), start + 1)
        yield start, floor


def timestamp(total_ms: int) -> str:
    """Milliseconds as HH:MM:SS.mmm."""
    seconds, rest = divmod(total_ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{rest:03}"


def srt_timestamp(total_ms: int) -> str:
    """The same as SubRip has it, with a comma."""
    return timestamp(total_ms).replace(".", ",")


def escaped(text: str) -> str:
    """Text as it may stand in a cue: nothing in it can end the cue or open a tag."""
    text = text.replace("\r", " ").replace("\n", " ")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def voice_name(name: str) -> str:
    """A name as it may stand in `<v name>`."""
    return escaped(" ".join(name.split()))
