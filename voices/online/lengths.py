"""Whether the sound of a piece can be all of its words, and only those, by how long it is and how it ends.

Some bounds hold for all speech; a sound that breaks off, with no silence at its end, must be longer to be believed.
Narrower bounds come from the voice itself: the median pace of what it has said so far, which a few odd pieces do not
move, and its habit of ending in silence.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import deque
from dataclasses import dataclass
from statistics import median

from voices.online.remote import PassingFaultError

MIN_MS_PER_LETTER, MIN_MS_PER_LETTER_WITHOUT_END = 25, 50
MAX_MS_PER_LETTER, MAX_MS_MORE = 250, 2000

# How far a piece may be from the voice's own pace. Whole pieces of several voices were within 0.75 and 1.25 of it.
FASTEST, SLOWEST = 0.6, 1.4
SLACK_MS, MS_PER_STOP = 400, 400  # more where it is long: a breath for each mark
FASTEST_WITHOUT_END = 0.85
REMEMBERED, ENOUGH = 100, 4
TELLING_LETTERS = 20  # shorter pieces say nothing of the pace

_SPELLED = re.compile(r"\b[A-ZÆØÅ]{2,}\b")
_STOPS = ".,;:!?…–—"
_SPOKEN_SIGNS = "%‰&@#/+*=§°"
_LETTERS_OF_DIGIT, _LETTERS_OF_SIGN, _LETTERS_OF_CAPITAL, _LETTERS_OF_WIDE = 8, 8, 3, 4


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of one piece: its length without the silence around it, and whether it ended in silence.

    `speed` is the factor of the voice's own pace that was asked for.
    """

    milliseconds: float
    ends_in_silence: bool
    speed: float = 1.0


class Expectation:
    """How long the pieces of one voice should be; it learns from each that was believed. Threads may share it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._paces: deque[float] = deque(maxlen=REMEMBERED)
        self._ends: deque[bool] = deque(maxlen=REMEMBERED)

    def check(self, text: str, heard: Heard) -> None:
        """Believe the sound of a text and learn from it, or raise PassingFaultError."""
        letters, most = fewest_letters(text), most_letters(text)
        with self._lock:
            if self._is_too_short(letters, heard):
                raise PassingFaultError(
                    f"the speech of {self._name} is too short for its text, so a part is missing; try again later"
                )
            if self._is_too_long(most, SLACK_MS + MS_PER_STOP * sum(text.count(stop) for stop in _STOPS), heard):
                raise PassingFaultError(f"the speech of {self._name} is too long for its text; try again later")
            self._ends.append(heard.ends_in_silence)
            if letters >= TELLING_LETTERS and letters == most:
                self._paces.append(heard.milliseconds * heard.speed / letters)

    def _is_too_short(self, letters: int, heard: Heard) -> bool:
        length = heard.milliseconds * max(heard.speed, 1.0)  # a service may ignore the speed that it is asked for
        shortest = MIN_MS_PER_LETTER if heard.ends_in_silence else MIN_MS_PER_LETTER_WITHOUT_END
        if length < shortest * letters:
            return True
        if len(self._paces) < ENOUGH or letters < TELLING_LETTERS:
            return False
        breaks_off = all(self._ends) and not heard.ends_in_silence
        fastest = FASTEST_WITHOUT_END if breaks_off else FASTEST
        return length < fastest * median(self._paces) * letters

    def _is_too_long(self, letters: int, pauses: int, heard: Heard) -> bool:
        length = heard.milliseconds * min(heard.speed, 1.0)
        if length > MAX_MS_PER_LETTER * letters + MAX_MS_MORE:
            return True
        return len(self._paces) >= ENOUGH and length > SLOWEST * median(self._paces) * letters + pauses


def fewest_letters(text: str) -> int:
    """How many letters a text has at least when it is spoken: each letter and each digit is one."""
    return sum(map(str.isalnum, text))


def most_letters(text: str) -> int:
    """How many letters a text may have when it is spoken: digits, signs and spelled words are longer than written."""
    spelled = sum(len(found.group()) for found in _SPELLED.finditer(text))
    return sum(map(_most, text)) + (_LETTERS_OF_CAPITAL - 1) * spelled


def _most(character: str) -> int:
    if character.isdigit():
        return _LETTERS_OF_DIGIT
    if character.isalpha():
        return _LETTERS_OF_WIDE if unicodedata.east_asian_width(character) in "WF" else 1
    is_sign = character in _SPOKEN_SIGNS or unicodedata.category(character)[0] == "S"
    return _LETTERS_OF_SIGN if is_sign else 0
