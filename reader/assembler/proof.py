"""Prove a finished recording: every word of the article is in it, where its cues say, as loud as it should be.

All of it from what was heard in the finished MP3, beside the script and the cues.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from reader.assembler.hearing import HOP, RATE, STEP, Heard
from reader.assembler.mastering import HIGHEST_PEAK
from reader.model import Cue, Line, Omission, Proof, Recording, Script
from reader.timeline import chapter_times

LOUDNESS_TOLERANCE = 0.5  # LU
PEAK_TOLERANCE = 0.05  # dB: meters differ by as much
LENGTH_TOLERANCE = 0.03  # seconds: one MP3 frame
AUDIBLE = 10 ** (-40 / 20)  # full scale is 1: each line has sound as loud as this
QUIET = 10 ** (-45 / 20)  # a pause is no louder
LEAST_SOUND = 0.5  # of a line's time: the rest may be gaps between its words
NOISY = 0.45  # flatness; half of a line's sound or more is noise
SURE_OF_NOISE = 0.8  # seconds: a shorter line may be one hissing word
SHORTEST_MS, LONGEST_MS = 15, 1000  # per letter
BESIDE_MS = 3000  # for breaths, in short lines
LETTERS_TO_COMPARE = 25  # of a line; a shorter one says nothing of a pace
LINES_TO_COMPARE = 5
FASTEST, SLOWEST = 0.55, 2.0  # of its voice's usual time
EDGE = 0.03  # seconds at both ends of a pause where sound may fade
MOST_TOLD = 5  # problems of one kind


class Evidence(NamedTuple):
    """What a rule may look at."""

    script: Script
    recording: Recording
    heard: Heard
    loudness: float


Rule = Callable[[Evidence], Iterator[str]]


def prove(script: Script, recording: Recording, heard: Heard, loudness: float) -> Proof:
    """Hold what was heard to what the script and the cues say, and to a loudness in LUFS."""
    evidence = Evidence(script, recording, heard, loudness)
    found = {name: list(rule(evidence)) for name, rule in RULES.items()}
    reasons: Counter[str] = Counter()
    for skip in script.skipped:
        reasons[skip.reason] += skip.end - skip.start
    characters = sum(len(paragraph.text) for paragraph in script.article.paragraphs)
    return Proof(
        characters,
        characters - sum(reasons.values()),
        tuple(Omission(*item) for item in reasons.items()),
        len(recording.cues),
        sum(len(cue.words) for cue in recording.cues),
        tuple(name for name, problems in found.items() if not problems),
        tuple(problem for problems in found.values() for problem in _told(problems)),
    )


def _told(problems: Sequence[str]) -> Iterator[str]:
    yield from problems[:MOST_TOLD]
    if len(problems) > MOST_TOLD:
        yield f"and {len(problems) - MOST_TOLD} more like this"


def _is_complete(evidence: Evidence) -> Iterator[str]:
    """The script's own rule is that its lines and skips are the article; here each line has a cue, and words."""
    script, recording, *_ = evidence
    if [cue.line for cue in recording.cues] != list(range(len(script.lines))):
        yield f"there are {len(script.lines)} lines and {len(recording.cues)} cues"
        return
    for line, cue in _rows(evidence):
        if any(map(str.isalnum, line.written)) and not cue.words:
            yield f"line {cue.line + 1} has no timed word"


def _rises(evidence: Evidence) -> Iterator[str]:
    end = 0.0
    for cue in evidence.recording.cues:
        if not end <= cue.start < cue.end <= evidence.recording.duration:
            yield f"the times of line {cue.line + 1} do not rise"
        end = cue.end
        starts = [cue.start, *(word.start for word in cue.words), cue.end]
        if any(before > after for before, after in pairwise(starts)):
            yield f"the words of line {cue.line + 1} do not rise within it"


def _lasts(evidence: Evidence) -> Iterator[str]:
    counted, heard = evidence.recording.duration, evidence.heard.duration
    if abs(counted - heard) > LENGTH_TOLERANCE:
        yield f"{counted:.2f} s were counted, and {heard:.2f} s are heard"


def _sounds(evidence: Evidence) -> Iterator[str]:
    for cue in evidence.recording.cues:
        levels = _levels(evidence.heard, cue.start, cue.end)
        heard = np.count_nonzero(levels > QUIET)
        if not len(levels) or levels.max() < AUDIBLE or heard < LEAST_SOUND * len(levels):
            yield f"line {cue.line + 1} is silent at {cue.start:.1f} s"


def _is_speech(evidence: Evidence) -> Iterator[str]:
    for cue in evidence.recording.cues:
        if cue.end - cue.start < SURE_OF_NOISE:
            continue
        start, end = (round(time * RATE / STEP) for time in (cue.start, cue.end))
        flatness = evidence.heard.flatness[start:end]
        if np.count_nonzero(flatness > NOISY) > len(flatness) / 2:
            yield f"line {cue.line + 1} is noise at {cue.start:.1f} s"


def _fits_its_text(evidence: Evidence) -> Iterator[str]:
    rows = [(cue, _letters(line), cue.end - cue.start) for line, cue in _rows(evidence)]
    by_voice: defaultdict[str, list[float]] = defaultdict(list)
    for cue, letters, seconds in rows:
        if letters >= LETTERS_TO_COMPARE:
            by_voice[cue.voice].append(seconds / letters)
    paces = {voice: float(np.median(times)) for voice, times in by_voice.items() if len(times) >= LINES_TO_COMPARE}
    for cue, letters, seconds in rows:
        is_possible = SHORTEST_MS * letters <= 1000 * seconds <= LONGEST_MS * letters + BESIDE_MS
        usual = paces.get(cue.voice, 0) * letters if letters >= LETTERS_TO_COMPARE else 0
        if not is_possible or (usual and not FASTEST * usual <= seconds <= SLOWEST * usual):
            yield f"line {cue.line + 1} lasts {seconds:.1f} s, which {letters} letters do not"


def _pauses(evidence: Evidence) -> Iterator[str]:
    for before, after in pairwise(evidence.recording.cues):
        levels = _levels(evidence.heard, before.end + EDGE, after.start - EDGE)
        if len(levels) and levels.max() > QUIET:
            yield f"there is sound in the pause before line {after.line + 1}, at {before.end:.1f} s"


def _chapters_stand(evidence: Evidence) -> Iterator[str]:
    script, recording, heard, _ = evidence
    times = chapter_times(script, recording.cues, recording.duration)
    for time in times:
        first_word = recording.cues[time.chapter.line].start
        levels = _levels(heard, time.start_ms / 1000 - EDGE, time.start_ms / 1000 + EDGE)
        if time.start_ms and (time.start_ms / 1000 > first_word or levels.max() > QUIET):
            yield f"the chapter {time.chapter.id!r} does not stand in the silence before its first word"
    if times and (times[0].start_ms or any(before.end_ms != after.start_ms for before, after in pairwise(times))):
        yield "the chapters do not follow each other from the beginning"


def _is_loud(evidence: Evidence) -> Iterator[str]:
    missed = evidence.heard.loudness - evidence.loudness
    if abs(missed) > LOUDNESS_TOLERANCE:
        told = f"{evidence.heard.loudness:.1f} LUFS instead of {evidence.loudness:.1f}"
        yield f"its loudness is {told}; a voice with high peaks cannot be louder, so ask for less with --loudness"


def _has_room(evidence: Evidence) -> Iterator[str]:
    if evidence.heard.true_peak > HIGHEST_PEAK + PEAK_TOLERANCE:
        yield f"its true peak is {evidence.heard.true_peak:.1f} dBTP; {HIGHEST_PEAK:.0f} is the most"


RULES: dict[str, Rule] = {
    "every character is spoken, or left out for a reason": _is_complete,
    "the times of lines and words rise": _rises,
    "it is as long as was counted": _lasts,
    "each line has sound": _sounds,
    "each line is speech, not noise": _is_speech,
    "each line is as long as its text": _fits_its_text,
    "the pauses are silent": _pauses,
    "chapters stand in the silence before their first words": _chapters_stand,
    "the loudness holds": _is_loud,
    "the true peak holds": _has_room,
}


def _rows(evidence: Evidence) -> Iterator[tuple[Line, Cue]]:
    yield from zip(evidence.script.lines, evidence.recording.cues, strict=False)  # a rule of its own counts them


def _letters(line: Line) -> int:
    return sum(map(str.isalnum, line.spoken))


def _levels(heard: Heard, start: float, end: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return heard.levels[round(max(0.0, start) * RATE / HOP) : round(end * RATE / HOP)]
