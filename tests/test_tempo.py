"""The pace of a reading: by the voice itself, or by stretching what it said, and as one factor over the whole cast."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import script_of

from reader.casting import choose_voices
from reader.config import Settings, load_settings
from reader.errors import ConfigError
from reader.model import Clip, Manner, Mark
from reader.synthesizer import Cast, ClipCache, Part, clip_folder, synthesize
from reader.synthesizer.tempo import at_tempo
from voices import Speech, Utterance
from voices.tone import ToneVoice

pytestmark = pytest.mark.whole

RATE = 22_050
FACTORS = (0.5, 0.8, 1.25, 1.5, 2.0)
SCRIPT = script_of("Trafikken over fjorden kører igen fra i morgen.")


def sine(seconds: float, hertz: float = 440, rate: int = RATE) -> bytes:
    """A tone of one pitch as s16le."""
    wave = 9000 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return wave.astype("<i2").tobytes()


SILENCE = bytes(2 * RATE)
BEEPS = SILENCE + sine(1) + SILENCE + sine(1) + SILENCE  # of a second each


def samples(pcm: bytes) -> np.ndarray[Any, Any]:
    return np.frombuffer(pcm, "<i2").astype(float)


def stretched(pcm: bytes, factor: float) -> bytes:
    return at_tempo(Speech(pcm), RATE, factor).pcm


def pitch(pcm: bytes, rate: int = RATE) -> float:
    """The frequency that is strongest in a sound."""
    heard = samples(pcm)
    strengths = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return float(np.argmax(strengths)) * rate / len(heard)


# a speech at another tempo


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 48_000])
def test_a_quicker_speech_is_a_shorter_one(factor: float, rate: int) -> None:
    """A speech at one and a quarter times the tempo takes four fifths of the time, at whatever rate it was recorded."""
    speech = at_tempo(Speech(sine(3, rate=rate)), rate, factor)
    assert len(speech.pcm) % 2 == 0
    assert len(speech.pcm) / 2 / rate == pytest.approx(3 / factor, rel=0.02)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("hertz", [180, 440, 1200])
def test_a_quicker_speech_is_of_the_same_pitch(factor: float, hertz: float) -> None:
    """Nobody sounds like a mouse when they hurry: the pitch is what it was."""
    assert pitch(at_tempo(Speech(sine(3, hertz)), RATE, factor).pcm) == pytest.approx(hertz, rel=0.02)


def test_a_quicker_speech_is_as_loud() -> None:
    """The tempo changes nothing of how loud a speech is."""
    before, after = (np.sqrt(np.mean(samples(pcm)[2000:-2000] ** 2)) for pcm in (sine(3), stretched(sine(3), 1.5)))
    assert after == pytest.approx(before, rel=0.05)


@pytest.mark.parametrize("factor", FACTORS)
def test_marks_stay_at_their_words(factor: float) -> None:
    """After the change of tempo each mark still stands where its word begins, and is else what it was."""
    marks = (Mark(0, 5, RATE), Mark(6, 11, 3 * RATE, estimated=True))
    speech = at_tempo(Speech(BEEPS, marks), RATE, factor)
    assert [replace(mark, frame=0) for mark in speech.marks] == [replace(mark, frame=0) for mark in marks]
    is_loud, middle = np.abs(samples(speech.pcm)) > 1000, round(2.5 * RATE / factor)
    onsets = [int(np.argmax(is_loud)), middle + int(np.argmax(is_loud[middle:]))]
    late = [abs(mark.frame - onset) / RATE for mark, onset in zip(speech.marks, onsets, strict=True)]
    assert max(late) < 0.02


@pytest.mark.parametrize("factor", FACTORS)
def test_no_mark_lies_behind_the_sound(factor: float) -> None:
    """A mark at the very end of a speech is still inside it when the tempo is another one."""
    speech = at_tempo(Speech(BEEPS, (Mark(0, 5, 0), Mark(6, 11, len(BEEPS) // 2))), RATE, factor)
    assert speech.marks[0].frame == 0
    assert speech.marks[1].frame <= len(speech.pcm) // 2


def test_the_same_tempo_is_the_same_speech() -> None:
    """At a factor of one a speech is not touched, so that not a sample of it changes; nor is one without sound."""
    speech, silent = Speech(sine(1), (Mark(0, 5, 100),)), Speech(b"")
    assert at_tempo(speech, RATE, 1) is speech
    assert at_tempo(speech, RATE, 1.0) is speech
    assert at_tempo(silent, RATE, 1.5) is silent


@pytest.mark.parametrize(("factor", "bound"), [(3.0, 2.0), (9.0, 2.0), (0.1, 0.5)])
def test_no_tempo_skips_words(factor: float, bound: float) -> None:
    """A factor beyond what can be done without leaving sound out is taken as the nearest that can."""
    speech = Speech(sine(1), (Mark(0, 5, 11_000),))
    assert at_tempo(speech, RATE, factor) == at_tempo(speech, RATE, bound)


@pytest.mark.parametrize("frames", [44_101, 44_102, 65_537, 80_000])
def test_a_speech_of_any_length_can_be_stretched(frames: int) -> None:
    """It does not matter whether the frames of a speech fill the blocks of whoever stretches it."""
    pcm = sine(4)[: 2 * frames]
    assert len(stretched(pcm, 2.0)) == pytest.approx(len(pcm) / 2, rel=0.02)


# who changes the tempo: the voice, or the synthesizer


class Paced(ToneVoice):
    """A tone voice that remembers what it was asked; it may know no pace but its own."""

    is_instant = False

    def __init__(self, *, heeds_rate: bool) -> None:
        super().__init__("low")
        self.heeds_rate = heeds_rate
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance, /) -> Speech:
        self.asked.append(utterance)
        return super().speak(utterance if self.heeds_rate else replace(utterance, rate=1.0))


def spoken_by(voice: ToneVoice, rate: float, cache: ClipCache | None = None) -> Clip:
    (clip,) = synthesize(SCRIPT, Cast(Part(voice, rate, pitch=1.2)), cache)
    return clip


def test_a_voice_of_one_pace_is_stretched() -> None:
    """A voice that heeds no rate is asked at its own, and what it says is made quicker, marks and all."""
    voice = Paced(heeds_rate=False)
    clip, usual = spoken_by(voice, 1.5), spoken_by(voice, 1.0)
    assert [(utterance.rate, utterance.pitch) for utterance in voice.asked] == [(1.0, 1.2), (1.0, 1.2)]
    assert clip.pcm == at_tempo(Speech(usual.pcm), RATE, 1.5).pcm
    assert len(clip.pcm) == pytest.approx(len(usual.pcm) / 1.5, rel=0.02)
    assert [mark.frame for mark in clip.marks] == [round(mark.frame / 1.5) for mark in usual.marks]


def test_a_voice_that_heeds_the_pace_is_left_alone() -> None:
    """A voice that can speak quicker is asked to, and not a sample of what it then says is changed."""
    voice = Paced(heeds_rate=True)
    clip = spoken_by(voice, 1.5)
    (utterance,) = voice.asked
    assert (utterance.rate, utterance.pitch) == (1.5, 1.2)
    assert clip.pcm == ToneVoice("low").speak(utterance).pcm


def test_a_voice_that_says_nothing_of_its_pace_heeds_it() -> None:
    """A voice without the attribute is one that speaks at the pace it is asked for."""
    usual, quick = spoken_by(ToneVoice("low"), 1.0), spoken_by(ToneVoice("low"), 2.0)
    assert quick.pcm == ToneVoice("low").speak(Utterance(SCRIPT.lines[0].spoken, rate=2.0)).pcm
    assert len(quick.pcm) < 0.51 * len(usual.pcm)


def test_a_sentence_is_kept_at_the_voices_own_pace(tmp_path: Path) -> None:
    """What a voice of one pace said is kept as it was said: another tempo asks it nothing and stretches once."""
    voice, cache = Paced(heeds_rate=False), ClipCache(clip_folder(tmp_path / "clips"))
    first, again, slow = (spoken_by(voice, rate, cache) for rate in (1.5, 1.5, 0.8))
    assert len(voice.asked) == 1
    assert [first.cached, again.cached, slow.cached] == [False, True, True]
    assert first.pcm == again.pcm
    assert len(slow.pcm) == pytest.approx(len(first.pcm) * 1.5 / 0.8, rel=0.03)


def test_estimated_marks_are_of_the_stretched_speech() -> None:
    """Where nobody tells when a word begins, that is estimated of the sound that is heard, not of the one before."""

    class Silent(Paced):
        gives_marks = False

        def speak(self, utterance: Utterance, /) -> Speech:
            return Speech(super().speak(utterance).pcm)

    clip = spoken_by(Silent(heeds_rate=False), 0.5)
    assert len(clip.marks) == len(SCRIPT.lines[0].spoken.split())
    assert all(mark.estimated for mark in clip.marks)
    assert 0.6 * len(clip.pcm) / 2 < clip.marks[-1].frame < len(clip.pcm) / 2


# the setting


def rates(settings: Settings) -> dict[str, float]:
    """The rate of every part of the cast, by what it is for."""
    found: dict[str, float] = {}
    for place, ensemble in enumerate(choose_voices(settings)):
        found[f"{place} body"] = ensemble.body.rate
        found |= {f"{place} {role}": part.rate for role, part in ensemble.roles.items()}
        found |= {f"{place} quotes {number}": part.rate for number, (part, _) in enumerate(ensemble.quotes)}
        found |= {f"{place} {who}": part.rate for who, part in ensemble.speakers.items() if isinstance(part, Part)}
    return found


def test_the_tempo_is_everybodys() -> None:
    """The tempo holds for the story, the quotes and the people, and for whoever speaks when a voice fails."""
    found = rates(Settings(voice="tone,tone:high", speakers={"Ida Ravn": "tone:high"}, tempo=1.5))
    assert {"0 body", "0 quote", "0 quotes 0", "0 Ida Ravn", "1 body", "1 quotes 0"} <= set(found)
    assert set(found.values()) == {1.5}


def test_the_tempo_multiplies_what_a_role_has() -> None:
    """A role that is read slower than the rest is so at every tempo, and pitch is none of the tempo's business."""
    settings = Settings(voice="tone", roles={"title": Manner(rate=0.8, pitch=1.2)}, tempo=1.5)
    found = rates(settings)
    assert found["0 title"] == pytest.approx(1.2)
    assert found["0 body"] == 1.5
    (ensemble,) = choose_voices(settings)
    assert (ensemble.roles["title"].pitch, ensemble.body.pitch) == (1.2, 1.0)


def test_the_usual_tempo_changes_nothing() -> None:
    """Without being told a tempo, every part has the rate of its role."""
    assert set(rates(Settings(voice="tone")).values()) == {1.0}


# the file


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "lyt.toml"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        *((f"tempo = {told}", "tempo", float(told)) for told in ("0.5", "1", "1.25", "2", "2.0")),
        *((f"loudness = {told}", "loudness", float(told)) for told in ("-30", "-16", "-23.5", "-14")),
        *((f"quality = {told}", "quality", int(told)) for told in ("0", "2", "9")),
        ("transcripts = []", "transcripts", ()),
        ('transcripts = ["srt"]', "transcripts", ("srt",)),
        ('transcripts = ["srt", "txt"]', "transcripts", ("srt", "txt")),
        ('transcripts = ["txt", "srt", "txt"]', "transcripts", ("txt", "srt")),
        ("cover = false", "cover", None),
        ("cover = true", "cover", ""),
        ('cover = "drawn"', "cover", "drawn"),
        ('cover = "forside.jpg"', "cover", "forside.jpg"),
        ("opening = false", "opening", None),
        ("opening = true", "opening", ""),
        ('opening = "Fra {site}."', "opening", "Fra {site}."),
    ],
)
def test_a_setting_is_read(written: Path, text: str, key: str, value: Any) -> None:
    """What the file says of tempo, loudness, quality, transcripts, cover and opening is what the settings hold."""
    written.write_text(text, "utf-8")
    settings = load_settings(written)
    assert getattr(settings, key) == value
    assert type(getattr(settings, key)) is type(value)
    written.write_text("", "utf-8")
    assert settings == replace(load_settings(written), **{key: value})


@pytest.mark.parametrize(
    ("key", "told", "advice"),
    [
        *(("tempo", told, "0.5 and 2.0") for told in ("0.49", "2.01", "0", "-1", "true", '"1.5"', "nan", "inf", "[1]")),
        *(
            ("loudness", told, "LUFS between -30 and -14")
            for told in ("-30.1", "-13.9", "0", "16", "true", "false", '"-16"', "nan", "-inf", "[-16]")
        ),
        *(("quality", told, "0 .best. to 9") for told in ("-1", "10", "9.6", "true", "false", '"2"', "nan", "[2]")),
        *(
            ("transcripts", told, "a list of srt and txt")
            for told in (
                '"srt"',
                '["vtt"]',
                '["srt", "vtt"]',
                "[1]",
                "true",
                "1",
                "{ srt = true }",
                '[["srt"]]',
                '[""]',
            )
        ),
        *(("cover", told, "a string") for told in ("1", "[]", '["a.jpg"]', "{ a = 1 }")),
        *(("opening", told, "a string") for told in ("1", "0", "[]", '["Hej."]')),
    ],
)
def test_a_wrong_setting_is_named(written: Path, key: str, told: str, advice: str) -> None:
    """A value that makes no sense is a ConfigError that names the file and the key and says what it must be."""
    written.write_text(f"{key} = {told}", "utf-8")
    with pytest.raises(ConfigError, match=rf"lyt\.toml': {re.escape(key)} must .*{advice}"):
        load_settings(written)


def test_without_a_word_all_is_as_usual() -> None:
    """Where nothing is told, the tempo is the voices' own, the cover the article's; with SubRip, without an opening."""
    usual = Settings()
    assert (usual.tempo, usual.loudness, usual.cover, usual.opening) == (1.0, -16.0, "", None)
    assert usual.transcripts == ("srt",)


def test_a_cover_may_lie_at_home(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cover may, like a jingle, be named by a path that begins with ~, the home of whoever runs it."""
    monkeypatch.setenv("HOME", str(written.parent))
    written.write_text('intro = "~/klang.mp3"\ncover = "~/forside.jpg"\n', "utf-8")
    settings = load_settings(written)
    assert settings.intro == str(written.parent / "klang.mp3")
    assert settings.cover == str(written.parent / "forside.jpg")
