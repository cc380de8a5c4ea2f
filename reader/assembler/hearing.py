"""Listen to a finished MP3: decode every frame of it, and measure what a listener will hear.

Nothing that was known while it was made is used here. It is heard piece by piece, so that no length of it needs more
memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.assembler.loudness import Energies, Samples, integrated, step_spectra, weighted
from reader.assembler.mp3 import SAMPLE_RATES, SAMPLES_PER_FRAME, Info, frame_ends, read_info
from reader.errors import AssemblyError

RATE = SAMPLE_RATES[0]
HOP, STEP = RATE // 100, RATE // 10  # samples: of a level, and of an energy
MOST_WAITING = 8  # pieces
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


def listen(path: Path, watch: Watch = lambda _done, _total: None) -> Heard:
    """Hear a whole MP3 of ours. Raises AssemblyError where it is none, is broken, or is not as long as it says."""
    stream = walk(path)
    heard: list[_Piece] = []
    # One thread decodes and another measures. Each piece is given the last samples of the one before.
    with ThreadPoolExecutor(1, thread_name_prefix="listener") as executor:
        waiting: deque[Future[_Piece]] = deque()
        samples = 0
        for before, piece in pairwise(_pieces(path)):
            samples += len(piece)
            waiting.append(executor.submit(_measured, before[-2 * TAPS :], piece))
            if len(waiting) > MOST_WAITING:
                heard.append(waiting.popleft().result())
            watch(samples, stream.samples)
        heard.extend(future.result() for future in waiting)
    if samples != stream.samples or not heard:
        raise AssemblyError(f"{path.name} gives {samples} samples of sound, but should have {stream.samples}")
    return Heard(
        samples,
        integrated(np.concatenate([piece.energies for piece in heard])),
        20 * float(np.log10(max(1e-6, *(piece.true_peak for piece in heard)))),
        np.concatenate([piece.levels for piece in heard]),
        np.concatenate([piece.flatness for piece in heard]),
    )


def _pieces(path: Path) -> Iterator[Samples]:
    """Silence, and then the sound without what its encoder put around it, in pieces of two seconds."""
    import soundfile  # noqa: PLC0415  whoever only writes a script needs no decoder

    yield np.zeros(2 * TAPS, np.float32)
    try:
        with soundfile.SoundFile(path) as file:
            yield from file.blocks(PIECE, dtype="float32")
    except soundfile.LibsndfileError as error:
        raise AssemblyError(f"{path.name} cannot be decoded: {error.error_string}") from error


def _measured(before: Samples, samples: Samples) -> _Piece:
    spectra = step_spectra(samples, STEP)
    padded = np.zeros(len(spectra) * STEP, np.float32)
    padded[: len(samples)] = np.abs(samples)
    levels = padded.reshape(-1, HOP).max(1)
    true_peak = _true_peak(np.concatenate((before, samples)))
    return _Piece(weighted(spectra, RATE), _flatness(spectra), levels, true_peak)


@dataclass(frozen=True, slots=True)
class Stream:
    """The frames of a file after its tag and its Info frame: how many they are, and what that says."""

    frames: int
    info: Info

    @property
    def samples(self) -> int:
        """Of sound."""
        return self.frames * SAMPLES_PER_FRAME - self.info.delay - self.info.padding


def walk(path: Path) -> Stream:
    """Walk through the frames of an MP3 of ours. Raises AssemblyError unless its Info frame counts them right."""
    frames, kept = 0, b""
    with path.open("rb") as file:
        file.seek(_tag_size(file.read(10)))
        begin = file.tell()
        first = file.read(LARGEST_FRAME)
        info = read_info(first)
        start = begin + frame_ends(first)[0] if info else begin
        file.seek(start)
        while block := file.read(BLOCK_BYTES):
            kept += block
            ends = frame_ends(kept)
            frames += len(ends)
            kept = kept[ends[-1] :] if ends else kept
            if len(kept) > LARGEST_FRAME:
                break  # these bytes are no frame, whatever follows
        end = file.tell()
    if info is None or kept:
        raise AssemblyError(f"{path.name} is broken: there are bytes in it that are no MP3 frame")
    if info.frames != frames or info.size != end - begin:
        raise AssemblyError(f"{path.name} has not as many frames and bytes as its Info header says")
    return Stream(frames, info)


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
