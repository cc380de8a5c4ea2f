"""Say where a quote begins and ends, for those who want to hear it: "Citat: Vi bygger, citat slut, siger hun"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from reader.model import Line, Span
from reader.scriptwriter.lines import PAUSE_MS, Draft

WORDINGS = {
    "da": ("Citat", "citat slut"),
    "nb": ("Sitat", "sitat slutt"),
    "nn": ("Sitat", "sitat slutt"),
    "no": ("Sitat", "sitat slutt"),
    "sv": ("Citat", "slut på citat"),
    "de": ("Zitat", "Zitat Ende"),
    "en": ("Quote", "end of quote"),
}


def with_cues(drafts: Sequence[Draft]) -> list[Draft]:
    """The lines of a script with a spoken mark before and after each stretch of speech.

    A mark belongs to the paragraph and sentence of the line beside it, but nothing is printed for it.
    """
    return list(_cued(drafts))


def _cued(drafts: Sequence[Draft]) -> Iterator[Draft]:
    for utterance, group in groupby(enumerate(drafts), key=lambda item: item[1].quote):
        numbers, lines = zip(*group, strict=True)
        if utterance is None:
            yield from lines
            continue
        before, after = WORDINGS.get(lines[0].line.language[:2], WORDINGS["en"])
        following = drafts[numbers[-1] + 1 : numbers[-1] + 2]
        goes_on = bool(following) and following[0].line.sentence == lines[-1].line.sentence
        yield _mark(lines[0], f"{before}:", lines[0].line.pause_ms)
        yield replace(lines[0], line=replace(lines[0].line, pause_ms=PAUSE_MS["within sentence"]))
        yield from lines[1:]
        yield _mark(lines[-1], f"{after}{',' if goes_on else '.'}", PAUSE_MS["within sentence"])


def _mark(beside: Draft, spoken: str, pause_ms: int) -> Draft:
    line = beside.line
    span = Span(0, 0, 0, len(spoken), "cue")
    mark = Line(
        line.paragraph, line.sentence, "frame", "", spoken, (span,), line.speaker, pause_ms, language=line.language
    )
    return replace(beside, line=mark)
