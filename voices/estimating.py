"""When words begin in the sound of a voice that does not tell.

eSpeak NG says the same text, and tells when its words begin; what it said is then laid over the voice's own sound, here
stretched and there squeezed, so that vowels lie on vowels and pauses on pauses (dynamic time warping). Where eSpeak NG
cannot say it, the letters stand for the sounds, and only pauses can be laid on pauses.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, islice, pairwise, repeat
from operator import add, mul, sub

from reader.errors import LytError
from reader.model import Mark
from voices.seam import Speech, Utterance, Voice

GRAINS_PER_SECOND = 200  # times are counted in grains of 5 ms: nothing finer is looked at
GRAINS_PER_FRAME = 4  # frames are laid over each other
MOST_FRAMES = 20_000  # of a very long sound, whose frames are longer then
BANDS = 4  # octaves, the highest first
TWICE_THE_HIGHEST = 16_000  # samples a second: of what is higher, one can do without
FLOOR_DB = 60.0  # below the loudest of a band, where all is silence
OFF_PACE = 0.5  # the price of each frame by which one sound runs ahead; two frames differ by 2 at most
NEAR = 12  # frames around the rough way, among which the fine one is sought
FEW = 48  # frames among which every way is tried
SILENT_DB = 30.0  # below the loudest, where a voice pauses
PAUSE = 16  # grains; a silence that is shorter is the closure before a t
REACH = 40  # grains between an estimate and the pause that it must have meant
ONSET = 1  # grains of a word that are too soft to be told from the pause before it
GLIDE = 9  # grains between two words: eSpeak NG counts them to the second, voices that give marks to neither

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_BORDER = re.compile(r"[^\w\s]")
_VOWELS = frozenset("aeiouyæøåäöüéèêëáàâóòôíìîúùû")
_VOWEL, _CONSONANT, _DIGIT, _BREAK = 20, 13, 70, 50  # grains

BOTH, OURS, THEIRS = range(3)  # the sound of which a step takes a frame

Word = tuple[int, int]  # where in the text it starts and ends
Frame = tuple[float, ...]
Pair = tuple[float, float]  # a time of the guide, and the same moment in the voice's sound


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sound in grains: `sums[band][grain]` is the energy of a band before the grain, `loudest` its most, in dB."""

    sums: tuple[Sequence[float], ...]
    loudest: tuple[float, ...]

    @property
    def grains(self) -> int:
        """Its length."""
        return len(self.sums[0]) - 1

    def energies(self) -> list[float]:
        """The energy of each grain."""
        whole = list(map(sum, zip(*self.sums, strict=True)))
        return list(map(sub, whole[1:], whole))

    def merged(self) -> Sketch:
        """The same in one band."""
        return _sketch_of([self.energies()])

    def frames(self, start: float, end: float, count: int) -> list[Frame]:
        """The loudness of each band, between 0 and 1, in `count` frames of a stretch."""
        places = [min(int(start + (end - start) * number / count), self.grains - 1) for number in range(count)]
        ends = [max(place + 1, after) for place, after in zip(places, [*places[1:], self.grains - 1], strict=True)]
        bands = zip(self.sums, self.loudest, strict=True)
        return list(zip(*(_loudness(sums, loudest, places, ends) for sums, loudest in bands), strict=True))

    def levels(self) -> list[float]:
        """How far below the loudest each grain is, in dB."""
        energies = self.energies()
        loudest = _decibels(max(energies))
        return [_decibels(energy) - loudest for energy in energies]


@dataclass(frozen=True, slots=True)
class Guide:
    """How another voice says the text: its sound, and when each of the words begins."""

    sketch: Sketch
    starts: Sequence[float]


def estimated_marks(text: str, speech: Speech, rate: int, language: str = "da") -> tuple[Mark, ...]:
    """A mark for every word of a text: those that the voice gave as they are, the others estimated.

    They rise and lie inside the sound, which is mono and has `rate` frames a second. No text and no sound is an error.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    unknown = [word for word in words if not _is_told(word, speech.marks)]
    if not unknown:
        return speech.marks
    known = {mark.start: mark.frame * GRAINS_PER_SECOND / rate for mark in speech.marks}
    starts = _starts(text, words, sketch(speech.pcm, rate), known, language)
    estimated = [Mark(*word, round(starts[word] * rate / GRAINS_PER_SECOND), estimated=True) for word in unknown]
    return _in_order(sorted([*speech.marks, *estimated], key=lambda mark: mark.start), len(speech.pcm) // 2)


def _is_told(word: Word, marks: Sequence[Mark]) -> bool:
    number = bisect_left(marks, word[1], key=lambda mark: mark.start)
    return number > 0 and marks[number - 1].end > word[0]


def _starts(
    text: str, words: Sequence[Word], sound: Sketch, known: Mapping[int, float], language: str
) -> dict[Word, float]:
    """When each word begins in the sound; `known` has the times that the voice gave, by their place in the text."""
    guide = _guide_of_library(text, words, language)
    if guide is None:
        guide, sound = _guide_of_letters(text, words), sound.merged()
    levels = sound.levels()
    own = [(start, known[word[0]]) for word, start in zip(words, guide.starts, strict=True) if word[0] in known]
    begin, end = zip(_loud_part(guide.sketch.levels()), _loud_part(levels), strict=True)
    times = _laid_over(guide, sound, _rising([begin, *own, end]))
    return dict(zip(words, _at_pauses(text, words, times, _pauses(levels)), strict=True))


def sketch(pcm: bytes, rate: int) -> Sketch:
    """The energy of a sound in octaves, as sums and differences of neighbouring samples tell them apart."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    grains = max(1, len(samples) * GRAINS_PER_SECOND // rate)
    energies: list[list[float]] = [[] for _ in range(BANDS)]
    for first in range(0, grains, GRAINS_PER_SECOND):  # a second at a time, whose lists are short
        last = min(first + GRAINS_PER_SECOND, grains)
        second = samples[len(samples) * first // grains : len(samples) * last // grains]
        for band, (octave, scale) in zip(energies, _octaves(second, rate), strict=True):
            band.extend(_energies(octave, last - first, scale))
    return _sketch_of(energies)


def _sketch_of(energies: Iterable[Sequence[float]]) -> Sketch:
    bands = tuple(energies)
    return Sketch(
        tuple(list(accumulate(band, initial=0.0)) for band in bands), tuple(_decibels(max(band)) for band in bands)
    )


def _octaves(samples: Sequence[int], rate: int) -> Iterator[tuple[Sequence[int], float]]:
    """Yield each octave, the highest first, with what makes its energy comparable."""
    low, scale = samples, 1.0
    while rate >= TWICE_THE_HIGHEST:
        low, rate, scale = list(map(add, low[: len(low) // 2 * 2 : 2], low[1::2])), rate // 2, scale / 4
    for _ in range(BANDS - 1):
        even, odd = low[: len(low) // 2 * 2 : 2], low[1::2]
        scale /= 4
        yield list(map(sub, even, odd)), scale
        low = list(map(add, even, odd))
    yield low, scale


def _energies(octave: Sequence[int], grains: int, scale: float) -> Iterator[float]:
    places = [len(octave) * grain // grains for grain in range(grains + 1)]
    for start, end in pairwise(places):
        part = octave[start:end]
        yield scale * sum(map(mul, part, part)) / max(1, len(part))


def _loudness(sums: Sequence[float], loudest: float, starts: Iterable[int], ends: Iterable[int]) -> Iterator[float]:
    for start, end in zip(starts, ends, strict=True):
        level = _decibels((sums[end] - sums[start]) / (end - start))
        yield max(0.0, 1 + (level - loudest) / FLOOR_DB)


def _decibels(energy: float) -> float:
    return 10 * math.log10(max(energy, 1.0))


def _loud_part(levels: Sequence[float]) -> Pair:
    """From the first to the last grain that is not silent; everything where nothing is heard."""
    loud = [grain for grain, level in enumerate(levels) if level > -SILENT_DB]
    return (loud[0], loud[-1] + 1)


def _pauses(levels: Sequence[float]) -> list[Pair]:
    """The silences inside the sound: where each starts and ends."""
    loud = [grain for grain, level in enumerate(levels) if level > -SILENT_DB]
    return [(before + 1, after) for before, after in pairwise(loud) if after - before > PAUSE]


@cache
def _voice(language: str) -> Voice | None:
    """eSpeak NG in a language; None where it cannot speak it."""
    from voices.espeak import make  # noqa: PLC0415  most voices tell, and need no other

    try:
        return make(language)
    except LytError:
        return None


def _guide_of_library(text: str, words: Sequence[Word], language: str) -> Guide | None:
    voice = _voice(language) or _voice(language.partition("-")[0])
    if voice is None:
        return None
    try:
        speech = voice.speak(Utterance(text, language))
    except LytError:
        return None
    sound = sketch(speech.pcm, voice.format.rate)
    told = {mark.start: mark.frame * GRAINS_PER_SECOND / voice.format.rate for mark in speech.marks}
    places = _rising(
        [(0, 0.0), *((word[0], told[word[0]]) for word in words if word[0] in told), (len(text), sound.grains)]
    )
    return Guide(sound, [_between(places, word[0]) for word in words])


def _guide_of_letters(text: str, words: Sequence[Word]) -> Guide:
    """A sound that is loud as long as the letters of words are likely to last, and silent at the marks between them."""
    energies: list[float] = []
    starts: list[float] = []
    end = words[0][0]
    for word in words:
        if _BORDER.search(text, end, word[0]):
            energies += [1.0] * _BREAK
        starts.append(len(energies))
        energies += [1e6] * sum(map(_grains, text[word[0] : word[1]]))
        end = word[1]
    return Guide(_sketch_of([energies]), starts)


def _grains(character: str) -> int:
    if character.isdigit():
        return _DIGIT
    return _VOWEL if character.lower() in _VOWELS else _CONSONANT


def _rising(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs without those that go back in one of their two times; the first and the last stay."""
    first, *inner, last = pairs
    kept = [first]
    for pair in inner:
        if kept[-1][0] < pair[0] < last[0] and kept[-1][1] < pair[1] < last[1]:
            kept.append(pair)
    return [*kept, last]


def _between(pairs: Sequence[Pair], time: float) -> float:
    """What belongs to a time, in a straight line between the pairs before and after it."""
    number = min(max(bisect_right(pairs, time, key=lambda pair: pair[0]), 1), len(pairs) - 1)
    (before, low), (after, high) = pairs[number - 1], pairs[number]
    share = (time - before) / (after - before) if after > before else 0.0
    return low + min(max(share, 0.0), 1.0) * (high - low)


def _laid_over(guide: Guide, sound: Sketch, anchors: Sequence[Pair]) -> list[float]:
    """When the guide's words begin in the sound, stretch by stretch between the anchors."""
    pairs = [anchors[0]]
    for (ours, theirs), (ours_end, theirs_end) in pairwise(anchors):
        length = max(ours_end - ours, theirs_end - theirs)
        count = min(max(round(length / GRAINS_PER_FRAME), 1), MOST_FRAMES)
        way = _way(guide.sketch.frames(ours, ours_end, count), sound.frames(theirs, theirs_end, count))
        step, their_step = (ours_end - ours) / count, (theirs_end - theirs) / count
        middles = ((first + last) / 2 for first, last in way)
        pairs += [(ours + step * frame, theirs + their_step * middle) for frame, middle in enumerate(middles)]
    return [_between(pairs, start) for start in guide.starts]


def _way(ours: Sequence[Frame], theirs: Sequence[Frame]) -> list[tuple[int, int]]:
    """The cheapest way to lay frames over as many others: for each of ours the first and the last of theirs.

    It is found among half as many frames, each as long as two, and then refined.
    """
    count = len(ours)
    reach = [(0, count)] * count
    if count > FEW:
        rough = _way(_halved(ours), _halved(theirs))
        around = [(max(0, 2 * first - NEAR), min(count, 2 * last + 2 + NEAR)) for first, last in rough]
        reach = [around[number // 2] for number in range(count)]
    return _traced(_choices(ours, theirs, reach), reach)


def _halved(frames: Sequence[Frame]) -> list[Frame]:
    pairs = zip(frames[::2], [*frames[1::2], frames[-1]], strict=False)
    return [tuple((one + other) / 2 for one, other in zip(*pair, strict=True)) for pair in pairs]


def _choices(ours: Sequence[Frame], theirs: Sequence[Frame], reach: Sequence[tuple[int, int]]) -> list[bytearray]:
    """For each of our frames and each of theirs within reach, by which step the cheapest way comes there."""
    choices: list[bytearray] = []
    costs, costs_low = [0.0], -1  # of the row before
    for frame, (low, high) in zip(ours, reach, strict=True):
        skipped = low - 1 - costs_low
        above = [math.inf] * -min(skipped, 0) + costs[max(skipped, 0) :]
        above += [math.inf] * (high - low + 1 - len(above))
        row, steps, beside = [], bytearray(), math.inf
        differences = map(math.dist, repeat(frame), theirs[low:high])
        for both, ours_alone, differs in zip(above, above[1:], differences, strict=False):
            best = min(both, ours_alone + OFF_PACE, beside + OFF_PACE)
            steps.append(BOTH if best == both else OURS if best == ours_alone + OFF_PACE else THEIRS)
            beside = best + differs
            row.append(beside)
        choices.append(steps)
        costs, costs_low = row, low
    return choices


def _traced(choices: Sequence[bytearray], reach: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Follow the steps back from the end."""
    way: list[tuple[int, int]] = []
    there = len(reach) - 1
    for steps, (low, _) in zip(reversed(choices), reversed(reach), strict=True):
        last = there
        while steps[there - low] == THEIRS:
            there -= 1
        way.append((there, last))
        there -= steps[there - low] == BOTH
    return way[::-1]


def _at_pauses(text: str, words: Sequence[Word], times: Sequence[float], pauses: Iterable[Pair]) -> list[float]:
    """The times, each that follows a comma or the like moved to the end of the pause that is near, if one is."""
    after_mark = [n for n in range(1, len(words)) if _BORDER.search(text, words[n - 1][1], words[n][0])]
    ends: dict[int, float] = {}
    for start, end in pauses:
        near = [number for number in after_mark if start - REACH <= times[number] <= end + REACH]
        number = min(near, key=lambda number: abs(times[number] - end), default=0)
        if number and abs(times[number] - end) < abs(times[number] - ends.get(number, math.inf)):
            ends[number] = end
    moved = (ends[number] - ONSET if number in ends else time + GLIDE for number, time in enumerate(times))
    return [times[0], *islice(moved, 1, None)]


def _in_order(marks: Sequence[Mark], frames: int) -> tuple[Mark, ...]:
    """The marks, with estimates that neither run ahead of what follows nor fall behind what went before."""
    ceiling = frames
    ceilings: list[int] = []
    for mark in reversed(marks):
        ceiling = ceiling if mark.estimated else min(ceiling, mark.frame)
        ceilings.append(ceiling)
    ordered: list[Mark] = []
    for mark, highest in zip(marks, reversed(ceilings), strict=True):
        lowest = ordered[-1].frame if ordered else 0
        frame = max(lowest, min(mark.frame, highest)) if mark.estimated else mark.frame
        ordered.append(replace(mark, frame=frame))
    return tuple(ordered)
