"""How loud a programme sounds, and how it is brought to a loudness: meters, gains, limiter."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.assembler.levelling import (
    GRAIN,
    HIGHEST_GAIN,
    Levels,
    Part,
    from_bytes,
    gains_for,
    levelled,
    levels_of,
    silence,
    to_bytes,
)
from reader.assembler.loudness import integrated, lufs, step_spectra, weighted
from reader.assembler.resampling import doubled, pcm_of, samples_of

RATE = 44_100
Samples = NDArray[np.float32]


def sine(hertz: float, seconds: float, level: float, rate: int = RATE) -> Samples:
    """A tone whose peak is `level` dB of full scale."""
    time = np.arange(round(seconds * rate)) / rate
    return (10 ** (level / 20) * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def voiced(seconds: float, level: float, seed: int = 1, rate: int = RATE) -> Samples:
    """Something like speech: bursts of noise and tone with gaps, whose highest peak is `level` dB."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    time = np.arange(count) / rate
    bursts = np.clip(np.sin(2 * np.pi * 3.3 * time + seed), 0, 1) ** 0.5
    sound = bursts * (np.sin(2 * np.pi * 140 * time) ** 9 + 0.1 * random.standard_normal(count))
    scaled: Samples = (sound / np.abs(sound).max() * 10 ** (level / 20)).astype(np.float32)
    return scaled


def measured(samples: Samples, rate: int = RATE) -> float:
    return integrated(weighted(step_spectra(samples, rate // 10), rate))


def part(name: str | None, samples: Samples, rate: int = RATE) -> Part:
    levels = levels_of(samples, rate)
    return Part(name, len(levels.peaks), lambda: levels)


@pytest.mark.parametrize("rate", [22_050, 24_000, 44_100, 48_000])
def test_the_meter_shows_what_the_standard_says(rate: int) -> None:
    """A tone of 997 Hz at full scale in one channel is -3.01 LUFS, whatever its rate, and 20 dB less is 20 LU less."""
    assert measured(sine(997, 5, 0, rate), rate) == pytest.approx(-3.01, abs=0.05)
    assert measured(sine(997, 5, -20, rate), rate) == pytest.approx(-23.01, abs=0.05)


def test_the_meter_weighs_frequencies_as_the_standard_does() -> None:
    """Against 1 kHz, a deep tone counts for less and a high one for up to 4 dB more."""
    low, middle, high = (measured(sine(hertz, 5, -20)) for hertz in (40, 997, 8000))
    assert low - middle == pytest.approx(-5.9, abs=1.2)
    assert high - middle == pytest.approx(3.3, abs=0.3)


def test_silence_and_whispers_do_not_count() -> None:
    """Pauses do not make a programme quieter, nor does what is more than 10 LU below it; all silence is very quiet."""
    loud, whisper, pause = sine(997, 8, -20), sine(997, 8, -40), np.zeros(8 * RATE, np.float32)
    assert measured(np.concatenate((loud, pause, pause))) == pytest.approx(measured(loud), abs=0.2)
    assert measured(np.concatenate((loud, whisper, whisper))) == pytest.approx(measured(loud), abs=0.2)
    assert measured(pause) < -70
    assert lufs(0) < -100


def test_what_is_shorter_than_a_window_is_measured_too() -> None:
    """A sound of less than 400 ms has a loudness, and no sound at all has one far below hearing."""
    assert measured(sine(997, 0.2, -20)) == pytest.approx(-23, abs=0.2)
    assert integrated(np.zeros(0)) < -100


def test_two_voices_become_equally_loud() -> None:
    """A loud and a faint voice get the gains that make each of them as loud as was asked for, and both together."""
    loud, faint = voiced(20, -6, 1), voiced(20, -26, 2)
    pause = Part(None, 100, lambda: silence(100))
    gains = gains_for([part("a", loud), pause, part("b", faint), pause], -23.0, -1.0)
    assert gains["b"] - gains["a"] == pytest.approx(20, abs=1)
    both = [levelled(loud, RATE, gains["a"], -1.0), levelled(faint, RATE, gains["b"], -1.0)]
    for sound in both:
        assert measured(sound) == pytest.approx(-23, abs=0.4)
    assert measured(np.concatenate(both)) == pytest.approx(-23, abs=0.3)


@pytest.mark.parametrize("loudness", [-23.0, -19.0, -16.0])
def test_what_the_limiter_takes_is_given_back(loudness: float) -> None:
    """A voice with high peaks reaches its loudness below the ceiling, and no sample of it is above."""
    sound = voiced(30, -1, 3)
    gain = gains_for([part("a", sound)], loudness, -2.0)["a"]
    made = levelled(sound, RATE, gain, -2.0)
    assert measured(made) == pytest.approx(loudness, abs=0.3)
    assert np.abs(made).max() <= 10 ** (-2 / 20) + 1e-6


@pytest.mark.parametrize("seconds", [0.001, 0.004, 0.005, 0.0237, 1.0])
def test_the_limiter_keeps_every_length(seconds: float) -> None:
    """However short a sound is, it is as long after the limiter, and below the ceiling."""
    sound = sine(300, seconds, 0)
    made = levelled(sound, RATE, 20.0, -6.0)
    assert len(made) == len(sound)
    assert np.abs(made).max() <= 10 ** (-6 / 20) + 1e-6


def test_the_limiter_leaves_alone_what_is_below_the_ceiling() -> None:
    """Where nothing is too loud, a sound is multiplied by its gain and otherwise unchanged."""
    sound = voiced(2, -30)
    assert np.allclose(levelled(sound, RATE, 6.0, -1.0), sound * np.float32(10 ** (6 / 20)), atol=1e-6)


def test_the_limiter_moves_smoothly() -> None:
    """Around one loud word the gain goes down and up again without a jump: no click, no pumping of what is near."""
    sound = np.concatenate((sine(200, 1, -20), sine(200, 0.2, 0), sine(200, 1, -20)))
    made = levelled(sound, RATE, 6.0, -6.0)
    curve = made[np.abs(sound) > 0.02] / sound[np.abs(sound) > 0.02]
    assert np.abs(np.diff(curve)).max() < 0.05
    assert made[: RATE // 2] == pytest.approx(sound[: RATE // 2] * 10 ** (6 / 20), abs=1e-4)


def test_gains_come_in_grains() -> None:
    """Gains are multiples of a quarter of a decibel, so that a corrected sentence does not move those of all others."""
    first = gains_for([part("a", voiced(60, -9, 4))], -20.0, -1.0)["a"]
    second = gains_for([part("a", np.concatenate((voiced(60, -9, 4), voiced(1, -9, 5))))], -20.0, -1.0)["a"]
    assert first / GRAIN == round(first / GRAIN)
    assert first == second


def test_a_nearly_silent_voice_is_not_blown_up_without_end() -> None:
    """What is hardly there gets a bounded gain instead of an endless one."""
    assert gains_for([part("a", sine(300, 3, -110))], -16.0, -1.0)["a"] <= HIGHEST_GAIN


def test_levels_travel_as_bytes() -> None:
    """Levels that waited on the disk are the same again."""
    levels = levels_of(voiced(1, -6), RATE)
    again = from_bytes(to_bytes(levels))
    assert isinstance(again, Levels)
    assert np.array_equal(again.peaks, levels.peaks)
    assert np.array_equal(again.energies, levels.energies)


@pytest.mark.parametrize("hertz", [100, 1000, 5000, 9000])
def test_doubling_adds_nothing(hertz: int) -> None:
    """A tone at twice its rate is the same tone: what is mirrored above the old rate's half is 60 dB down."""
    sound = doubled(sine(hertz, 1, -6, 22_050))
    spectrum = np.abs(np.fft.rfft(sound[4410:-4410] * np.hanning(len(sound) - 8820)))
    frequencies = np.fft.rfftfreq(len(sound) - 8820, 1 / RATE)
    own = spectrum[np.abs(frequencies - hertz) < 20].max()
    others = spectrum[np.abs(frequencies - hertz) > 60].max()
    assert 20 * np.log10(others / own) < -60
    assert np.abs(sound[4410:-4410]).max() == pytest.approx(10 ** (-6 / 20), abs=0.02)


def test_samples_and_pcm_are_the_same_sound() -> None:
    """PCM becomes samples and PCM again without a change, and what is too loud is clipped instead of wrapped."""
    pcm = np.array([0, 1, -1, 32_767, -32_768, 12_345], "<i2").tobytes()
    assert pcm_of(samples_of(pcm)) == pcm
    assert np.frombuffer(pcm_of(np.array([1.5, -1.5], np.float32)), "<i2").tolist() == [32_767, -32_768]
