"""The voice: words become dots and dashes, and each word begins at an exact frame."""

from __future__ import annotations

import math
import re
import struct
from functools import lru_cache
from unicodedata import normalize

from voices import AudioFormat, Mark, Speech, Utterance, VoiceError

VERSION = 1  # of the sound: raised whenever the same words come to sound otherwise
RATE = 22_050
AMPLITUDE = 9000
SECONDS_PER_DOT = 1.2  # divided by words a minute
SWELL = 0.005  # seconds in which a tone rises and fades, so that it does not click

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_CODES = (
    "a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- "
    "w.-- x-..- y-.-- z--.. æ.-.- ø---. å.--.- ä.-.- ö---. ü..-- é..-.. ð..--. þ.--.. ł.-..- ß...--.. '.----. ’.----. "
    "0----- 1.---- 2..--- 3...-- 4....- 5..... 6-.... 7--... 8---.. 9----. ..-.-.- --....- ?..--.."
)
CODES = {sign[0]: sign[1:] for sign in _CODES.split()}


class MorseVoice:
    """One hand. It keeps nothing from one utterance to the next, so threads need no lock."""

    concurrency = 4
    is_instant = True

    def __init__(self, name: str, tone: int, pace: int) -> None:
        self.id = f"morse:{name}?pace={pace}&tone={tone}@{VERSION}"
        self.format = AudioFormat(RATE)
        self._tone = tone
        self._pace = pace

    def speak(self, utterance: Utterance, /) -> Speech:
        """Send each word. Raises VoiceError where there is none."""
        dot = round(RATE * SECONDS_PER_DOT / (self._pace * utterance.rate))
        hertz = self._tone * utterance.pitch
        pcm, marks = bytearray(), []
        for word in WORD.finditer(utterance.text):
            marks.append(Mark(word.start(), word.end(), len(pcm) // 2))
            pcm += b"".join(_letter(_code(letter), dot, hertz) for letter in word.group())
            pcm += bytes(2 * 4 * dot)  # with the three after the letter: seven between words
        if not marks:
            raise VoiceError(f"{self.id} has nothing to send: no letter and no digit; skip the line")
        return Speech(bytes(pcm), tuple(marks))


def _code(letter: str) -> str:
    """Dots and dashes; without its accent where it has none with it. Else a question mark: nothing is left out."""
    small = letter.lower()
    return CODES.get(small) or CODES.get(normalize("NFKD", letter)[0].lower()) or CODES["?"]


@lru_cache(maxsize=256)
def _letter(code: str, dot: int, hertz: float) -> bytes:
    """The sound of a letter, and three dots of silence after it."""
    signs = (_tone(dot if sign == "." else 3 * dot, hertz) + bytes(2 * dot) for sign in code)
    return b"".join(signs) + bytes(2 * 2 * dot)


def _tone(frames: int, hertz: float) -> bytes:
    swell = SWELL * RATE
    loud = (min(1.0, i / swell, (frames - i) / swell) for i in range(frames))
    wave = (round(AMPLITUDE * x * math.sin(2 * math.pi * hertz * i / RATE)) for i, x in enumerate(loud))
    return struct.pack(f"<{frames}h", *wave)
