"""Hearing a finished MP3: what is measured, and what is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lameenc
import numpy as np
import pytest
from test_loudness import sine, voiced

from reader.assembler.hearing import RATE, listen, walk
from reader.assembler.mp3 import ENCODER_DELAY, SAMPLES_PER_FRAME, frame_ends, info_frame, read_info
from reader.assembler.resampling import pcm_of
from reader.errors import AssemblyError

Samples = np.ndarray[tuple[int], np.dtype[np.float32]]


def encoded(samples: Samples) -> bytes:
    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(1)
    lame.set_in_sample_rate(RATE)
    lame.set_out_sample_rate(RATE)
    lame.set_bit_rate(96)
    lame.set_quality(7)
    return bytes(lame.encode(pcm_of(samples))) + bytes(lame.flush())


def written(path: Path, samples: Samples, tag: bytes = b"") -> Path:
    music = encoded(samples)
    count = len(frame_ends(music))
    head = info_frame(96, RATE, frames=count, music_bytes=len(music), sound_frames=len(samples))
    path.write_bytes(tag + head + music)
    return path


def test_a_sound_is_heard_as_long_and_as_loud_as_it_is(tmp_path: Path) -> None:
    """Length, loudness and true peak are those of the sound that was encoded, behind a tag and without one."""
    sound = np.concatenate((np.zeros(RATE, np.float32), sine(997, 7.3, -12), np.zeros(RATE, np.float32)))
    tag = b"ID3\x03\x00\x00\x00\x00\x02\x00" + bytes(256)
    for path in (written(tmp_path / "a.mp3", sound), written(tmp_path / "b.mp3", sound, tag)):
        heard = listen(path)
        assert heard.samples == len(sound)
        assert heard.duration == len(sound) / RATE
        assert heard.loudness == pytest.approx(-15.0 - 0.45, abs=0.3)
        assert heard.true_peak == pytest.approx(-12 - 0.45, abs=0.3)


def test_levels_stand_where_the_sound_does(tmp_path: Path) -> None:
    """Silence is silent and sound is loud to the hundredth of a second, also far into a long recording."""
    beep, gap = sine(500, 0.25, -10), np.zeros(RATE // 4, np.float32)
    heard = listen(written(tmp_path / "a.mp3", np.concatenate([beep, gap] * 50)))
    for number in range(50):
        start = 50 * number
        assert heard.levels[start + 2 : start + 23].min() > 0.2
        assert heard.levels[start + 29 : start + 48].max() < 0.01


def test_a_peak_between_two_samples_is_found(tmp_path: Path) -> None:
    """A tone at a quarter of the rate whose samples miss its tops by 3 dB has its true peak measured, not theirs."""
    turns = np.pi / 2 * np.arange(3 * RATE) + np.pi / 4
    sound = (10 ** (-9 / 20) * np.sin(turns)).astype(np.float32)
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-12, abs=0.1)
    assert listen(written(tmp_path / "a.mp3", sound)).true_peak == pytest.approx(-9 - 0.45, abs=0.5)


def test_noise_is_told_from_speech(tmp_path: Path) -> None:
    """Noise is flat over the frequencies of a voice, and a tone and a voice are not."""
    noise = (0.1 * np.random.default_rng(1).standard_normal(3 * RATE)).astype(np.float32)
    assert np.median(listen(written(tmp_path / "n.mp3", noise)).flatness) > 0.45
    assert np.median(listen(written(tmp_path / "t.mp3", sine(300, 3, -10))).flatness) < 0.1
    assert np.median(listen(written(tmp_path / "v.mp3", voiced(3, -6))).flatness) < 0.45


def test_ffmpeg_measures_the_same(tmp_path: Path, judge: Callable[..., str]) -> None:
    """FFmpeg's meter finds the same loudness and true peak in the file, to a tenth."""
    path = written(tmp_path / "a.mp3", voiced(30, -3, 7))
    heard = listen(path)
    shown = judge("ffmpeg", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-")
    summary = shown[shown.rindex("Summary:") :].split()
    assert heard.loudness == pytest.approx(float(summary[summary.index("I:") + 1]), abs=0.15)
    assert heard.true_peak == pytest.approx(float(summary[summary.index("Peak:") + 1]), abs=0.25)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-100],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"TAG" + bytes(125),
        lambda data: data[313:],
        lambda data: data[:5000] + data[5313:],
        lambda _: b"",
        lambda _: b"ID3\x03",
        lambda _: b"<html>" * 900,
        lambda data: data + data,
        lambda data: data[:36] + bytes([data[36] ^ 1]) + data[37:],
    ],
)
def test_a_broken_file_is_not_heard(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """A file that is cut, joined, miscounted or something else is an AssemblyError in one line, and is not measured."""
    path = written(tmp_path / "a.mp3", voiced(5, -6))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(AssemblyError) as caught:
        listen(path)
    assert "\n" not in str(caught.value)


def test_the_info_frame_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What the Info frame says comes back: frames, bytes with its own, delay, padding."""
    path = written(tmp_path / "a.mp3", voiced(2, -6))
    stream = walk(path)
    info = read_info(path.read_bytes()[:400])
    assert info == stream.info
    assert (info.frames, info.size, info.delay) == (stream.frames, path.stat().st_size, ENCODER_DELAY)
    assert info.frames * SAMPLES_PER_FRAME - info.delay - info.padding == stream.samples == 2 * RATE
    assert read_info(b"\xff\xfb\x70\xc0" + bytes(400)) is None
