"""WebVTT cues, after the W3C's grammar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reader.timeline import milliseconds


class VttCue(NamedTuple):
    """One cue: times in seconds, `payload` already escaped."""

    start: float
    end: float
    payload: str
    name: str = ""


def document(cues: Iterable[VttCue]) -> str:
    """A whole WebVTT file. Cues without duration, and times that run backwards, are mended by a millisecond."""
    blocks = ["WEBVTT"]
    floor = 0
    for cue in cues:
        start = max(milliseconds(cue.start), floor)
        end = max(milliseconds(cue.end), start + 1)
        floor = end
        name = f"{cue.name}\n" if cue.name else ""
        blocks.append(f"{name}{timestamp(start)} --> {timestamp(end)}\n{cue.payload}")
    return "\n\n".join(blocks) + "\n"


def timestamp(total_ms: int) -> str:
    """Milliseconds as HH:MM:SS.mmm."""
    seconds, rest = divmod(total_ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}.{rest:03}"


def escaped(text: str) -> str:
    """Text as it may stand in a cue: nothing in it can end the cue or open a tag."""
    text = text.replace("\r", " ").replace("\n", " ")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def voice_name(name: str) -> str:
    """A name as it may stand in `<v name>`."""
    return escaped(" ".join(name.split()))
