"""Hold a voice to the length of its words: what is much too short misses some, what is much too long is noise."""

from __future__ import annotations

from reader.errors import VoiceError
from voices import Speech

SHORTEST_MS_PER_CHARACTER = 15  # below, words are missing; the fastest voices need about 40, and 20 in twice their pace
LONGEST_MS_PER_CHARACTER = 1000  # above, a voice has lost itself; the slowest need about 200
LONGEST_MS_BESIDE = 10_000  # for breaths and pauses


def check_length(text: str, speech: Speech, rate: int) -> None:
    """Raise VoiceError where a speech of `rate` samples a second cannot be the sound of the text."""
    problem = length_problem(text, speech, rate)
    if problem is not None:
        raise VoiceError(problem)


def length_problem(text: str, speech: Speech, rate: int) -> str | None:
    """Why a speech of `rate` samples a second cannot be the sound of the text; None where it can."""
    if not speech.pcm:
        return "the voice gave no sound"
    if len(speech.pcm) % 2:
        return "the voice gave sound that ends amid a sample"
    sound = 1000 * (len(speech.pcm) // 2) // rate
    least = SHORTEST_MS_PER_CHARACTER * sum(map(str.isalnum, text))
    most = LONGEST_MS_PER_CHARACTER * len(text) + LONGEST_MS_BESIDE
    if sound < least:
        return f"the voice gave {sound} ms of sound where the words need at least {least} ms"
    if sound > most:
        return f"the voice gave {sound} ms of sound where the words need at most {most} ms"
    return None
