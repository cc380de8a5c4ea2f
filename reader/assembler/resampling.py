"""Bring PCM from a voice's rate to the programme's."""

from __future__ import annotations


class Resampler:
    """Converts s16le mono PCM, one clip at a time; no clip's sound reaches into the next."""

    def __init__(self, rate: int) -> None:
        import av  # noqa: PLC0415  whoever only writes a script needs none of FFmpeg's libraries

        av.logging.set_level(None)
        self._rate = rate
        self._av = av

    def convert(self, pcm: bytes, rate: int) -> bytes:
        """`pcm` at the target rate, exactly as long as it was (to the frame, rounded down)."""
        if rate == self._rate or not pcm:
            return pcm
        frames = len(pcm) // 2
        source = self._av.AudioFrame(format="s16", layout="mono", samples=frames)
        source.sample_rate = rate
        source.planes[0].update(pcm)
        resampler = self._av.AudioResampler(format="s16", layout="mono", rate=self._rate)
        parts = [
            bytes(part.planes[0])[: 2 * part.samples]
            for part in [*resampler.resample(source), *resampler.resample(None)]
        ]
        wanted = 2 * (frames * self._rate // rate)
        return b"".join(parts)[:wanted].ljust(wanted, b"\0")
