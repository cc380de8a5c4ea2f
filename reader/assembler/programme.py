"""The programme: clips at one rate, with their pauses between them, every frame counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.assembler.clips import trimmed
from reader.assembler.resampling import Resampler
from reader.assembler.words import word_cues
from reader.errors import AssemblyError
from reader.model import Clip, Cue, Script

RATE = 44_100  # the lowest rate that every podcast client takes
TAIL_MS = 500


class Programme:
    """Joins clips and remembers when each line and word sounds. For one use."""

    def __init__(self, script: Script) -> None:
        self.frames = 0
        self.cues: list[Cue] = []
        self.voices: list[str] = []
        self._script = script
        self._resampler = Resampler(RATE)

    def join(self, clips: Iterable[Clip]) -> Iterator[bytes]:
        """Yield the PCM of the programme (s16le mono at 44.1 kHz), a pause or a clip at a time."""
        for number, clip in enumerate(clips):
            if clip.line != number or number >= len(self._script.lines):
                raise AssemblyError(f"clip {clip.line} came where line {number} was due")
            yield self._silence(self._script.lines[number].pause_ms)
            yield self._sound(clip)
        if len(self.cues) != len(self._script.lines):
            raise AssemblyError(f"only {len(self.cues)} of {len(self._script.lines)} lines have sound")
        yield self._silence(TAIL_MS)

    def _silence(self, milliseconds: int) -> bytes:
        frames = RATE * milliseconds // 1000
        self.frames += frames
        return bytes(2 * frames)

    def _sound(self, clip: Clip) -> bytes:
        cropped = trimmed(clip)
        pcm = self._resampler.convert(cropped.pcm, cropped.rate)
        start, end = self.frames / RATE, (self.frames + len(pcm) // 2) / RATE
        self.frames += len(pcm) // 2
        words = word_cues(self._script.lines[clip.line], cropped, start, end)
        self.cues.append(Cue(clip.line, start, end, words))
        self.voices.append(clip.voice)
        return pcm
