"""MP3 frames, and the Info frame: a silent first one that tells players the exact length, and what to cut at both ends.

After the layout that LAME writes (Xing's header with LAME's extension), for MPEG-1 Layer III in mono.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

SAMPLES_PER_FRAME = 1152
ENCODER_DELAY = 576  # frames of sound that LAME puts before the first
SIDE_INFO_BYTES = 17  # of a mono frame
BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, by their index
SAMPLE_RATES = (44_100, 48_000, 32_000)
SYNC, LAYER_3, NO_CHECKSUM = 0xFF, 0xFA, 0xFE  # the first byte of a frame; the second one; its last bit may be either
FORBIDDEN = (0, 15)  # bit rates that no frame may have
INFO_BYTES = 156  # of the Info frame, after its side information
ALL_FIELDS = 0x0F  # frames, bytes, table of contents, quality
CONSTANT_BIT_RATE = 1
LOWPASS_HZ = 15_100  # what LAME cuts at 96 kbit/s mono


class Info(NamedTuple):
    """What an Info frame says: how many frames and bytes there are (the bytes with its own), and what to cut off."""

    frames: int
    size: int
    delay: int
    padding: int


def frame_ends(music: bytes) -> list[int]:
    """Where each MP3 frame ends, in bytes; they are all of MPEG-1 Layer III, and stand one after the other.

    Where bytes go on that are no such frame, or only a part of one, the list ends.
    """
    ends = []
    position = 0
    while position + 2 < len(music) and music[position] == SYNC and music[position + 1] & NO_CHECKSUM == LAYER_3:
        third = music[position + 2]
        if third >> 4 in FORBIDDEN or third >> 2 & 3 == len(SAMPLE_RATES):
            break
        bit_rate, rate, padding = BIT_RATES[third >> 4], SAMPLE_RATES[third >> 2 & 3], third >> 1 & 1
        position += 144 * 1000 * bit_rate // rate + padding
        if position > len(music):
            break
        ends.append(position)
    return ends


def read_info(frame: bytes) -> Info | None:
    """What an Info frame says; None where a frame is none."""
    body = frame[4 + SIDE_INFO_BYTES :]
    if body[:4] != b"Info" or len(body) < INFO_BYTES:
        return None
    frames, size = struct.unpack_from(">II", body, 8)
    cut = int.from_bytes(body[141:144], "big")
    return Info(frames, size, cut >> 12, cut & 0xFFF)


def info_frame(bit_rate: int, rate: int, *, frames: int, music_bytes: int, sound_frames: int) -> bytes:
    """The Info frame for MP3 frames of so many bytes, which hold `sound_frames` samples of sound."""
    size = 144 * 1000 * bit_rate // rate
    padding = max(0, frames * SAMPLES_PER_FRAME - ENCODER_DELAY - sound_frames)
    contents = bytes(255 * percent // 100 for percent in range(100))
    body = b"Info" + struct.pack(">III", ALL_FIELDS, frames, size + music_bytes) + contents + struct.pack(">I", 50)
    extension = struct.pack(
        ">9sBBfHHBB3sBBHIH",
        b"LAME3.100",
        CONSTANT_BIT_RATE,
        LOWPASS_HZ // 100,
        0.0,  # no peak, no replay gain
        0,
        0,
        0,
        bit_rate,
        (ENCODER_DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big"),
        0,
        0,
        0,
        size + music_bytes,
        0,
    )
    frame = _header(bit_rate, rate) + bytes(SIDE_INFO_BYTES) + body + extension
    return (frame + struct.pack(">H", crc16(frame))).ljust(size, b"\0")


def crc16(data: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, reflected, as LAME computes it."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


def _header(bit_rate: int, rate: int) -> bytes:
    """The four bytes of an unpadded MPEG-1 Layer III frame in mono, without a checksum."""
    return bytes((0xFF, 0xFB, BIT_RATES.index(bit_rate) << 4 | SAMPLE_RATES.index(rate) << 2, 0xC0))
