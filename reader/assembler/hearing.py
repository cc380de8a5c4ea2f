"""Listen to a finished MP3: decode every frame of it, and measure what a listener will hear.

Nothing that was known while it was made is used here. It is heard piece by piece, so that no length of it needs more
memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from reader.assembler.loudness import Energies, Samples, integrated, step_spectra, weighted
from reader.assembler.mp3 import SAMPLE_RATES, SAMPLES_PER_FRAME, Info, frame_ends, read_info
from reader.errors import AssemblyError

RATE = SAMPLE_RATES[0]
DECODER_DELAY = 529  # samples that every decoder puts before the first
HOP, STEP = RATE // 100, RATE // 10  # samples: of a level, and of an energy
PIECE = 20 * STEP  # few enough samples to stay in a processor's own memory
NEAR_PEAK = 0.8  # of the loudest sample: between fainter ones nothing higher can stand
MOST_NEAR_PEAK = 5_000
OVERSAMPLED = 4  # times, as BS.1770 wants it for a true peak
TAPS = 24
VOICED_HZ = (200, 8000)
FAINT = 1e-4
BLOCK_BYTES = 1 << 16
LARGEST_FRAME = 1441  # bytes

Watch = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard: `loudness` in LUFS, `true_peak` in dBTP, `samples` of sound at 44.1 kHz.

    `levels` is the loudest sample (full scale is 1) of every hundredth of a second, `flatness` how noisy each tenth of
    one is: 0 for a tone, more than a half for noise.
    """

    samples: int
    loudness: float
    true_peak: float
    levels: NDArray[np.float32]
    flatness: NDArray[np.float32]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples / RATE


@dataclass(frozen=True, slots=True)
class _Piece:
    energies: Energies
    flatness: NDArray[np.float32]
    levels: NDArray[np.float32]
    true_peak: float


class Listener:
    """Hears MP3 frames as they come. For one sound."""

    def __init__(self, delay: int) -> None:
        import av  # noqa: PLC0415  whoever only writes a script needs none of FFmpeg's libraries

        av.logging.set_level(None)
        self.frames = 0
        self._decoder = cast("av.AudioCodecContext", av.CodecContext.create("mp3float", "r"))
        self._digest = hashlib.sha256()
        self._skip = delay + DECODER_DELAY
        self._waiting: list[Samples] = []
        self._size = 0
        self._pieces: list[_Piece] = []
        self._before = np.zeros(2 * TAPS, np.float32)

    @property
    def digest(self) -> bytes:
        """Of all frames that were heard."""
        return self._digest.digest()

    def hear(self, music: bytes) -> None:
        """Hear whole frames. Raises AssemblyError where one gives no sound."""
        self._digest.update(music)
        self._decode(music)
        while self._size >= self._skip + PIECE:
            sound = np.concatenate(self._waiting)[self._skip :]
            self._measure(sound[:PIECE])
            self._skip = 0
            self._waiting, self._size = [sound[PIECE:]], len(sound) - PIECE

    def heard(self, samples: int) -> Heard:
        """All is heard; so many samples of it are the sound. Raises AssemblyError where that cannot be."""
        self._decode(None)
        left = samples - PIECE * len(self._pieces)
        sound = np.concatenate([*self._waiting, np.zeros(self._skip + PIECE, np.float32)])[self._skip :]
        if not 0 <= left <= PIECE or not samples:
            raise AssemblyError(f"{self.frames} frames were heard, which are not {samples} samples")
        if left:
            self._measure(sound[:left])  # a decoder may owe the last samples
        pieces = self._pieces
        last_peak = _true_peak(np.concatenate((self._before, np.zeros(2 * TAPS, np.float32))))
        return Heard(
            samples,
            integrated(np.concatenate([piece.energies for piece in pieces])),
            20 * float(np.log10(max(1e-6, last_peak, *(piece.true_peak for piece in pieces)))),
            np.concatenate([piece.levels for piece in pieces]),
            np.concatenate([piece.flatness for piece in pieces]),
        )

    def _decode(self, music: bytes | None) -> None:
        import av  # noqa: PLC0415

        try:
            packets = self._decoder.parse(music)
            for packet in packets if music is not None else [*packets, None]:
                for frame in self._decoder.decode(packet):
                    self._waiting.append(np.frombuffer(bytes(frame.planes[0]), np.float32)[: frame.samples])
                    self._size += frame.samples
                    self.frames += 1
        except av.error.FFmpegError as error:
            seconds = self.frames * SAMPLES_PER_FRAME / RATE
            raise AssemblyError(f"the MP3 cannot be decoded at {seconds:.1f} s") from error

    def _measure(self, samples: Samples) -> None:
        spectra = step_spectra(samples, STEP)
        padded = np.zeros(len(spectra) * STEP, np.float32)
        padded[: len(samples)] = np.abs(samples)
        levels = padded.reshape(-1, HOP).max(1)
        around = np.concatenate((self._before, samples))
        self._before = around[-2 * TAPS :]
        self._pieces.append(_Piece(weighted(spectra, RATE), _flatness(spectra), levels, _true_peak(around)))


def listen(path: Path, watch: Watch = lambda _done, _total: None) -> Heard:
    """Hear a whole MP3 of ours. Raises AssemblyError where it is none, is broken, or is not as long as it says."""
    stream = walk(path)
    listener = Listener(stream.info.delay)
    with path.open("rb") as file:
        file.seek(stream.start)
        while music := file.read(BLOCK_BYTES):
            listener.hear(music)
            watch(min(file.tell() - stream.start, stream.size), stream.size)
    return listener.heard(stream.samples)


@dataclass(frozen=True, slots=True)
class Stream:
    """The frames of a file after its tag and its Info frame: their bytes, number and digest, and what that says."""

    start: int
    size: int
    frames: int
    digest: bytes
    info: Info

    @property
    def samples(self) -> int:
        """Of sound."""
        return self.frames * SAMPLES_PER_FRAME - self.info.delay - self.info.padding


def walk(path: Path) -> Stream:
    """Walk through the frames of an MP3 of ours. Raises AssemblyError unless its Info frame counts them right."""
    digest, frames, kept = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        file.seek(_tag_size(file.read(10)))
        begin = file.tell()
        first = file.read(LARGEST_FRAME)
        info = read_info(first)
        start = begin + frame_ends(first)[0] if info else begin
        file.seek(start)
        while block := file.read(BLOCK_BYTES):
            ends = frame_ends(kept + block)
            whole = ends[-1] if ends else 0
            digest.update((kept + block)[:whole])
            frames += len(ends)
            kept = (kept + block)[whole:]
        size = file.tell() - start
    if info is None or kept:
        raise AssemblyError(f"{path.name} is broken: {len(kept)} bytes in it are no MP3 frame")
    if info.frames != frames or info.size != size + start - begin:
        raise AssemblyError(f"{path.name} has not as many frames and bytes as its Info header says")
    return Stream(start, size, frames, digest.digest(), info)


def _tag_size(head: bytes) -> int:
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def _flatness(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """The geometric over the arithmetic mean of the spectrum where voices are."""
    low, high = (hertz * STEP // RATE for hertz in VOICED_HZ)
    band = spectra[:, low:high] + np.float32(1e-15)
    means: NDArray[np.float32] = np.exp(np.log(band).mean(1)) / band.mean(1)
    return means


def _true_peak(samples: Samples) -> float:
    """The highest point of the curve through samples, looked for around the loudest of them.

    The outermost of them are only there for the curve between the others: each piece is given those before it.
    """
    inner = np.abs(samples[TAPS:-TAPS])
    loudest = float(inner.max(initial=0))
    near = np.flatnonzero(inner >= max(NEAR_PEAK * loudest, FAINT))
    if len(near) > MOST_NEAR_PEAK:
        near = near[np.argpartition(inner[near], -MOST_NEAR_PEAK)[-MOST_NEAR_PEAK:]]
    around = samples[near[:, None] + np.arange(1, 2 * TAPS + 1)]  # from TAPS - 1 before to TAPS after each
    return max(loudest, float(np.abs(np.einsum("ij,jk->ik", around, _between())).max(initial=0)))


@cache
def _between() -> NDArray[np.float32]:
    """What gives the points between a sample and the next, and between it and the one before, from those around it."""
    offsets = np.arange(-TAPS + 1, TAPS + 1, dtype=np.float64)
    places = [sign * step / OVERSAMPLED for step in range(1, OVERSAMPLED) for sign in (1, -1)]
    columns = [np.sinc(offsets - place) * np.cos(np.pi * (offsets - place) / (2 * TAPS + 2)) ** 2 for place in places]
    return np.array(columns, np.float32).T
