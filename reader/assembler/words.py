"""When each printed word sounds: from the marks of the spoken words, by way of the spans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.model import Clip, Line, Mark, WordCue, unchanged_stretches
from reader.timeline import milliseconds

_WORD = re.compile(r"[^\W_]+(?:[-'’.,:/@][^\W_]+)*[%‰]?|[%‰§&€$£+]")


class Place(NamedTuple):
    """A printed word and the stretch of the spoken text that says it."""

    written_start: int
    written_end: int
    spoken_start: int
    spoken_end: int


def word_cues(line: Line, clip: Clip, start: float, end: float) -> tuple[WordCue, ...]:
    """The printed words of a line, timed in seconds, rising, between `start` and `end`.

    A word whose sound has no mark is timed between its neighbours by its length. It is marked as estimated, like one
    whose mark is.
    """
    places = printed_words(line)
    if not places:
        return ()
    marks = _first_marks(places, clip)
    known = [None if mark is None else start + mark.frame / clip.rate for mark in marks]
    starts = [milliseconds(time) / 1000 for time in _filled(places, known, start, end)]
    ends = [*starts[1:], end]
    return tuple(
        WordCue(begin, max(begin, stop), place.written_start, place.written_end, mark is None or mark.estimated)
        for place, begin, stop, mark in zip(places, starts, ends, marks, strict=True)
    )


def printed_words(line: Line) -> list[Place]:
    """The printed words that are said. Words that one rule turned into something together are one."""
    places: list[Place] = []
    for place in sorted(_word_places(line)):
        if places and place.spoken_start < places[-1].spoken_end:
            before = places.pop()
            end = max(before.spoken_end, place.spoken_end)
            places.append(Place(before.written_start, place.written_end, before.spoken_start, end))
        else:
            places.append(place)
    return places


def _word_places(line: Line) -> Iterator[Place]:
    stretches = list(unchanged_stretches(line.spans, len(line.written)))
    stretch_starts = [written for written, _, _ in stretches]
    span_ends = [span.written_end for span in line.spans]
    for match in _WORD.finditer(line.written):
        start, end = match.span()
        touching = [
            span
            for span in line.spans[bisect_left(span_ends, start + 1) : bisect_left(span_ends, end + 1) + 1]
            if span.written_start < end and span.written_end > start
        ]
        spoken_start = _spoken_offset(stretches, stretch_starts, start)
        spoken_end = _spoken_offset(stretches, stretch_starts, end)
        if touching:
            start, end = min(start, touching[0].written_start), max(end, touching[-1].written_end)
            spoken_start = min(spoken_start, touching[0].spoken_start)
            spoken_end = max(spoken_end, touching[-1].spoken_end)
        if any(map(str.isalnum, line.spoken[spoken_start:spoken_end])):
            yield Place(start, end, spoken_start, spoken_end)


def _spoken_offset(stretches: Sequence[tuple[int, int, int]], starts: Sequence[int], written: int) -> int:
    """Where a written offset stands in the spoken text; inside a span, at the end of the stretch before it."""
    place = max(0, bisect_left(starts, written + 1) - 1)
    while place > 0 and starts[place] == starts[place - 1]:
        place -= 1
    begin, spoken, length = stretches[place]
    return spoken + min(max(0, written - begin), length)


def _first_marks(places: Sequence[Place], clip: Clip) -> list[Mark | None]:
    """The first mark in what each place says, if there is one."""
    starts = [mark.start for mark in clip.marks]
    found: list[Mark | None] = []
    for place in places:
        first = bisect_left(starts, place.spoken_start)
        is_within = first < len(starts) and starts[first] < place.spoken_end
        found.append(clip.marks[first] if is_within else None)
    return found


def _filled(places: Sequence[Place], known: Sequence[float | None], start: float, end: float) -> list[float]:
    """Every start, the unknown ones between their neighbours in the measure of spoken letters."""
    filled: list[float] = []
    anchors = [i for i, time in enumerate(known) if time is not None]
    next_anchor = 0
    low_place, low_time = places[0].spoken_start, start
    for i, time in enumerate(known):
        while next_anchor < len(anchors) and anchors[next_anchor] < i:
            next_anchor += 1
        if time is not None:
            low_place, low_time = places[i].spoken_start, max(time, filled[-1] if filled else start)
            filled.append(min(low_time, end))
            continue
        anchor = anchors[next_anchor] if next_anchor < len(anchors) else None
        high_place = places[-1].spoken_end if anchor is None else places[anchor].spoken_start
        high_time = end if anchor is None else (known[anchor] or end)
        share = (places[i].spoken_start - low_place) / max(1, high_place - low_place)
        filled.append(max(low_time, low_time + share * (high_time - low_time)))
    return filled
