"""The programme: clips with their pauses between them, every frame counted, in stretches that can be encoded apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reader.assembler.clips import trimmed
from reader.assembler.mp3 import SAMPLES_PER_FRAME
from reader.assembler.words import word_cues
from reader.errors import AssemblyError
from reader.model import Clip, Cue, Script

RATE = 44_100  # the lowest rate that every podcast client takes
TAIL_MS = 500
CUT_MS = 300  # a pause as long as this may be cut in two: a new stretch begins in it
LEAD_FRAMES = SAMPLES_PER_FRAME  # of silence at the start of a stretch: an encoder that begins needs a moment


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the programme that begins and ends in silence: frames of silence, and clips.

    All but the last fill whole frames of MP3, so that they can be encoded one by one and put together again.
    """

    parts: tuple[int | Clip, ...]
    frames: int
    is_last: bool = False


class Programme:
    """Joins clips and remembers when each line and word sounds. For one use."""

    def __init__(self, script: Script) -> None:
        self.frames = 0
        self.cues: list[Cue] = []
        self.voices: list[str] = []
        self._script = script
        self._parts: list[int | Clip] = []
        self._begun = 0  # the frame at which the stretch at hand begins

    def stretches(self, clips: Iterable[Clip]) -> Iterator[Stretch]:
        """Yield the programme, a stretch at a time, as soon as its clips are there."""
        for number, clip in enumerate(clips):
            if clip.line != number or number >= len(self._script.lines):
                raise AssemblyError(f"clip {clip.line} came where line {number} was due")
            pause = RATE * self._script.lines[number].pause_ms // 1000
            if self._parts and self._script.lines[number].pause_ms >= CUT_MS:
                self._silence(self._up_to_a_frame(pause - LEAD_FRAMES))
                yield self._stretch()
                pause = LEAD_FRAMES
            self._silence(pause)
            self._sound(clip)
        if len(self.cues) != len(self._script.lines):
            raise AssemblyError(f"only {len(self.cues)} of {len(self._script.lines)} lines have sound")
        self._silence(RATE * TAIL_MS // 1000)
        yield self._stretch(is_last=True)

    def _up_to_a_frame(self, pause: int) -> int:
        """A pause, up to half an MP3 frame (13 ms) longer or shorter, so that the stretch ends where a frame does."""
        length = self.frames - self._begun + pause
        return pause + round(length / SAMPLES_PER_FRAME) * SAMPLES_PER_FRAME - length

    def _stretch(self, *, is_last: bool = False) -> Stretch:
        stretch = Stretch(tuple(self._parts), self.frames - self._begun, is_last)
        self._parts, self._begun = [], self.frames
        return stretch

    def _silence(self, frames: int) -> None:
        self.frames += frames
        self._parts.append(frames)

    def _sound(self, clip: Clip) -> None:
        cropped = trimmed(clip)
        start = self.frames
        self.frames += frames_of(cropped)
        self._parts.append(cropped)
        begin, end = start / RATE, self.frames / RATE
        words = word_cues(self._script.lines[clip.line], cropped, begin, end)
        self.cues.append(Cue(clip.line, begin, end, words))
        self.voices.append(clip.voice)


def frames_of(clip: Clip) -> int:
    """How many frames of the programme a clip has, rounded down."""
    return len(clip.pcm) // 2 * RATE // clip.rate
