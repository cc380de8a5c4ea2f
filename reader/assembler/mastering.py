"""Make the finished file of a programme: at its loudness, tagged, and heard; again where it missed its aim."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from reader.assembler.encoder import BIT_RATE, LAME_SCALE, Desk, encoded
from reader.assembler.hearing import Heard, Listener, walk
from reader.assembler.id3 import tag
from reader.assembler.levelling import gains_for
from reader.assembler.mp3 import ENCODER_DELAY, info_frame
from reader.assembler.programme import RATE, Programme
from reader.assembler.spool import Spool
from reader.cachefolder import CacheFolder
from reader.errors import AssemblyError
from reader.model import Script
from reader.timeline import chapter_times

# Of LAME: this one leaves out its shaping of noise. At this bit rate there are bits to spare for one voice, so that
# the error is smaller without it (42 instead of 39 dB below the speech), and it takes half the time.
QUALITY = 7
LOUDNESS = -16.0  # LUFS, of a mono file as a plain meter reads it
HIGHEST_PEAK = -1.0  # dBTP
HEADROOM = 1.0  # dB between the limiter and the highest peak: what encoding adds
NEAR_ENOUGH = 0.3  # LU; farther from its loudness, a recording is mastered again
MOST_ROUNDS = 3

Watch = Callable[[str, int, int], object]  # "encoding", how much of it is done, and how much there is


@dataclass(frozen=True, slots=True)
class Mastering:
    """How a recording is finished: its loudness in LUFS, LAME's quality (0 is the best, 9 the quickest).

    `intro` and `outro` are heard before the first line and after the last: s16le PCM at 44.1 kHz. `cover` gives the
    JPEG of the tag, when it is wanted. Unless `verify`, nobody listens to what was made.
    """

    loudness: float = LOUDNESS
    quality: int = QUALITY
    intro: bytes = b""
    outro: bytes = b""
    cover: Callable[[], bytes | None] = lambda: None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Studio:
    """All that a recording is made of."""

    script: Script
    programme: Programme
    spool: Spool
    mastering: Mastering
    cache: CacheFolder | None
    watch: Watch

    def master(self, path: Path) -> Heard | None:
        """Write the MP3, and hear it. It is made again, corrected by what it missed, as long as that helps."""
        loudness, peak = self.mastering.loudness, HIGHEST_PEAK
        heard: Heard | None = None
        for _ in range(MOST_ROUNDS):
            heard = self._write(path, loudness - LAME_SCALE, peak - HEADROOM - LAME_SCALE)
            if heard is None:
                break
            missed, above = self.mastering.loudness - heard.loudness, heard.true_peak - HIGHEST_PEAK
            if abs(missed) <= NEAR_ENOUGH and above <= 0:
                break
            loudness, peak = loudness + missed, peak - max(0.0, above)
        return heard

    def _write(self, path: Path, loudness: float, ceiling: float) -> Heard | None:
        """Write the MP3; it is heard, if it shall be, while its frames are encoded, and then found on the disk."""
        gains = gains_for(self.programme.levels, loudness, ceiling)
        desk = Desk(self.spool, gains, round(ceiling, 2), self.mastering.quality)
        listener = Listener(ENCODER_DELAY) if self.mastering.verify else None
        with tempfile.TemporaryFile(dir=path.parent) as music:
            frames = self._encode(desk, music, listener)
            size = music.tell()
            music.seek(0)
            with path.open("wb") as file:
                file.write(self._tag())
                file.write(
                    info_frame(BIT_RATE, RATE, frames=frames, music_bytes=size, sound_frames=self.programme.frames)
                )
                shutil.copyfileobj(music, file)
        if listener is None:
            return None
        stream = walk(path)
        if stream.digest != listener.digest:
            raise AssemblyError(f"{path.name} is not on the disk as it was written: is the disk sound?")
        return listener.heard(stream.samples)

    def _encode(self, desk: Desk, music: IO[bytes], listener: Listener | None) -> int:
        """Encode all stretches; give how many frames they are."""
        frames = done = 0
        stretches = self.programme.stretches
        for stretch, part in zip(stretches, encoded(stretches, desk, self.cache), strict=True):
            music.write(part.music)
            if listener is not None:
                listener.hear(part.music)
            frames += part.count
            done += stretch.frames
            self.watch("encoding", done, self.programme.frames)
        return frames

    def _tag(self) -> bytes:
        programme = self.programme
        times = chapter_times(self.script, programme.cues, programme.frames / RATE)
        return tag(self.script, times, programme.voices, self.mastering.cover())
