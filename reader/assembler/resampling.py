"""Bring PCM from a voice's rate to the programme's."""

from __future__ import annotations


def resampled(pcm: bytes, rate: int, target: int) -> bytes:
    """s16le mono PCM at the target rate, exactly as long as it was (to the frame, rounded down)."""
    if rate == target or not pcm:
        return pcm
    import av  # noqa: PLC0415  whoever only writes a script needs none of FFmpeg's libraries

    av.logging.set_level(None)
    frames = len(pcm) // 2
    source = av.AudioFrame(format="s16", layout="mono", samples=frames)
    source.sample_rate = rate
    source.planes[0].update(pcm)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=target)
    parts = [
        bytes(part.planes[0])[: 2 * part.samples] for part in [*resampler.resample(source), *resampler.resample(None)]
    ]
    wanted = 2 * (frames * target // rate)
    return b"".join(parts)[:wanted].ljust(wanted, b"\0")
