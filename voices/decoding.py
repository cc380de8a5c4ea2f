"""Compressed speech from a service -> PCM, by FFmpeg's libraries in process (PyAV), imported only when needed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from reader.errors import VoiceError

if TYPE_CHECKING:
    from av import AudioFrame


class DamagedSoundError(VoiceError):
    """The bytes are not the sound they claim to be, or not all of it."""


def decode_mp3(mp3: bytes, rate: int) -> bytes:
    """The sound of an MP3 as s16le mono PCM at `rate`. Raises DamagedSoundError where a part cannot be decoded."""
    try:
        av = import_module("av")
    except ImportError as error:
        raise VoiceError("the voice's MP3 cannot be decoded without PyAV: install it with pip install av") from error
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    pcm = bytearray()
    try:
        with av.open(io.BytesIO(mp3), format="mp3") as container:
            for frame in container.decode(audio=0):
                _append(pcm, resampler.resample(frame))
        _append(pcm, resampler.resample(None))
    except (av.error.FFmpegError, IndexError, ValueError) as error:  # IndexError: it holds no audio at all
        raise DamagedSoundError("the voice's MP3 is damaged: it cannot be decoded; try again later") from error
    return bytes(pcm)


def _append(pcm: bytearray, frames: Iterable[AudioFrame]) -> None:
    for frame in frames:
        size = 2 * frame.samples  # the plane is padded beyond the samples
        pcm += memoryview(frame.planes[0])[:size]
