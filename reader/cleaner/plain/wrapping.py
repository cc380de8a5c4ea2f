"""From the lines of a file to tidy lines and back to paragraphs: page breaks, indents, bullets, words cut in two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from reader.cleaner.characters import speakable, tidy
from reader.cleaner.shape import is_stopped, opens_box
from reader.errors import ComplexPageError

WIDTHS = range(50, 91)
FEWEST_WRAPPED = 4
MOST_LINES = 50_000
LONGEST_PAGE_MARK = 60
LONGEST_CELL = 60
LONGEST_ROW = 400

_SOFT_BREAK = re.compile(r"\u00ad[ \t]*(?:\r\n?|\n)[ \t]*")
_LINE_END = re.compile(r"\r\n?|[\n\v\u0085\u2028\u2029]")
# Bullets of Word: a mark and a tab, or a character of its symbol fonts.
_TABBED_BULLET = re.compile(r"\s*(?:[•·▪●○◦§o*–—-]\t|[\uf000-\uf0ff])\s*")
_MARK = re.compile(r"(?:[•*▪●◦·–—-]|\d{1,3}[.)])\s")
_CUT = re.compile(r"[^\W\d_][-\u2010]$")
# "sjællands- og regionaltog": the hyphen stands for a word that is left out.
_SUSPENDED = re.compile(r"(?:og|eller|samt|og/eller|som|til|men|and|or)\b")
_PAGE_NUMBER = re.compile(r"(?:side|s\.|page)?\s*[-–]?\s*\d{1,3}\s*[-–]?(?:\s*(?:af|/|of)\s*\d{1,3})?", re.IGNORECASE)
_PAGE_MARK = re.compile(
    r"[(\[–-]?\s*(?:(?:side|page) \d{1,3}(?: ?(?:af|/|of) ?\d{1,3})?"
    r"|fortsat(?: fra (?:forsiden|forrige side|side \d{1,3}))?"
    r"|fortsættes(?: [\w. ]{1,30})?)\s*[)\].…–-]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_PIPE = re.compile(r"(?<!\\)\|")
_TABS = re.compile(r"\s*\t\s*")
_SPACES = re.compile(r"[ \u00a0]{2,}")


def split_lines(text: str) -> list[str]:
    """The lines as they stand; a paragraph that runs on over the edge of a page is made whole."""
    sheets = [_LINE_END.split(page) for page in bounded_lines(_SOFT_BREAK.sub("", text).split("\f"))]
    sheets = [bounded_lines(sheet) for sheet in sheets]
    if len(sheets) > 1:
        sheets = _without_running_heads(sheets)
    pages = [page for sheet in sheets for page in _pages(sheet)]
    if len(pages) > 1:
        pages = [page for page in map(_without_page_number, pages) if page]
    lines = pages[0] if pages else []
    for page in pages[1:]:
        if lines and page and _runs_on(lines[-1], page[0]):
            lines += page
        else:
            lines += ["", *page]
    return lines


def bounded_lines(lines: Sequence[str]) -> list[str]:
    """The lines with one empty one where several follow each other.

    Raises ComplexPageError where more of them hold anything than an article can have.
    """
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    if len(kept) > MOST_LINES and sum(map(bool, kept)) > MOST_LINES:
        raise ComplexPageError(f"the text has more than {MOST_LINES} lines: cut it into several files")
    return kept


def _pages(sheet: list[str]) -> Iterator[list[str]]:
    """The pages that lines such as "Side 2 af 4" and "(fortsættes)" part."""
    page: list[str] = []
    for line in sheet:
        if len(line) <= LONGEST_PAGE_MARK and _PAGE_MARK.fullmatch(line.strip()):
            yield page
            page = []
        else:
            page.append(line)
    yield page


def _without_running_heads(sheets: list[list[str]]) -> list[list[str]]:
    """The pages without the line that two or more of them have at their top, but for its numbers, or at their foot."""
    for edge in (0, -1):
        edges = [[n for n, line in enumerate(sheet) if line.strip()][edge : edge + 1 or None] for sheet in sheets]
        keys = [_DIGITS.sub("#", sheet[at[0]].strip()) if at else "" for sheet, at in zip(sheets, edges, strict=True)]
        common = {key for key, count in Counter(keys).items() if key and count > 1}
        sheets = [
            [line for n, line in enumerate(sheet) if n not in at] if key in common else sheet
            for sheet, at, key in zip(sheets, edges, keys, strict=True)
        ]
    return sheets


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
    """The lines tidied; an empty one stands before each that an indent marks as the first of a paragraph.

    The rows of tables get pipes around their cells, and stand by themselves as the heading of a fact box does.
    """
    indents = _paragraph_indents(lines)
    rows = _rows(lines)
    done: list[str] = []
    for number, line in enumerate(lines):
        if number in rows:
            done += ["", f"| {' | '.join(map(tidy, rows[number]))} |", ""]
            continue
        if number in indents:
            done.append("")
        done.append(tidy(_TABBED_BULLET.sub("• ", line, count=1) if _TABBED_BULLET.match(line) else line))
        if _heads_box(done[-1], lines[number + 1] if number + 1 < len(lines) else ""):
            done.append("")
    return done


def _heads_box(line: str, after: str) -> bool:
    """Whether a line is the heading of a fact box, and no sentence that the next line goes on with."""
    return len(line) < min(WIDTHS) and opens_box(line) and not is_stopped(line) and not after.lstrip()[:1].islower()


def cells_of(row: str) -> list[str]:
    """The cells of a table's row between its pipes; one after a backslash is a part of its cell."""
    return [cell.strip() for cell in _PIPE.split(row.strip().removeprefix("|").removesuffix("|"))]


def spoken_row(row: str) -> str:
    """A table's row as it is read: its cells that hold anything, with commas."""
    return ", ".join(cell for cell in cells_of(row) if cell.strip(" :-"))


def _rows(lines: Sequence[str]) -> dict[int, list[str]]:
    """The cells of the lines that are rows of a table: of two lines or more with tabs, or three in columns."""
    found: dict[int, list[str]] = {}
    for cut, fewest in ((_TABS, 2), (_SPACES, 3)):
        cells = [_cells(line, cut) for line in lines]
        start = 0
        for _, group in groupby(cells, len):
            run = list(group)
            end = start + len(run)
            is_even = cut is _TABS or (len(run[0]) > 1 and _are_columns(lines[start:end], cut))
            if len(run[0]) > 1 and len(run) >= fewest and is_even:
                found |= {number: row for number, row in enumerate(run, start) if number not in found}
            start = end
    return found


def _cells(line: str, cut: re.Pattern[str]) -> list[str]:
    """The cells of a line; an item of a list and a line with a long cell have none."""
    if _TABBED_BULLET.match(line) or _MARK.match(line.lstrip()) or len(line) > LONGEST_ROW:
        return []
    cells = cut.split(line.strip())
    return cells if len(cells) > 1 and max(map(len, cells)) <= LONGEST_CELL else []


def _are_columns(lines: Sequence[str], cut: re.Pattern[str]) -> bool:
    """Whether each cell but the first begins, or ends, at the same place in all lines."""
    gaps = [list(cut.finditer(line.strip())) for line in lines]
    starts = [[gap.end() for gap in row] for row in gaps]
    ends = [[*(gap.start() for gap in row[1:]), len(line.strip())] for row, line in zip(gaps, lines, strict=True)]
    return all(
        len(set(start)) == 1 or len(set(end)) == 1
        for start, end in zip(zip(*starts, strict=True), zip(*ends, strict=True), strict=True)
    )


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
