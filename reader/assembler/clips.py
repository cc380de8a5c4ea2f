"""A clip without the silence around it, and without a click where it begins and ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reader.errors import AssemblyError
from reader.model import Clip

THRESHOLD = 90  # about -51 dBFS: quieter is silence
KEPT_MS = 15
FADE_MS = 3


def trimmed(clip: Clip) -> Clip:
    """Cut the silence at both ends of a clip but for a breath, and move its marks along.

    Raises AssemblyError for a clip that is silent from end to end.
    """
    samples = np.frombuffer(clip.pcm, "<i2")
    kept = clip.rate * KEPT_MS // 1000
    loud = np.flatnonzero((samples > THRESHOLD) | (samples < -THRESHOLD))
    if not len(loud):
        raise AssemblyError(f"the clip of line {clip.line + 1} is silent")
    start, end = max(0, int(loud[0]) - kept), min(len(samples), int(loud[-1]) + 1 + kept)
    cropped = samples[start:end].copy()
    length = min(clip.rate * FADE_MS // 1000, len(cropped) // 2)
    if length:
        fade = np.arange(length, dtype=np.float32) / np.float32(length)
        cropped[:length] = cropped[:length] * fade
        cropped[-length:] = cropped[-length:] * fade[::-1]
    marks = tuple(replace(m, frame=min(max(0, m.frame - start), end - start)) for m in clip.marks)
    return replace(clip, pcm=cropped.tobytes(), marks=marks)
