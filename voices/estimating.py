"""When words begin in the sound of a voice that does not tell.

eSpeak NG says the same text, and tells when its words begin; what it said is then laid over the voice's own sound, here
stretched and there squeezed, so that vowels lie on vowels and pauses on pauses (dynamic time warping). Where eSpeak NG
cannot say it, the letters stand for the sounds, and only pauses can be laid on pauses.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from operator import add, mul, sub

from reader.errors import LytError
from reader.model import Mark
from voices.seam import Speech, Utterance, Voice

GRAINS_PER_SECOND = 200  # the finest that is looked at
GRAINS_PER_FRAME = 4  # what is laid over each other
BANDS = 5  # octaves, the highest first
FLOOR_DB = 60.0  # below the loudest, where all is silence
OFF_PACE = 1.2  # what a frame costs by which one sound runs ahead of the other; a frame in silence beside sound costs 5
NEAR = 12  # frames around the rough way in which the fine one is sought
FEW = 48  # frames among which every way is tried
SILENT_DB = 30.0  # below the loudest second: a pause
SHORTEST_PAUSE = 16  # grains: 80 ms
REACH = 40  # grains between an estimate and the end of the pause that it must mean
ONSET = 2  # grains of a word that are too soft to be told from the pause
GLIDE = 8  # grains between two words that eSpeak NG counts to the second, and that a voice's own marks count to neither

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_BORDER = re.compile(r"[^\s\w]")
_VOWELS = frozenset("aeiouyæøåäöüéèêáàâóòôíìîúùû")
_VOWEL_GRAINS, _CONSONANT_GRAINS, _DIGIT_GRAINS, _PAUSE_GRAINS = 20, 13, 70, 50

Frame = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sound in grains: `sums[band][grain]` is the energy in a band of all grains before."""

    sums: tuple[Sequence[float], ...]

    @property
    def grains(self) -> int:
        return len(self.sums[0]) - 1

    def levels(self) -> list[float]:
        """The loudness of each grain in dB."""
        totals = [sum(values) for values in zip(*self.sums, strict=True)]
        return [_decibels(after - before) for before, after in pairwise(totals)]

    def merged(self) -> Sketch:
        """The same in one band."""
        return Sketch(([sum(values) for values in zip(*self.sums, strict=True)],))


@dataclass(frozen=True, slots=True)
class Guide:
    """How another voice says a text: the grain at which each word begins, and its sound."""

    starts: tuple[float, ...]
    sketch: Sketch


def estimated_marks(text: str, speech: Speech, rate: int, language: str = "da") -> tuple[Mark, ...]:
    """A mark for every word of a text: those that the voice gave as they are, the others estimated.

    They rise and lie inside the sound, which has `rate` frames a second. Nothing is raised, whatever the text.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    unknown = [word for word in words if not any(word[0] < mark.end and mark.start < word[1] for mark in speech.marks)]
    samples = array("h", speech.pcm[: len(speech.pcm) // 2 * 2])
    if not unknown:
        return speech.marks
    grain = rate / GRAINS_PER_SECOND
    known = {mark.start: mark.frame / grain for mark in speech.marks}
    starts = _starts(text, words, samples, rate, known, language)
    ...
