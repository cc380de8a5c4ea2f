"""The speech that a dash opens: "– Vi bygger, siger Ida Ravn. – Det tager to år."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish.speech.attribution import is_verb_of_speech
from reader.danish.speech.marks import CLOSERS, Marked

_OPENING = re.compile(r"[–—-]\s+(?=\S)")
_REOPENING = re.compile(r"(?<=[.:!?…])\s[–—-]\s+(?=[A-ZÆØÅ])")
_ATTRIBUTION = re.compile(r"[,!?…]\s+(?P<word>[a-zæøå]+)\b|[.!?…]\s+(?:Det|Sådan)\s(?P<such>[a-zæøå]+)\b")


def dash_speech(text: str) -> list[Marked]:
    """The stretches of a paragraph that dashes open; its first character must be one."""
    opening = _OPENING.match(text)
    if opening is None or text[opening.end()] in CLOSERS:
        return []
    starts = [(0, opening.end())]
    starts += [(match.start() + 1, match.end()) for match in _REOPENING.finditer(text, opening.end())]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    stretches = (_stretch(text, start, inner, end) for (start, inner), end in zip(starts, ends, strict=True))
    return [stretch for stretch in stretches if stretch is not None]


def _stretch(text: str, start: int, inner: int, end: int) -> Marked | None:
    """One stretch up to its attribution, else a whole sentence up to the next dash; an item of a list is none."""
    attribution = next(_attributions(text, inner, end), None)
    if attribution is not None:
        close = attribution.start() + (text[attribution.start()] != ",")
        return Marked(start, close, inner, close, is_dash=True)
    said = text[inner:end].rstrip()
    is_sentence = said[:1].isupper() and said[-1:] in tuple(".!?…:,")
    return Marked(start, inner + len(said), inner, inner + len(said), is_dash=True) if is_sentence else None


def _attributions(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    for match in _ATTRIBUTION.finditer(text, start, end):
        if is_verb_of_speech(match["word"] or match["such"], text[match.end() : min(end, match.end() + 120)]):
            yield match
