"""When words begin in the sound of a voice that does not tell.

eSpeak NG says the same text, and tells when its words begin; what it said is then laid over the voice's own sound, here
stretched and there squeezed, so that vowels lie on vowels and pauses on pauses (dynamic time warping). Where eSpeak NG
cannot say it, the letters stand for the sounds, and only pauses can be laid on pauses.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from operator import add, mul, sub

from reader.errors import LytError
from reader.model import Mark
from voices.seam import Speech, Utterance, Voice

GRAINS_PER_SECOND = 200  # times are counted in grains: nothing finer is looked at
GRAINS_PER_FRAME = 4  # of what is laid over each other
MOST_FRAMES = 20_000  # of a very long sound; each is longer then
BANDS = 5  # octaves, the highest first
FLOOR_DB = 60.0  # below the loudest of a band, where all is silence
OFF_PACE = 0.5  # what each frame costs by which one sound runs ahead of the other; two frames differ by at most 2.2
NEAR = 12  # frames around the rough way in which the fine one is sought
FEW = 48  # frames among which every way is tried
SILENT_DB = 30.0  # below the loudest, where a voice pauses
PAUSE = 16  # grains that are more than the closure before a t
REACH = 40  # grains between an estimate and the end of the pause that it must have meant
ONSET = 2  # grains of a word too soft to be told from the pause before it
GLIDE = 8  # grains between two words, which eSpeak NG counts to the second, and voices that give marks to neither

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_BORDER = re.compile(r"[^\w\s]")
_VOWELS = frozenset("aeiouyæøåäöüéèêëáàâóòôíìîúùû")
_VOWEL, _CONSONANT, _DIGIT, _PAUSE_AT_BORDER = 20, 13, 70, 50  # grains

Frame = tuple[float, ...]
Way = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sound in grains: `sums[band][grain]` is the energy in a band before the grain."""

    sums: tuple[Sequence[float], ...]

    @property
    def grains(self) -> int:
        """Its length."""
        return len(self.sums[0]) - 1

    def merged(self) -> Sketch:
        """The same in one band."""
        return Sketch(([math.fsum(bands) for bands in zip(*self.sums, strict=True)],))

    def frames(self, start: float, end: float, count: int) -> list[Frame]:
        """The loudness of each band, between 0 and 1, in `count` frames of the stretch."""
        return list(zip(*(self._loudness(sums, start, end, count) for sums in self.sums), strict=True))

    def _loudness(self, sums: Sequence[float], start: float, end: float, count: int) -> Iterator[float]:
        loudest = max(_decibels(after - before) for before, after in pairwise(sums))
        width = (end - start) / count
        for number in range(count):
            first = min(int(start + number * width), self.grains - 1)
            last = min(max(int(start + (number + 1) * width), first + 1), self.grains)
            level = _decibels((sums[last] - sums[first]) / (last - first))
            yield max(0.0, 1 + (level - loudest) / FLOOR_DB)


@dataclass(frozen=True, slots=True)
class Guide:
    """How another voice says a text: when each of the words begins, and the sound."""

    starts: tuple[float, ...]
    sketch: Sketch


def estimated_marks(text: str, speech: Speech, rate: int, language: str = "da") -> tuple[Mark, ...]:
    """A mark for every word of a text: those that the voice gave as they are, the others estimated.

    They rise and lie inside the sound, which is mono and has `rate` frames a second. No text and no sound is an error.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    unknown = [word for word in words if not any(mark.start < word[1] and word[0] < mark.end for mark in speech.marks)]
    if not unknown:
        return speech.marks
    frames_per_grain = rate / GRAINS_PER_SECOND
    known = {mark.start: mark.frame / frames_per_grain for mark in speech.marks}
    starts = _starts(text, words, sketch(speech.pcm, rate), known, language)
    estimated = [Mark(*word, round(starts[word] * frames_per_grain), estimated=True) for word in unknown]
    return _in_order(sorted([*speech.marks, *estimated], key=lambda mark: mark.start), len(speech.pcm) // 2)


def sketch(pcm: bytes, rate: int) -> Sketch:
    """The energy of a sound in octaves, as simple sums and differences of neighbouring samples tell them apart."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    return Sketch(tuple(_sums(band, len(samples), rate) for band in _octaves(samples)))


def _octaves(samples: Sequence[int]) -> Iterator[Sequence[int]]:
    low: Sequence[int] = samples
    for _ in range(BANDS - 1):
        even, odd = low[0 : len(low) // 2 * 2 : 2], low[1::2]
        yield array("i", map(sub, even, odd))
        low = array("i", map(add, even, odd))
    yield low


def _sums(band: Sequence[int], samples: int, rate: int) -> list[float]:
    grains = max(1, samples * GRAINS_PER_SECOND // rate)
    places = [len(band) * grain // grains for grain in range(grains + 1)]
    parts = (band[start:end] for start, end in pairwise(places))
    return list(accumulate((sum(map(mul, part, part)) / max(1, len(part)) for part in parts), initial=0.0))


def _decibels(energy: float) -> float:
    return 10 * math.log10(max(energy, 1.0))


def _in_order(marks: Sequence[Mark], frames: int) -> tuple[Mark, ...]:
    """Marks whose estimates never run ahead of what follows nor behind what went before."""
    ceilings = [frames] * len(marks)
    for number in range(len(marks) - 2, -1, -1):
        later = marks[number + 1]
        ceilings[number] = ceilings[number + 1] if later.estimated else min(later.frame, ceilings[number + 1])
    ordered: list[Mark] = []
    for mark, ceiling in zip(marks, ceilings, strict=True):
        floor = ordered[-1].frame if ordered else 0
        frame = max(floor, min(mark.frame, ceiling)) if mark.estimated else mark.frame
        ordered.append(Mark(mark.start, mark.end, frame, mark.estimated))
    return tuple(ordered)
