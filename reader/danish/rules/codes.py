"""Letters and digits in one: F-16, A4, 5G, DR1, CO2, H5N1, COVID-19, Boeing 737."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.reading import Found, Passage
from reader.danish.rules.initialisms import letters_said
from reader.danish.rules.units import units

SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
FLYING = frozenset(("boeing", "airbus"))
LONGEST_NUMBER = 4  # digits; longer ones are said in pairs

_LETTER = r"[A-Za-zÀ-ÖØ-öø-ɏ]"
_DIGITS = re.compile(r"[0-9₀-₉]+")
_BEFORE = re.compile(rf"(?<![^\W_])[^\W_]*{_LETTER}-?\Z|(?<![^\W_])\Z")
_AFTER = re.compile(rf"(?:[0-9₀-₉]|{_LETTER})*")
LONGEST_CODE = 24  # characters before a digit
_RUN = re.compile(rf"\d+|{_LETTER}+")
_MODEL = re.compile(r"\d{3}(?!\w)(?![.,]\d)")


def code(passage: Passage) -> Iterator[Found]:
    """F-16: F seksten; 5G: fem G; DR1: D R et; H5N1: H fem N et."""
    end = 0
    for digits in _DIGITS.finditer(passage.free):
        if digits.start() < end:
            continue
        before = _BEFORE.search(passage.free[max(end, digits.start() - LONGEST_CODE) : digits.start()])
        after = _AFTER.match(passage.free, digits.end())
        start = digits.start() - len(before.group()) if before else digits.start()
        end = after.end() if after else digits.end()
        token = passage.free[start:end]
        if before and not token.isdecimal():
            yield Found(start, end, _said(token))


def model(passage: Passage, at: int) -> Iterator[Found]:
    """Boeing 737: Boeing syv tre syv."""
    match = _MODEL.match(passage.free, at)
    if match and passage.word_before(at) in FLYING:
        yield Found(at, match.end(), numbers.digits(match.group()))


def _said(token: str) -> str:
    """A unit that holds a digit (m2) is a unit; of everything else each part is said."""
    if token in units():
        return units()[token].many
    return " ".join(map(_run_said, _RUN.findall(token.translate(SUBSCRIPTS))))


def _run_said(run: str) -> str:
    if not run.isdecimal():
        return "gange" if run == "x" else letters_said(run)
    return numbers.number(run, "et") if len(run) <= LONGEST_NUMBER else numbers.pairs(run)
