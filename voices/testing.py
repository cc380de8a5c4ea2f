"""The contract that every voice must pass, ours or a plug-in's: call `check_voice(voice)` in your own tests."""

from __future__ import annotations

import array
from dataclasses import replace
from itertools import pairwise

from voices import Speech, Utterance, Voice, VoiceError

SENTENCES = (
    "Hej.",
    "Det blæser, og regnen falder over Aarhus, siger hun.",
    "Ærøskøbing ligger på Ærø, ikke på Åland; så langt, så godt!",
    "»Vi har ventet i årevis,« siger borgmesteren – og smiler.",
)
HOSTILE = (
    "<speak><break time='99s'/>hej</speak> med dig",
    "[[h@l'oU]] verden",
    "$(touch fil); `dir` & hej | hej",
    "%s %n {0} ordet \\",
)
NOTHING_TO_SAY = ("", "   ", "!!!", "»«")

MIN_MS_PER_CHARACTER = 25
MAX_MS_PER_CHARACTER = 400
SILENCE = 64


def check_voice(voice: Voice, *, repeatable: bool = True) -> None:
    """Hold a voice to the contract of `voices.Voice`; AssertionError names the first promise that is broken.

    `repeatable=False` is for services that never answer twice the same.
    """
    _check_properties(voice)
    for text in SENTENCES:
        utterance = Utterance(text)
        speech = voice.speak(utterance)
        check_speech(voice, utterance, speech)
        if repeatable:
            assert voice.speak(utterance) == speech, f"{voice.id} speaks {text!r} differently the second time"
    for text in HOSTILE:
        check_speech(voice, Utterance(text), voice.speak(Utterance(text)))
    for text in NOTHING_TO_SAY:
        _check_refusal(voice, text)
    slow = voice.speak(Utterance(SENTENCES[1], rate=0.8))
    check_speech(voice, Utterance(SENTENCES[1]), slow)


def check_speech(voice: Voice, utterance: Utterance, speech: Speech) -> None:
    """Check one answer of a voice: its sound, its length and its marks."""
    text, samples = utterance.text, array.array("h")
    assert len(speech.pcm) % (2 * voice.format.channels) == 0, f"{voice.id} gives half a frame for {text!r}"
    samples.frombytes(speech.pcm)
    frames = len(samples) // voice.format.channels
    milliseconds = 1000 * frames / voice.format.rate
    letters = sum(map(str.isalnum, text))
    assert milliseconds >= MIN_MS_PER_CHARACTER * letters, (
        f"{voice.id} is too short for {text!r}: {milliseconds:.0f} ms"
    )
    assert milliseconds <= MAX_MS_PER_CHARACTER * len(text) + 2000, f"{voice.id} is too long for {text!r}"
    assert max(map(abs, samples)) > SILENCE, f"{voice.id} is silent for {text!r}"
    for mark in speech.marks:
        assert 0 <= mark.start < mark.end <= len(text), f"{voice.id} marks something outside {text!r}: {mark}"
        assert 0 <= mark.frame <= frames, f"{voice.id} marks a time outside the sound of {text!r}: {mark}"
    for before, after in pairwise(speech.marks):
        assert before.end <= after.start, f"{voice.id} marks overlapping words in {text!r}"
        assert before.frame <= after.frame, f"the marks of {voice.id} do not rise in {text!r}"


def _check_properties(voice: Voice) -> None:
    assert ":" in voice.id, f"the id {voice.id!r} does not name engine and voice"
    assert voice.id.isascii(), f"the id {voice.id!r} is not ASCII"
    assert 8000 <= voice.format.rate <= 96000, f"{voice.id} has an odd rate: {voice.format.rate}"
    assert voice.format.channels == 1, f"{voice.id} does not speak in mono"
    assert voice.concurrency >= 1, f"{voice.id} cannot speak even one utterance at once"


def _check_refusal(voice: Voice, text: str) -> None:
    try:
        voice.speak(replace(Utterance("."), text=text))
    except VoiceError as error:
        assert "\n" not in str(error), f"the error of {voice.id} has more than one line"
    else:
        raise AssertionError(f"{voice.id} claims to have spoken {text!r}")
