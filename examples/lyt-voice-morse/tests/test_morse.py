"""The contract that every voice must keep, and what is promised of this one."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from lyt_voice_morse import ENGINE, HANDS

from voices import UnknownVoiceError, Utterance, VoiceError
from voices.testing import check_voice

TEXT = "Det blæser, og regnen falder."


@pytest.mark.parametrize("option", ["", *HANDS, "plain?pace=28", "low?pace=80&tone=2000"])
def test_every_hand_keeps_the_contract(option: str) -> None:
    """Each voice, at either end of what may be set, passes what every voice must pass."""
    check_voice(ENGINE.make(option))


def test_a_word_begins_where_its_mark_says() -> None:
    """Each word has a mark, and before its frame the tone is silent, from it on it is not."""
    speech = ENGINE.make("").speak(Utterance(TEXT))
    words = [TEXT[mark.start : mark.end] for mark in speech.marks]
    assert words == ["Det", "blæser", "og", "regnen", "falder"]
    for mark in speech.marks:
        here = 2 * mark.frame
        assert not any(speech.pcm[max(0, here - 1000) : here])
        assert any(speech.pcm[here : here + 10])


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_the_rate_is_heeded(rate: float) -> None:
    """Twice the rate takes half the time; the marks go along."""
    voice = ENGINE.make("")
    plain, other = voice.speak(Utterance(TEXT)), voice.speak(Utterance(TEXT, rate=rate))
    assert len(other.pcm) * rate == pytest.approx(len(plain.pcm), rel=0.01)
    assert other.marks[-1].frame * rate == pytest.approx(plain.marks[-1].frame, rel=0.01)


def test_the_pitch_is_heeded() -> None:
    """Another pitch is another tone, of the same length."""
    voice = ENGINE.make("")
    plain, high = voice.speak(Utterance(TEXT)), voice.speak(Utterance(TEXT, pitch=1.5))
    assert plain.pcm != high.pcm
    assert plain.marks == high.marks


def test_the_id_changes_when_the_sound_does() -> None:
    """What is set is part of the id; what is set as it is already is no other voice."""
    ids = [ENGINE.make(option).id for option in ("", "low", "plain?tone=700", "plain?pace=50")]
    assert len(set(ids)) == len(ids)
    assert ENGINE.make("plain?tone=600&pace=40").id == ENGINE.make("").id


@pytest.mark.parametrize("option", ["", "low", "high?tone=900&pace=50"])
def test_siblings_are_other_voices_at_the_same_pace(option: str) -> None:
    """Whoever speaks the quotes is told from the story by ear, and is as quick."""
    own, others = ENGINE.make(option), [ENGINE.make(sibling.option) for sibling in ENGINE.siblings(option)]
    sounds = {voice.speak(Utterance(TEXT)).pcm for voice in (own, *others)}
    assert len(sounds) == 1 + len(others) == len(HANDS)
    assert {len(sound) for sound in sounds} == {len(own.speak(Utterance(TEXT)).pcm)}


@pytest.mark.parametrize("option", ["nobody", "low?volume=3", "low?tone=1", "low?pace=fast", "low?pace", "?x"])
def test_a_voice_that_does_not_exist_is_named(option: str) -> None:
    """A wrong name or setting is the caller's mistake, told in one line."""
    with pytest.raises(UnknownVoiceError) as caught:
        ENGINE.make(option)
    assert "\n" not in str(caught.value)


def test_an_error_says_nothing_of_the_text() -> None:
    """The message of a refusal may be logged; what was to be spoken is not in it."""
    with pytest.raises(VoiceError) as caught:
        ENGINE.make("").speak(Utterance("*** !!! ***"))
    assert "*" not in str(caught.value)


def test_no_letter_is_left_out() -> None:
    """A letter without a code is sent without its accent, and as a question mark where that is no letter either."""
    voice = ENGINE.make("")
    for text, like in (("İ", "i"), ("É", "é"), ("Č", "c"), ("²", "2"), ("Ж", "Щ")):
        assert voice.speak(Utterance(text)).pcm == voice.speak(Utterance(like)).pcm
    assert len(voice.speak(Utterance("aЖ")).pcm) > len(voice.speak(Utterance("a")).pcm)


def test_threads_share_a_voice() -> None:
    """As many threads as the voice allows hear what one alone hears."""
    voice = ENGINE.make("")
    texts = [f"{TEXT} {number}" for number in range(20)]
    with ThreadPoolExecutor(voice.concurrency) as threads:
        together = list(threads.map(voice.speak, map(Utterance, texts)))
    assert together == [voice.speak(Utterance(text)) for text in texts]


def test_listing_the_engine_makes_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """`lyt voices` imports every engine; what only speaking needs is not imported by that."""
    for name in ("lyt_voice_morse", "lyt_voice_morse.voice"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert import_module("lyt_voice_morse").ENGINE.ready() == tuple(HANDS)
    assert "lyt_voice_morse.voice" not in sys.modules
