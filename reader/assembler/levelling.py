"""Bring a programme to its loudness: one gain for each voice, and a limiter for what would then be too loud.

All that the gains depend on is measured as the clips arrive, in hops of 5 ms: their peaks, and their K-weighted
energies. What the limiter will do to them is computed from that alone, so that the sound itself is touched once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.assembler.loudness import Energies, Samples, integrated, step_spectra, weighted

HOPS_PER_SECOND = 200
HOPS_A_STEP = 20
SMOOTHED = 1  # hops to each side over which the limiter moves: it is as slow as a voice's deepest tone
HELD = SMOOTHED + 1
LOWEST_GAIN, HIGHEST_GAIN = -60.0, 40.0  # dB
MOST_LIMITED = 12.0  # dB beyond the plain gain: a voice is not pressed flat to be louder
GRAIN = 0.25  # dB: gains come in such steps, so that a corrected sentence leaves the others as they are
NEAR_ENOUGH = 0.02  # LU
MOST_ROUNDS = 12

UNLIMITED = 200.0  # dB: a ceiling that nothing reaches
HOPS_A_BATCH = 60_000  # five minutes

Hops = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Levels:
    """The peak (full scale is 1) and the K-weighted mean square of each hop of a sound."""

    peaks: Hops
    energies: Hops


@dataclass(frozen=True, slots=True)
class Part:
    """So many hops of one voice (None: of nobody, a pause); `levels` gives them, from wherever they wait."""

    name: str | None
    hops: int
    levels: Callable[[], Levels]


def levels_of(samples: Samples, rate: int) -> Levels:
    """The levels of a sound: between -1 and 1, at `rate` a second."""
    hops = _in_hops(samples, rate)
    shares = np.einsum("ij,ij->i", hops, hops) / hops.shape[1]
    steps = weighted(step_spectra(samples, HOPS_A_STEP * hops.shape[1]), rate)
    padded = np.zeros(len(steps) * HOPS_A_STEP, np.float32)
    padded[: len(shares)] = shares
    by_step = padded.reshape(len(steps), HOPS_A_STEP)
    by_step *= (steps / np.maximum(by_step.mean(1), 1e-12))[:, None].astype(np.float32)
    return Levels(np.abs(hops).max(1), by_step.ravel()[: len(shares)])


def to_bytes(levels: Levels) -> bytes:
    """Levels as bytes."""
    return levels.peaks.tobytes() + levels.energies.tobytes()


def from_bytes(data: bytes) -> Levels:
    """Levels from such bytes."""
    both = np.frombuffer(data, np.float32).reshape(2, -1)
    return Levels(both[0], both[1])


def silence(hops: int) -> Levels:
    """The levels of a pause."""
    return Levels(np.zeros(hops, np.float32), np.zeros(hops, np.float32))


def gains_for(parts: Sequence[Part], loudness: float, ceiling: float) -> dict[str, float]:
    """The gain of each voice, in dB, that makes every voice as loud as the others, and all of them `loudness` LUFS.

    `parts` are the programme in order. `ceiling` is where the limiter stands, in dB of full scale.
    """
    by_voice: dict[str, list[Part]] = {}
    for part in parts:
        if part.name is not None:
            by_voice.setdefault(part.name, []).append(part)
    aim = loudness
    gains: dict[str, float] = {}
    for _ in range(3):
        gains = {name: _gain_for(name, own, aim, ceiling, gains.get(name)) for name, own in by_voice.items()}
        missed = loudness - _loudness(parts, gains, ceiling)
        if abs(missed) < NEAR_ENOUGH:
            break
        aim += missed
    return {name: round(gain / GRAIN) * GRAIN for name, gain in gains.items()}


def levelled(samples: Samples, rate: int, gain: float, ceiling: float) -> Samples:
    """A sound with its gain, and below the ceiling in every sample (both in dB)."""
    hops = _in_hops(samples, rate)
    curve = _limited(np.abs(hops).max(1), np.float32(_factor(gain)), ceiling)
    edges = np.concatenate((curve[:1], (curve[1:] + curve[:-1]) / 2, curve[-1:]))
    rise = (np.arange(hops.shape[1], dtype=np.float32) + 0.5) / hops.shape[1]
    shaped: NDArray[np.float32] = hops * (edges[:-1, None] + np.diff(edges)[:, None] * rise)
    return shaped.ravel()[: len(samples)]


def _gain_for(name: str, parts: Sequence[Part], loudness: float, ceiling: float, guess: float | None) -> float:
    """The gain that gives a voice a loudness. It falls short where that would press it flat."""
    plain = loudness - _loudness(parts, {name: 0.0}, UNLIMITED)
    least, most = max(plain, LOWEST_GAIN), min(plain + MOST_LIMITED, HIGHEST_GAIN)
    gain = float(np.clip(plain if guess is None else guess, least, most))
    slope = 1.0
    before: tuple[float, float] | None = None
    for _ in range(MOST_ROUNDS):
        reached = _loudness(parts, {name: gain}, ceiling)
        if abs(loudness - reached) < NEAR_ENOUGH:
            break
        if before is not None and gain != before[0]:
            slope = float(np.clip((reached - before[1]) / (gain - before[0]), 0.2, 1.0))
        before = gain, reached
        gain = float(np.clip(gain + (loudness - reached) / slope, least, most))
    return gain


def _loudness(parts: Sequence[Part], gains: Mapping[str, float], ceiling: float) -> float:
    """How loud parts that follow each other will be with the gains of their voices, and limited."""
    return integrated(np.concatenate([_steps(batch, gains, ceiling) for batch in _batches(parts)]))


def _batches(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts in lists of some minutes each: no length of a programme needs more memory at once."""
    batch: list[Part] = []
    hops = 0
    for part in parts:
        batch.append(part)
        hops += part.hops
        if hops >= HOPS_A_BATCH:
            yield batch
            batch, hops = [], 0
    if batch:
        yield batch


def _steps(batch: Sequence[Part], gains: Mapping[str, float], ceiling: float) -> Energies:
    """The energies of a batch with its gains, and limited, in steps of a tenth of a second."""
    levels = [part.levels() for part in batch]
    factors = [np.full(part.hops, _factor(gains[part.name] if part.name else 0.0), np.float32) for part in batch]
    peaks = np.concatenate([one.peaks for one in levels])
    energies = np.concatenate([one.energies for one in levels])
    energies *= _limited(peaks, np.concatenate(factors), ceiling) ** 2
    whole = len(energies) // HOPS_A_STEP * HOPS_A_STEP
    steps = energies[:whole].reshape(-1, HOPS_A_STEP).mean(1, dtype=np.float64)
    return np.append(steps, energies[whole:].sum(dtype=np.float64) / HOPS_A_STEP) if whole < len(energies) else steps


def _limited(peaks: Hops, gain: NDArray[np.float32] | np.float32, ceiling: float) -> Hops:
    """By what each hop is multiplied so that none of its samples exceeds the ceiling.

    The least of a neighbourhood, then smoothed over a narrower one: wherever the curve moves, it is low enough.
    """
    wanted: Hops = np.minimum(gain, np.float32(_factor(ceiling)) / np.maximum(peaks, np.float32(1e-9)))
    held = wanted
    for shift in range(1, HELD + 1):
        held = np.minimum(held, np.minimum(_shifted(wanted, shift), _shifted(wanted, -shift)))
    smooth: Hops = held.copy()
    for shift in range(1, SMOOTHED + 1):
        smooth += _shifted(held, shift) + _shifted(held, -shift)
    smooth /= np.float32(2 * SMOOTHED + 1)
    return smooth


def _shifted(hops: Hops, by: int) -> Hops:
    """Hops moved to one side, the outermost one repeated."""
    if len(hops) <= abs(by):
        return np.full_like(hops, hops.min())
    if by > 0:
        return np.concatenate((hops[:1].repeat(by), hops[:-by]))
    return np.concatenate((hops[-by:], hops[-1:].repeat(-by)))


def hop_count(samples: int, rate: int) -> int:
    """How many hops so many samples are, the last one filled up with silence."""
    return max(1, -(-samples // (rate // HOPS_PER_SECOND)))


def _in_hops(samples: Samples, rate: int) -> NDArray[np.float32]:
    length, count = rate // HOPS_PER_SECOND, hop_count(len(samples), rate)
    padded = np.zeros(count * length, np.float32)
    padded[: len(samples)] = samples
    return padded.reshape(count, length)


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))
