"""PCM to MP3 frames, in process, as the sound is made."""

from __future__ import annotations

QUALITY = 5  # LAME's own middle: better costs twice the time and cannot be heard in speech


class Encoder:
    """Encodes s16le mono PCM at a constant bit rate. For one recording."""

    def __init__(self, rate: int, bit_rate: int) -> None:
        import lameenc  # noqa: PLC0415  whoever only writes a script needs no encoder

        self._lame = lameenc.Encoder()
        self._lame.silence()
        self._lame.set_channels(1)
        self._lame.set_in_sample_rate(rate)
        self._lame.set_out_sample_rate(rate)
        self._lame.set_bit_rate(bit_rate)
        self._lame.set_quality(QUALITY)

    def encode(self, pcm: bytes) -> bytes:
        """The MP3 frames that are complete by now."""
        return bytes(self._lame.encode(pcm)) if pcm else b""

    def finish(self) -> bytes:
        """The last frames."""
        return bytes(self._lame.flush())
