"""From the lines of a file to tidy lines and back to paragraphs: page breaks, indents, bullets, words cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from reader.cleaner.characters import speakable, tidy
from reader.cleaner.shape import is_stopped

WIDTHS = range(50, 91)
FEWEST_WRAPPED = 4

_SOFT_BREAK = re.compile(r"\u00ad[ \t]*(?:\r\n?|\n)[ \t]*")
_LINE_END = re.compile(r"\r\n?|[\n\v\u0085\u2028\u2029]")
# Bullets of Word: a mark and a tab, or a character of its symbol fonts.
_TABBED_BULLET = re.compile(r"\s*(?:[•·▪●○◦§o*–—-]\t|[\uf000-\uf0ff])\s*")
_MARK = re.compile(r"(?:[•*▪●◦·–—-]|\d{1,3}[.)])\s")
_CUT = re.compile(r"[^\W\d_][-\u2010]$")
# "sjællands- og regionaltog": the hyphen stands for a word that is left out.
_SUSPENDED = re.compile(r"(?:og|eller|samt|og/eller|som|til|men|and|or)\b")
_PAGE_NUMBER = re.compile(r"(?:side|s\.|page)?\s*[-–]?\s*\d{1,3}\s*[-–]?(?:\s*(?:af|/|of)\s*\d{1,3})?", re.IGNORECASE)


def split_lines(text: str) -> list[str]:
    """The lines as they stand; a paragraph that runs on over the edge of a page is made whole."""
    pages = [_LINE_END.split(page) for page in _SOFT_BREAK.sub("", text).split("\f")]
    if len(pages) > 1:
        pages = [_without_page_number(page) for page in pages]
    lines = pages[0]
    for page in pages[1:]:
        if lines and page and _runs_on(lines[-1], page[0]):
            lines += page
        else:
            lines += ["", *page]
    return lines


def _without_page_number(page: list[str]) -> list[str]:
    first, last = 0, len(page)
    while first < last and (not page[first].strip() or _PAGE_NUMBER.fullmatch(page[first].strip())):
        first += 1
    while last > first and (not page[last - 1].strip() or _PAGE_NUMBER.fullmatch(page[last - 1].strip())):
        last -= 1
    return page[first:last]


def _runs_on(line: str, after: str) -> bool:
    return not is_stopped(line.rstrip()) and after.lstrip()[:1].islower()


def tidy_lines(lines: Sequence[str]) -> list[str]:
    """The lines tidied; an empty one stands before each that an indent marks as the first of a paragraph."""
    indents = _paragraph_indents(lines)
    done: list[str] = []
    for number, line in enumerate(lines):
        if number in indents:
            done.append("")
        done.append(tidy(_TABBED_BULLET.sub("• ", line, count=1) if _TABBED_BULLET.match(line) else line))
    return done


def _paragraph_indents(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the indented lines, if indents are what parts the paragraphs of this text."""
    spoken = [number for number, line in enumerate(lines) if line.strip()]
    inner = [n for n in spoken if n and lines[n - 1].strip() and _indented(lines[n]) and not _indented(lines[n - 1])]
    inner += [n for n in spoken if n and _indented(lines[n]) and _indented(lines[n - 1])]
    opened = [n for n in inner if not _MARK.match(lines[n - 1].lstrip()) and not _TABBED_BULLET.match(lines[n])]
    clean = [n for n in opened if is_stopped(lines[n - 1].rstrip()) or len(lines[n - 1]) < min(WIDTHS)]
    few = 3 * sum(_indented(lines[n]) for n in spoken) <= 2 * len(spoken)
    return frozenset(opened) if few and opened and 4 * len(clean) >= 3 * len(opened) else frozenset()


def _indented(line: str) -> bool:
    return line[:1] in (" ", "\t", "\u00a0", "\u2003") and bool(line.strip())


def joined(lines: Iterable[str]) -> str:
    """Wrapped lines as one: "kommune-" and "valget" is a word, "by-" and "og" are two, "EU-" keeps its hyphen."""
    parts: list[str] = []
    for line in lines:
        if not parts:
            parts.append(line)
        elif not _CUT.search(parts[-1][-2:]) or _SUSPENDED.match(line) or not speakable(line[:1]):
            parts.append(f" {line}")
        else:
            if line[0].islower() and not parts[-1][:-1].rpartition(" ")[2].isupper():
                parts[-1] = parts[-1][:-1]
            parts.append(line)
    return "".join(parts)


def text_width(lines: Sequence[str]) -> int | None:
    """The width that a text was wrapped at by a program: most lines that another follows come near it."""
    inner = [(len(line), len(after.partition(" ")[0])) for line, after in pairwise(lines) if line and after]
    width = max((length for length, _ in inner), default=0)
    full = sum(length + 1 + word > width for length, word in inner)
    return width if width in WIDTHS and len(inner) >= FEWEST_WRAPPED and 3 * full >= 2 * len(inner) else None


def parted(block: Sequence[str], width: int) -> list[list[str]]:
    """Wrapped lines parted where a sentence ends though the next word would have fitted on its line."""
    parts = [[block[0]]]
    for line, after in pairwise(block):
        fits = len(line) + 1 + len(after.partition(" ")[0]) < 0.8 * width
        if fits and is_stopped(line) and not after[:1].islower():
            parts.append([])
        parts[-1].append(after)
    return parts
