"""From printed words to spoken words, each change with its place."""

from __future__ import annotations

from collections.abc import Mapping

from reader.danish import RULES, Reading
from reader.danish.reading import apply
from reader.model import Span

ANY_LANGUAGE = tuple((name, rule) for name, rule in RULES if name in ("mark", "edge"))


def read(written: str, language: str, lexicon: Mapping[str, str]) -> Reading:
    """What is said for a line; Danish rules for Danish, and for others only what every language shares."""
    return apply(written, RULES if language.startswith("da") else ANY_LANGUAGE, lexicon)


def spans_of(reading: Reading) -> tuple[Span, ...]:
    """The changes of a reading as spans, with their places on both sides."""
    spans: list[Span] = []
    shift = 0
    for change in reading.changes:
        start = change.start + shift
        shift += len(change.spoken) - (change.end - change.start)
        if reading.written[change.start : change.end] != change.spoken:
            spans.append(Span(change.start, change.end, start, start + len(change.spoken), change.rule))
    return tuple(spans)
