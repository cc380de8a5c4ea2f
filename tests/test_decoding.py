"""What is proof that a file of sound is whole, and one."""

from __future__ import annotations

import io
import struct

import pytest
from gtts_stand_in import RATE, beep, mp3_of
from speech_stand_in import wav_of

from voices.online.decoding import Container, DamagedSoundError, container_of, decode, decode_mp3, promised_seconds

ID3 = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
MP3 = beep(40)


def with_header(rate: int = RATE) -> bytes:
    """An MP3 that says in its first frame how many follow, as FFmpeg writes it."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame(format="s16p", layout="mono", samples=2 * rate)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize(
    "whole",
    [
        MP3,
        ID3 + MP3,
        MP3 + b"TAG" + bytes(125),
        with_header(),
        with_header(44_100),
        with_header(8000),
        mp3_of(bytes(2)),
    ],
    ids=["plain", "tag before", "tag behind", "24 kHz", "44 kHz", "8 kHz", "short"],
)
def test_whole_mp3(whole: bytes) -> None:
    """An MP3 of whole frames is decoded to as much sound as its frames hold, tags or not."""
    seconds = promised_seconds(whole, "mp3")
    assert seconds is not None
    assert len(decode_mp3(whole, RATE)) / (2 * RATE) == pytest.approx(seconds, abs=0.25)


@pytest.mark.parametrize("cut", [1, 10, 100, 95, 97, 5000])
def test_mp3_that_breaks_off(cut: int) -> None:
    """An MP3 whose last frame is not whole is damaged, however much of it came."""
    with pytest.raises(DamagedSoundError, match=r"breaks off|no sound"):
        decode_mp3(MP3[:-cut], RATE)


def test_mp3_with_fewer_frames_than_it_says() -> None:
    """An MP3 that counts its frames is damaged where some are missing, though each that came is whole."""
    whole = with_header()
    frame = len(mp3_of(bytes(2))) // 3
    short = next(whole[:-cut] for cut in range(frame, len(whole)) if is_walkable(whole[:-cut]))
    with pytest.raises(DamagedSoundError, match="frames are promised"):
        decode_mp3(short, RATE)


def is_walkable(mp3: bytes) -> bool:
    try:
        promised_seconds(mp3, "mp3")
    except DamagedSoundError as error:
        return "promised" in str(error)
    return False


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"", "no sound"),
        (b"\xff", "no sound"),
        (b"<html>" * 501, "no sound"),
        (ID3, "no sound"),
        (MP3[:960] + b"<html>" + MP3[960:], "no sound"),
        (MP3 + MP3, "twice"),
        (MP3 + with_header(), "two sounds|no sound"),
        (MP3 + b"\xff\xff\xff\xff", "no sound"),
        (MP3 + b"\xff\xf3\x00\xc4", "no sound"),
    ],
)
def test_damaged_mp3(damaged: bytes, said: str) -> None:
    """What is no MP3 from end to end, or is more than one, is damaged."""
    with pytest.raises(DamagedSoundError, match=said):
        decode_mp3(damaged, RATE)


PCM = bytes(2 * RATE)
WAV = wav_of(PCM)


def wav(fmt: bytes, data: bytes, *, before: bytes = b"", after: bytes = b"", size: int | None = None) -> bytes:
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + before
    chunks += b"data" + struct.pack("<I", len(data) if size is None else size) + data + after
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


MONO = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
JUNK = b"JUNK\x03\x00\x00\x00abc\x00"


@pytest.mark.parametrize(
    ("whole", "seconds"),
    [
        (WAV, 1),
        (wav(MONO, PCM, before=JUNK, after=JUNK), 1),
        (wav(MONO, PCM, size=0), 1),
        (wav(MONO, PCM, size=0xFFFF_FFFF), 1),
        (wav(struct.pack("<HHIIHH", 1, 2, 48_000, 192_000, 4, 16), PCM), 0.25),
        (wav(struct.pack("<HHIIHH", 3, 1, RATE, 4 * RATE, 4, 32), PCM), 0.5),
    ],
    ids=["plain", "more chunks", "no length", "endless length", "stereo", "float"],
)
def test_whole_wav(whole: bytes, seconds: float) -> None:
    """A WAV becomes mono at the rate that is asked for, whatever it is, and whether it knows its length or not."""
    assert len(decode(whole, "wav", RATE)) == pytest.approx(2 * RATE * seconds, abs=200)


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"", "something else"),
        (MP3, "something else"),
        (WAV[:-2], "promised"),
        (WAV[:40], "before its sound"),
        (WAV + WAV, "two sounds"),
        (wav(MONO, PCM, size=0) + WAV, "two sounds"),
        (wav(b"", PCM), "does not say"),
        (wav(struct.pack("<HHIIHH", 1, 1, 100, 200, 2, 16), PCM), "rate"),
        (wav(struct.pack("<HHIIHH", 1, 1, RATE, 8 * RATE, 2, 16), PCM), "not all of it"),
    ],
)
def test_damaged_wav(damaged: bytes, said: str) -> None:
    """A WAV with less than its header promises, more than one sound, or a header that makes no sense is damaged."""
    with pytest.raises(DamagedSoundError, match=said):
        decode(damaged, "wav", RATE)


def test_no_sound_is_endless() -> None:
    """A small file that holds hours of silence is not unpacked to its end."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="flac") as file:
        stream = file.add_stream("flac", rate=8000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for _ in range(1300):
            frame = av.AudioFrame(format="s16", layout="mono", samples=8000)
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.sample_rate = 8000
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    assert len(out.getvalue()) < 300_000
    with pytest.raises(DamagedSoundError, match="longer than 1200 seconds"):
        decode(out.getvalue(), "flac", 8000)


@pytest.mark.parametrize(
    ("sound", "form"),
    [
        (WAV, "wav"),
        (MP3, "mp3"),
        (ID3 + MP3, "mp3"),
        (b"fLaC" + bytes(40), "flac"),
        (b"OggS" + bytes(40), "ogg"),
        (PCM, None),
        (b"\xff\xfb" * 400, None),
        (b"", None),
    ],
)
def test_container_of(sound: bytes, form: Container | None) -> None:
    """The form of a sound is seen by how it begins; bare PCM has none."""
    assert container_of(sound) == form
