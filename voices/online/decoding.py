"""The sound of a service -> PCM, by FFmpeg's libraries in process (PyAV), and the proof that all of it arrived.

A decoder is content with half a file, and with two. So the form is read first: an MP3 must be whole frames from end to
end, one sound, and as many frames as it says itself; a WAV must hold the bytes that its header promises. Then what was
decoded must be as long as that.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from reader.errors import VoiceError

if TYPE_CHECKING:
    from av import AudioFrame

Container = Literal["mp3", "wav", "flac", "ogg"]

LONGEST_S = 1200
PADDING_S = 0.25  # of what encoders add and decoders take away at both ends
LOWEST_RATE, HIGHEST_RATE = 8000, 192_000

# Of layer III, in kbit/s: MPEG 1, then MPEG 2 and 2.5. Zero stands for none.
_BIT_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
)
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000, 0), 2: (22_050, 24_000, 16_000, 0), 0: (11_025, 12_000, 8000, 0)}
_MPEG_1, _MONO = 3, 3
_ID3_V1_BYTES = 128
_STREAMED = 0x7FFF_0000  # a WAV of unknown length says so by a size as large as can be, or by none
_OGG_PAGE, _OGG_HEADER_BYTES, _FIRST_PAGE = b"OggS", 27, 2


class DamagedSoundError(VoiceError):
    """The bytes are not the sound they claim to be, not all of it, or more than it."""

    def __init__(self, container: Container, problem: str) -> None:
        super().__init__(f"the voice's {container.upper()} is damaged: {problem}; try again later")


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame of an MP3. `count` is how many frames it says will follow, if it is a header in place of sound."""

    bytes: int
    seconds: float
    is_header: bool = False
    count: int = 0


def decode_mp3(mp3: bytes, rate: int) -> bytes:
    """The sound of an MP3 as s16le mono PCM at `rate`. Raises DamagedSoundError unless it is one whole sound."""
    return decode(mp3, "mp3", rate)


def decode(sound: bytes, container: Container, rate: int) -> bytes:
    """The sound of a file as s16le mono PCM at `rate`. Raises DamagedSoundError unless it is one whole sound."""
    promised = promised_seconds(sound, container)
    try:
        av = import_module("av")
    except ImportError as error:
        raise VoiceError("the voice's sound cannot be decoded without PyAV: install it with pip install av") from error
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    pcm = bytearray()
    try:
        with av.open(io.BytesIO(sound), format=container) as file:
            if not LOWEST_RATE <= file.streams.audio[0].rate <= HIGHEST_RATE:
                raise DamagedSoundError(container, "no speech has its rate")
            for frame in file.decode(audio=0):
                _append(pcm, resampler.resample(frame))
                if len(pcm) > 2 * rate * LONGEST_S:
                    raise DamagedSoundError(container, f"it is longer than {LONGEST_S} seconds")
        _append(pcm, resampler.resample(None))
    except (av.error.FFmpegError, IndexError, ValueError) as error:  # IndexError: it holds no audio at all
        raise DamagedSoundError(container, "it cannot be decoded") from error
    if promised is not None and abs(len(pcm) / (2 * rate) - promised) > PADDING_S:
        raise DamagedSoundError(container, "not all of it can be decoded")
    return bytes(pcm)


def promised_seconds(sound: bytes, container: Container) -> float | None:
    """How long a file is by its form, before it is decoded; None where its form does not say.

    Raises DamagedSoundError where the form is broken, cut short, or that of two files.
    """
    if container == "mp3":
        return _mp3_seconds(sound)
    if container == "wav":
        return _wav_seconds(sound)
    if container == "flac":
        return _flac_seconds(sound)
    _check_pages(sound)
    return None


def container_of(sound: bytes) -> Container | None:
    """What kind of file the bytes are by how they begin; None for what is none of these, such as bare PCM."""
    if sound[:4] == b"RIFF" and sound[8:12] == b"WAVE":
        return "wav"
    if sound[:4] == b"fLaC":
        return "flac"
    if sound[:4] == _OGG_PAGE:
        return "ogg"
    first = _frame(sound, 0)
    is_mp3 = sound[:3] == b"ID3" or (first is not None and _frame(sound, first.bytes) is not None)
    return "mp3" if is_mp3 else None


def _append(pcm: bytearray, frames: Iterable[AudioFrame]) -> None:
    for frame in frames:
        size = 2 * frame.samples  # the plane is padded beyond the samples
        pcm += memoryview(frame.planes[0])[:size]


def _mp3_seconds(mp3: bytes) -> float:
    half = len(mp3) // 2
    if mp3 and mp3[:half] == mp3[half:]:
        raise DamagedSoundError("mp3", "it is the same sound twice")
    first, *others = _frames(mp3)
    if any(frame.is_header for frame in others):
        raise DamagedSoundError("mp3", "it is two sounds")
    if not first.is_header:
        return first.seconds + sum(frame.seconds for frame in others)
    if first.count and abs(first.count - len(others)) > 1:  # some encoders count the header, too
        raise DamagedSoundError("mp3", f"{first.count} frames are promised, and {len(others)} came")
    return sum(frame.seconds for frame in others)


def _frames(mp3: bytes) -> Iterator[_Frame]:
    """Every frame of an MP3. Raises DamagedSoundError unless there are some, and nothing but tags around them."""
    at = _id3_bytes(mp3)
    end = len(mp3) - (_ID3_V1_BYTES if mp3[-_ID3_V1_BYTES:].startswith(b"TAG") else 0)
    if at >= end:
        raise DamagedSoundError("mp3", "it holds no sound")
    while at < end:
        frame = _frame(mp3, at)
        if frame is None:
            raise DamagedSoundError("mp3", "it holds something that is no sound")
        at += frame.bytes
        if at > end:
            raise DamagedSoundError("mp3", "it breaks off")
        yield frame


def _id3_bytes(mp3: bytes) -> int:
    """The size of the tag at the beginning, whose bytes have seven bits."""
    if not mp3.startswith(b"ID3") or len(mp3) < 10:
        return 0
    a, b, c, d = mp3[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d)


def _frame(mp3: bytes, at: int) -> _Frame | None:
    """The frame at a place, if its header is one of layer III."""
    if len(mp3) < at + 4 or mp3[at] != 0xFF or mp3[at + 1] & 0xE6 != 0xE2:
        return None
    version = mp3[at + 1] >> 3 & 3
    bit_rate = 1000 * _BIT_RATES[version != _MPEG_1][mp3[at + 2] >> 4]
    rate = _SAMPLE_RATES.get(version, (0, 0, 0, 0))[mp3[at + 2] >> 2 & 3]
    if not bit_rate or not rate:
        return None
    samples = 1152 if version == _MPEG_1 else 576
    size = samples // 8 * bit_rate // rate + (mp3[at + 2] >> 1 & 1)
    is_mono = mp3[at + 3] >> 6 == _MONO
    side = (17 if is_mono else 32) if version == _MPEG_1 else (9 if is_mono else 17)
    header = mp3[at + 4 + side : at + 16 + side]
    if header[:4] not in (b"Xing", b"Info"):
        return _Frame(size, samples / rate)
    has_count = len(header) == 12 and header[7] & 1
    return _Frame(size, samples / rate, is_header=True, count=int.from_bytes(header[8:]) if has_count else 0)


def _wav_seconds(wav: bytes) -> float:
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise DamagedSoundError("wav", "it is something else")
    at, bytes_a_second = 12, 0
    while at + 8 <= len(wav):
        name, size = struct.unpack_from("<4sI", wav, at)
        at += 8
        if name == b"fmt " and at + 16 <= len(wav):
            bytes_a_second = struct.unpack_from("<I", wav, at + 8)[0]
        if name == b"data":
            return _data_seconds(wav, at, size, bytes_a_second)
        at += size + size % 2
    raise DamagedSoundError("wav", "it breaks off before its sound")


def _data_seconds(wav: bytes, at: int, size: int, bytes_a_second: int) -> float:
    if not bytes_a_second:
        raise DamagedSoundError("wav", "it does not say what its sound is")
    came = len(wav) - at
    if size == 0 or size >= _STREAMED:
        if wav.find(b"WAVEfmt ", at) > 0:
            raise DamagedSoundError("wav", "it is two sounds")
        return came / bytes_a_second
    if size > came:
        raise DamagedSoundError("wav", f"{size} bytes of sound are promised, and {came} came")
    if wav.find(b"WAVEfmt ", at + size) > 0:
        raise DamagedSoundError("wav", "it is two sounds")
    return float(size / bytes_a_second)


def _flac_seconds(flac: bytes) -> float | None:
    """The samples that a FLAC promises in its first block, which a stream may leave open."""
    if not flac.startswith(b"fLaC") or len(flac) < 26:
        raise DamagedSoundError("flac", "it is something else")
    if flac.count(b"fLaC") > 1:
        raise DamagedSoundError("flac", "it is two sounds")
    facts = int.from_bytes(flac[18:26])
    rate, samples = facts >> 44, facts & (1 << 36) - 1
    return samples / rate if rate and samples else None


def _check_pages(ogg: bytes) -> None:
    """Walk from page to page of an Ogg file, each of which tells the sizes of its segments."""
    at = streams = 0
    while at < len(ogg):
        segments = at + _OGG_HEADER_BYTES
        if ogg[at : at + 4] != _OGG_PAGE or segments > len(ogg):
            raise DamagedSoundError("ogg", "it holds something that is no sound")
        streams += ogg[at + 5] & _FIRST_PAGE != 0
        end = segments + ogg[segments - 1]
        at = end + sum(ogg[segments:end])
    if at > len(ogg):
        raise DamagedSoundError("ogg", "it breaks off")
    if streams != 1:
        raise DamagedSoundError("ogg", "it does not hold exactly one sound")
