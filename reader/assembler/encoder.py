"""Stretches of the programme to MP3 frames, in process, as many at once as there are processors.

Each has an encoder of its own and is cut after its last whole frame. As it begins and ends in silence, what an encoder
carries from one frame to the next is silence too, so that the frames can stand one after the other as if one encoder
had made them. Where the cuts lie follows from the script alone: the file is the same on every machine, and a stretch
that did not change need not be encoded again.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from reader.assembler.mp3 import SAMPLES_PER_FRAME, frame_ends
from reader.assembler.programme import RATE, Stretch
from reader.assembler.resampling import resampled
from reader.cachefolder import CacheFolder
from reader.model import Clip

# Of LAME: this one leaves out its shaping of noise. At this bit rate there are bits to spare for one voice, so that
# the error is smaller without it (42 instead of 39 dB below the speech), and it takes half the time.
QUALITY = 7
BIT_RATE = 96  # kbit/s: right for speech in mono
MOST_BYTES = 200_000_000  # of the cache: some five hours of sound

LAST = 19  # among the threads that wait for a processor

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Encoded:
    """MP3 frames, and how many."""

    music: bytes
    count: int


def sound_folder(path: Path, most: int = MOST_BYTES) -> CacheFolder:
    """The folder of a cache of encoded stretches."""
    return CacheFolder(path, ".mp3part", most)


def encoded(stretches: Iterable[Stretch], cache: CacheFolder | None = None) -> Iterator[Encoded]:
    """Encode stretches, in order, at a constant bit rate; `cache` is where they are looked for first, and kept."""
    workers = os.cpu_count() or 1
    executor = ThreadPoolExecutor(workers, thread_name_prefix="encoder", initializer=_let_voices_go_first)
    waiting: deque[Future[Encoded]] = deque()
    try:
        for stretch in stretches:
            waiting.append(executor.submit(_encode, stretch, cache))
            while len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _let_voices_go_first() -> None:
    """Have this thread work when no voice wants the processor: two at work on one are slower than one after the other.

    Only Linux lets a thread have a rank of its own.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST)


def _encode(stretch: Stretch, cache: CacheFolder | None) -> Encoded:
    name = _name(stretch) if cache else ""
    music = cache.load(name) if cache else None
    if music is None:
        music = _mp3(stretch)
        if cache:
            cache.keep(name, music)
    return Encoded(music, len(frame_ends(music)))


def _mp3(stretch: Stretch) -> bytes:
    """The frames of a stretch: exactly as many as it fills, or if it is the last, all that the encoder gives."""
    import lameenc  # noqa: PLC0415  whoever only writes a script needs no encoder

    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(1)
    lame.set_in_sample_rate(RATE)
    lame.set_out_sample_rate(RATE)
    lame.set_bit_rate(BIT_RATE)
    lame.set_quality(QUALITY)
    music = bytes(lame.encode(b"".join(map(_pcm, stretch.parts)))) + bytes(lame.flush())
    return music if stretch.is_last else music[: frame_ends(music)[stretch.frames // SAMPLES_PER_FRAME - 1]]


def _pcm(part: int | Clip) -> bytes:
    return bytes(2 * part) if isinstance(part, int) else resampled(part.pcm, part.rate, RATE)


def _name(stretch: Stretch) -> str:
    """All that the frames of a stretch depend on."""
    parts = [
        str(part) if isinstance(part, int) else f"{part.rate}:{hashlib.sha256(part.pcm).hexdigest()}"
        for part in stretch.parts
    ]
    return "|".join([_makers(), str(stretch.is_last), *parts])


@cache
def _makers() -> str:
    """Who makes frames, and how: another encoder makes others of the same sound."""
    return f"{_FORMAT}|{metadata.version('lameenc')}|{metadata.version('av')}|{RATE}|{BIT_RATE}|{QUALITY}"
