"""Bring PCM from a voice's rate to the programme's."""

from __future__ import annotations

from functools import cache

import numpy as np

from reader.assembler.loudness import Samples

FULL_SCALE = 32_768
REACH = 16  # samples to each side from which one between them is made
SHARPNESS = 7.0  # of the window over them (Kaiser's beta): what is mirrored above the old rate is 70 dB down


def samples_of(pcm: bytes) -> Samples:
    """s16le PCM as samples between -1 and 1."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(FULL_SCALE)


def pcm_of(samples: Samples) -> bytes:
    """Samples as s16le PCM, rounded."""
    return np.rint(np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE - 1)).astype("<i2").tobytes()


def resampled(pcm: bytes, rate: int, target: int) -> Samples:
    """s16le mono PCM as samples at the target rate, exactly as long as it was (to the sample, rounded down)."""
    if rate == target or not pcm:
        return samples_of(pcm)
    return doubled(samples_of(pcm)) if 2 * rate == target else _converted(pcm, rate, target)


def doubled(samples: Samples) -> Samples:
    """Samples at twice their rate, which is that of most voices: the old ones, and between each two a new one."""
    padded = np.zeros(len(samples) + 2 * REACH - 1, np.float32)
    padded[REACH - 1 : REACH - 1 + len(samples)] = samples
    between = np.zeros(len(samples), np.float32)
    for distance, weight in enumerate(_weights()):
        left, right = REACH - 1 - distance, REACH + distance
        between += weight * (padded[left : left + len(samples)] + padded[right : right + len(samples)])
    sound = np.empty(2 * len(samples), np.float32)
    sound[::2], sound[1::2] = samples, between
    return sound


@cache
def _weights() -> tuple[np.float32, ...]:
    """By what the two samples at each distance from the middle between two count: a sinc, ended gently."""
    places = np.arange(REACH) + 0.5
    weights = np.sinc(places) * np.kaiser(2 * REACH, SHARPNESS)[REACH:]
    return tuple((weights / (2 * weights.sum())).astype(np.float32))


def _converted(pcm: bytes, rate: int, target: int) -> Samples:
    import av  # noqa: PLC0415  whoever only writes a script needs none of FFmpeg's libraries

    av.logging.set_level(None)
    source = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    source.sample_rate = rate
    source.planes[0].update(pcm)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=target)
    parts = [
        np.frombuffer(bytes(part.planes[0]), np.float32)[: part.samples]
        for part in [*resampler.resample(source), *resampler.resample(None)]
    ]
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    wanted = len(pcm) // 2 * target // rate
    return np.concatenate((sound[:wanted], np.zeros(max(0, wanted - len(sound)), np.float32)))
