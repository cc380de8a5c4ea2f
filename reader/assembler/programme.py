"""The programme: clips with their pauses between them, every frame counted, in stretches that can be encoded apart."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from reader.assembler.clips import trimmed
from reader.assembler.levelling import (
    HOPS_PER_SECOND,
    Levels,
    Part,
    from_bytes,
    hop_count,
    levels_of,
    silence,
    to_bytes,
)
from reader.assembler.mp3 import SAMPLES_PER_FRAME
from reader.assembler.resampling import samples_of
from reader.assembler.spool import Spool
from reader.assembler.words import word_cues
from reader.errors import AssemblyError
from reader.model import Clip, Cue, Script
from reader.timeline import milliseconds

RATE = 44_100  # the lowest rate that every podcast client takes
TAIL_MS = 500
CUT_MS = 300  # a pause as long as this may be cut in two: a new stretch begins in it
LEAD_FRAMES = SAMPLES_PER_FRAME  # of silence at the start of a stretch: an encoder that begins needs a moment
JINGLE_PAUSE_MS = 700
MOST_METERS = 2  # threads
MOST_MEASURED = 16  # clips at a time
JINGLE = "jingle"  # who speaks, where nobody does


class Take(NamedTuple):
    """The trimmed sound of a clip, as it waits in the spool, and whose it is; `digest` tells it from all others."""

    offset: int
    size: int
    rate: int
    voice: str
    digest: str

    @property
    def frames(self) -> int:
        """How many frames of the programme it has, rounded down."""
        return self.size // 2 * RATE // self.rate


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the programme that begins and ends in silence: frames of silence, and takes.

    All but the last fill whole frames of MP3, so that they can be encoded one by one and put together again.
    """

    parts: tuple[int | Take, ...]
    frames: int
    is_last: bool = False


class Programme:
    """Joins clips and remembers when each line and word sounds, and how loud it is. For one use."""

    def __init__(self, script: Script, spool: Spool) -> None:
        self.frames = 0
        self.cues: list[Cue] = []
        self.stretches: list[Stretch] = []
        self.levels: list[Part] = []
        self._script = script
        self._spool = spool
        self._parts: list[int | Take] = []
        self._begun = 0  # the frame at which the stretch at hand begins
        self._meters = ThreadPoolExecutor(MOST_METERS, thread_name_prefix="meter")
        self._measuring: deque[Future[tuple[int, int]]] = deque()

    def add(self, clip: Clip) -> None:
        """The clip of the next line. Raises AssemblyError for any other."""
        number = len(self.cues)
        if clip.line != number or number >= len(self._script.lines):
            raise AssemblyError(f"clip {clip.line} came where line {number} was due")
        line = self._script.lines[number]
        self._pause(line.pause_ms)
        start = self.frames
        cropped = trimmed(clip)
        self._sound(cropped)
        begin, end = (milliseconds(frame / RATE) / 1000 for frame in (start, self.frames))
        self.cues.append(Cue(number, begin, end, word_cues(line, cropped, begin, end), clip.voice))

    def add_jingle(self, pcm: bytes) -> None:
        """A sound before the first line or after the last one: s16le at the rate of the programme."""
        self._pause(JINGLE_PAUSE_MS)
        self._sound(Clip(-1, pcm, RATE, (), JINGLE))

    def end(self) -> None:
        """All clips are there. Raises AssemblyError where they are not."""
        if len(self.cues) != len(self._script.lines):
            raise AssemblyError(f"only {len(self.cues)} of {len(self._script.lines)} lines have sound")
        self._silence(RATE * TAIL_MS // 1000)
        self._cut(is_last=True)
        self._meters.shutdown()

    @property
    def voices(self) -> tuple[str, ...]:
        """Who speaks, in the order of their first lines."""
        return tuple(dict.fromkeys(cue.voice for cue in self.cues))

    def _pause(self, length_ms: int) -> None:
        pause = RATE * length_ms // 1000
        if self._parts and length_ms >= CUT_MS:
            self._silence(self._up_to_a_frame(pause - LEAD_FRAMES))
            self._cut()
            pause = LEAD_FRAMES
        self._silence(pause)

    def _up_to_a_frame(self, pause: int) -> int:
        """A pause, up to half an MP3 frame (13 ms) longer or shorter, so that the stretch ends where a frame does."""
        length = self.frames - self._begun + pause
        return pause + round(length / SAMPLES_PER_FRAME) * SAMPLES_PER_FRAME - length

    def _cut(self, *, is_last: bool = False) -> None:
        self.stretches.append(Stretch(tuple(self._parts), self.frames - self._begun, is_last))
        self._parts, self._begun = [], self.frames

    def _silence(self, frames: int) -> None:
        self.frames += frames
        self._parts.append(frames)
        hops = frames * HOPS_PER_SECOND // RATE
        self.levels.append(Part(None, hops, partial(silence, hops)))

    def _sound(self, clip: Clip) -> None:
        offset = self._spool.append(clip.pcm)
        take = Take(offset, len(clip.pcm), clip.rate, clip.voice, hashlib.sha256(clip.pcm).hexdigest())
        self.frames += take.frames
        self._parts.append(take)
        while len(self._measuring) >= MOST_MEASURED:
            self._measuring.popleft().result()
        measured = self._meters.submit(self._measured, clip)
        self._measuring.append(measured)
        self.levels.append(Part(clip.voice, hop_count(len(clip.pcm) // 2, clip.rate), partial(self._levels, measured)))

    def _measured(self, clip: Clip) -> tuple[int, int]:
        """Where in the spool the levels of a clip wait."""
        data = to_bytes(levels_of(samples_of(clip.pcm), clip.rate))
        return self._spool.append(data), len(data)

    def _levels(self, measured: Future[tuple[int, int]]) -> Levels:
        return from_bytes(self._spool.read(*measured.result()))
