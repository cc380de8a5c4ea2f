"""Stretches of the programme to MP3 frames, in process, as many at once as there are processors.

Each has an encoder of its own and is cut after its last whole frame. As it begins and ends in silence, what an encoder
carries from one frame to the next is silence too, so that the frames can stand one after the other as if one encoder
had made them. Where the cuts lie follows from the script alone: the file is the same on every machine, and a stretch
that did not change need not be encoded again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from reader.assembler.levelling import levelled
from reader.assembler.mp3 import SAMPLES_PER_FRAME, frame_ends
from reader.assembler.programme import RATE, Stretch, Take
from reader.assembler.resampling import pcm_of, resampled
from reader.assembler.spool import Spool
from reader.cachefolder import CacheFolder

BIT_RATE = 96  # kbit/s: right for speech in mono
LAME_SCALE = -0.45  # dB: what LAME takes off at this bit rate, by itself

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Encoded:
    """MP3 frames, and how many."""

    music: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What every stretch is mixed with: the gain of each voice and the ceiling above all, in dB, and LAME's quality."""

    spool: Spool
    gains: Mapping[str, float]
    ceiling: float
    quality: int

    def sound(self, part: int | Take) -> bytes:
        """A part of the programme as PCM: silence, or a take at its level."""
        if isinstance(part, int):
            return bytes(2 * part)
        samples = resampled(self.spool.read(part.offset, part.size), part.rate, RATE)
        return pcm_of(levelled(samples, RATE, self.gains[part.voice], self.ceiling))

    def name(self, stretch: Stretch) -> str:
        """All that the frames of a stretch depend on."""
        parts = [
            str(part) if isinstance(part, int) else f"{part.rate}:{part.digest}:{self.gains[part.voice]}"
            for part in stretch.parts
        ]
        return "|".join([_makers(), str(self.quality), str(self.ceiling), str(stretch.is_last), *parts])


def encoded(stretches: Iterable[Stretch], desk: Desk, cache: CacheFolder | None = None) -> Iterator[Encoded]:
    """Encode stretches, in order, at a constant bit rate; `cache` is where they are looked for first, and kept."""
    workers = os.cpu_count() or 1
    executor = ThreadPoolExecutor(workers, thread_name_prefix="encoder")
    waiting: deque[Future[Encoded]] = deque()
    try:
        for stretch in stretches:
            waiting.append(executor.submit(_encode, stretch, desk, cache))
            while len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)  # they read from the spool


def _encode(stretch: Stretch, desk: Desk, cache: CacheFolder | None) -> Encoded:
    name = desk.name(stretch) if cache else ""
    music = cache.load(name) if cache else None
    if music is None:
        music = _mp3(stretch, desk)
        if cache:
            cache.keep(name, music)
    return Encoded(music, len(frame_ends(music)))


def _mp3(stretch: Stretch, desk: Desk) -> bytes:
    """The frames of a stretch: exactly as many as it fills, or if it is the last, all that the encoder gives."""
    import lameenc  # noqa: PLC0415  whoever only writes a script needs no encoder

    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(1)
    lame.set_in_sample_rate(RATE)
    lame.set_out_sample_rate(RATE)
    lame.set_bit_rate(BIT_RATE)
    lame.set_quality(desk.quality)
    music = bytes(lame.encode(b"".join(map(desk.sound, stretch.parts)))) + bytes(lame.flush())
    return music if stretch.is_last else music[: frame_ends(music)[stretch.frames // SAMPLES_PER_FRAME - 1]]


@cache
def _makers() -> str:
    """Who makes frames, and how: another encoder makes others of the same sound."""
    versions = "|".join(metadata.version(name) for name in ("lameenc", "av", "numpy"))
    return f"{_FORMAT}|{versions}|{RATE}|{BIT_RATE}"
