"""Make the finished file of a programme: at its loudness, tagged, and heard; again where it missed its aim."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reader.assembler.encoder import BIT_RATE, LAME_SCALE, Desk, encoded
from reader.assembler.hearing import Heard, listen
from reader.assembler.id3 import tag
from reader.assembler.levelling import gains_for
from reader.assembler.mp3 import info_frame
from reader.assembler.programme import RATE, Programme
from reader.assembler.spool import Spool
from reader.cachefolder import CacheFolder
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
            self._write(path, loudness - LAME_SCALE, peak - HEADROOM - LAME_SCALE)
            if not self.mastering.verify:
                break
            heard = listen(path, lambda done, total: self.watch("checking", done, total))
            missed, above = self.mastering.loudness - heard.loudness, heard.true_peak - HIGHEST_PEAK
            if abs(missed) <= NEAR_ENOUGH and above <= 0:
                break
            loudness, peak = loudness + missed, peak - max(0.0, above)
        return heard

    def _write(self, path: Path, loudness: float, ceiling: float) -> None:
        programme = self.programme
        desk = Desk(
            self.spool,
            gains_for(programme.levels, loudness, ceiling),
            round(ceiling, 2),
            self.mastering.quality,
        )
        frames = done = 0
        with tempfile.TemporaryFile(dir=path.parent) as music:
            for stretch, part in zip(programme.stretches, encoded(programme.stretches, desk, self.cache), strict=True):
                music.write(part.music)
                frames += part.count
                done += stretch.frames
                self.watch("encoding", done, programme.frames)
            size = music.tell()
            music.seek(0)
            with path.open("wb") as file:
                file.write(self._tag())
                file.write(info_frame(BIT_RATE, RATE, frames=frames, music_bytes=size, sound_frames=programme.frames))
                shutil.copyfileobj(music, file)

    def _tag(self) -> bytes:
        programme = self.programme
        times = chapter_times(self.script, programme.cues, programme.frames / RATE)
        return tag(self.script, times, programme.voices, self.mastering.cover())
