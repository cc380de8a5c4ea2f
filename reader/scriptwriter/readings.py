"""From printed words to spoken words, each change with its place."""

from __future__ import annotations

from reader.danish import Lexicon, Reading, apply
from reader.danish.rules import MARKS, RULES, rules_with
from reader.model import Span


def read(written: str, language: str, lexicon: Lexicon) -> Reading:
    """What is said for a line; Danish rules for Danish, and for others only what every language shares."""
    rules = RULES if language.startswith("da") else MARKS
    return apply(written, rules_with(lexicon, rules) if lexicon.entries else rules)


def spans_of(reading: Reading) -> tuple[Span, ...]:
    """The changes of a reading as spans, with their places on both sides; words of another language are among them."""
    spans: list[Span] = []
    shift = 0
    for change in reading.changes:
        start = change.start + shift
        shift += len(change.spoken) - (change.end - change.start)
        end = start + len(change.spoken)
        if change.ipa or change.language or reading.written[change.start : change.end] != change.spoken:
            spans.append(
                Span(change.start, change.end, start, end, change.rule, ipa=change.ipa, language=change.language)
            )
    return tuple(spans)
