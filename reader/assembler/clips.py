"""A clip without the silence around it, and without a click where it begins and ends."""

from __future__ import annotations

import array
import sys
from collections.abc import Sequence
from dataclasses import replace

from reader.errors import AssemblyError
from reader.model import Clip

THRESHOLD = 90  # about -51 dBFS: quieter is silence
KEPT_MS = 15
FADE_MS = 3


def trimmed(clip: Clip) -> Clip:
    """Cut the silence at both ends of a clip but for a breath, and move its marks along.

    Raises AssemblyError for a clip that is silent from end to end.
    """
    samples = _samples(clip.pcm)
    kept = clip.rate * KEPT_MS // 1000
    first = _first_loud(samples)
    if first is None:
        raise AssemblyError(f"the clip of line {clip.line + 1} is silent")
    last = len(samples) - (_first_loud(samples[::-1]) or 0)
    start, end = max(0, first - kept), min(len(samples), last + kept)
    cropped = samples[start:end]
    _fade(cropped, clip.rate * FADE_MS // 1000)
    marks = tuple(replace(m, frame=min(max(0, m.frame - start), end - start)) for m in clip.marks)
    return replace(clip, pcm=_pcm(cropped), marks=marks)


def _first_loud(samples: Sequence[int]) -> int | None:
    return next((i for i, sample in enumerate(samples) if sample > THRESHOLD or sample < -THRESHOLD), None)


def _fade(samples: array.array[int], length: int) -> None:
    length = min(length, len(samples) // 2)
    for i in range(length):
        samples[i] = samples[i] * i // length
        samples[-1 - i] = samples[-1 - i] * i // length


def _samples(pcm: bytes) -> array.array[int]:
    samples = array.array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _pcm(samples: array.array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
