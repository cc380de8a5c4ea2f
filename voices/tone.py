"""A test voice: one beep a word, exact by construction, the same bytes everywhere, nothing but the standard library."""

from __future__ import annotations

import array
import re
from functools import cache

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark
from voices.seam import AudioFormat, Engine, Sibling, Speech, Utterance, Voice

RATE = 22_050
MS_PER_CHARACTER = 60
GAP_MS = 60
AMPLITUDE = 9000
PERIODS = {"low": 100, "high": 70}  # frames: 220.5 Hz and 315 Hz

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


class ToneVoice:
    """Speaks each word as a triangle wave, as long as the word has characters."""

    concurrency = 4
    is_instant = True

    def __init__(self, option: str) -> None:
        self.id = f"tone:{option}@1"
        self.format = AudioFormat(RATE)
        self._period = PERIODS[option]

    def speak(self, utterance: Utterance, /) -> Speech:
        """Beep once a word; the gap before each word has no mark."""
        pcm = array.array("h")
        marks = []
        for word in _WORD.finditer(utterance.text):
            pcm.frombytes(bytes(2 * _frames(GAP_MS, utterance.rate)))
            marks.append(Mark(word.start(), word.end(), len(pcm)))
            pcm.extend(_beep(_frames(MS_PER_CHARACTER * len(word.group()), utterance.rate), self._period))
        if not marks:
            raise VoiceError(f"{self.id} was given a line without a word to say")
        return Speech(pcm.tobytes(), tuple(marks))


def _frames(milliseconds: int, rate: float) -> int:
    return round(RATE * milliseconds / 1000 / rate)


@cache
def _beep(frames: int, period: int) -> array.array[int]:
    quarter = period // 4
    wave = [AMPLITUDE * (abs((i + quarter) % period - period // 2) - quarter) // quarter for i in range(period)]
    return array.array("h", (wave * (frames // period + 1))[:frames])


def make(option: str) -> Voice:
    """The voice "tone" (low) or "tone:high"."""
    option = option or "low"
    if option not in PERIODS:
        raise UnknownVoiceError(f"no tone voice is called {option!r}; there are: {', '.join(PERIODS)}")
    return ToneVoice(option)


ENGINE = Engine(
    name="tone",
    summary="beeps instead of speech, for tests",
    licence="GPL-3.0-or-later",
    make=make,
    siblings=lambda option: tuple(Sibling(other) for other in PERIODS if other != (option or "low")),
    commercial="yes",
    examples=("tone:low", "tone:high"),
)
