"""How loud something sounds: after ITU-R BS.1770, from the energies of steps of a tenth of a second.

The K-weighting is applied to the spectrum of each step instead of to its samples: the same to a hundredth of a decibel,
and quick.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Energies = NDArray[np.float64]

WINDOW = 4  # steps: a loudness is one of 400 ms
SILENT_LUFS = -70.0  # below, nothing counts
RELATIVE_GATE_LU = -10.0
OFFSET = -0.691
SILENCE = 1e-12  # the energy of nothing at all: a logarithm needs some

# Both stages of the K-weighting as the standard gives them, for 48 kHz: the numerator and denominator of each.
_STAGES_AT = 48_000
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


def lufs(energy: float) -> float:
    """A mean square of K-weighted sound (full scale is 1) as a loudness."""
    return OFFSET + 10 * float(np.log10(max(energy, SILENCE)))


def step_spectra(samples: Samples, length: int) -> NDArray[np.float32]:
    """The power spectrum of each step of so many samples; the sum of a row is its mean square.

    The last step is filled up with silence. `samples` are between -1 and 1.
    """
    steps = -(-len(samples) // length)
    padded = np.zeros(steps * length, np.float32)
    padded[: len(samples)] = samples
    spectra = np.fft.rfft(padded.reshape(steps, length))
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32, copy=False)
    power[:, 1 : (length + 1) // 2] *= 2  # the other half of the spectrum
    power /= np.float32(length) ** 2
    return power


def weighted(spectra: NDArray[np.float32], rate: int) -> Energies:
    """The K-weighted mean square of each step of a sound of `rate` samples a second."""
    energies: Energies = np.einsum("ij,j->i", spectra, weights(rate, spectra.shape[1])).astype(np.float64)
    return energies


def integrated(steps: Energies) -> float:
    """The gated loudness, in LUFS, of steps that follow each other; of less than 400 ms, their plain loudness."""
    if len(steps) < WINDOW:
        return lufs(float(steps.mean())) if len(steps) else lufs(0)
    sums = np.cumsum(np.concatenate(([0.0], steps)))
    windows = (sums[WINDOW:] - sums[:-WINDOW]) / WINDOW
    heard = windows[windows > _energy(SILENT_LUFS)]
    if not len(heard):
        return lufs(float(windows.mean()))
    heard = heard[heard > _energy(lufs(float(heard.mean())) + RELATIVE_GATE_LU)]
    return lufs(float(heard.mean()))


@cache
def weights(rate: int, bands: int) -> NDArray[np.float32]:
    """By what the K-weighting multiplies the power in each band, from 0 Hz to half of the rate."""
    turns = np.exp(-2j * np.pi * np.linspace(0, rate / 2, bands) / _STAGES_AT)
    gain = np.ones(len(turns))
    for above, below in _STAGES:
        gain *= np.abs(np.polyval(above[::-1], turns) / np.polyval(below[::-1], turns)) ** 2
    return gain.astype(np.float32)


def _energy(loudness: float) -> float:
    return float(10 ** ((loudness - OFFSET) / 10))
