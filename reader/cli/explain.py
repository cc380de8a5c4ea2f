"""What was changed on the way from the written words to the spoken ones, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.cli.console import whole
from reader.danish import Reading
from reader.model import Line, Script

WIDEST_WRITTEN = 24


class Row(NamedTuple):
    """`rule` made `spoken` of `written`; `ipa` and `language` are for voices that can use them."""

    rule: str
    written: str
    spoken: str
    ipa: str | None = None
    language: str | None = None


def rows_of_reading(reading: Reading) -> list[Row]:
    """The changes of a reading, white space included."""
    return [
        Row(change.rule, reading.written[change.start : change.end], change.spoken, change.ipa, change.language)
        for change in reading.changes
    ]


def rows_of_line(line: Line) -> list[Row]:
    """The changes that a line of a script records."""
    return [
        Row(
            f"{span.rule}, estimated" if span.estimated else span.rule,
            line.written[span.written_start : span.written_end],
            line.spoken[span.spoken_start : span.spoken_end],
            span.ipa,
            span.language,
        )
        for span in line.spans
    ]


def plain(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Rows for programs: IPA and language only where there are any."""
    return [
        {"written": row.written, "spoken": row.spoken, "rule": row.rule}
        | ({"ipa": row.ipa} if row.ipa else {})
        | ({"language": row.language} if row.language else {})
        for row in rows
    ]


def said(spoken: str, ipa: str | None, language: str | None) -> str:
    """How a word is said, in one line: 'Putin' [ˈpuːtin] (ru)."""
    return whole(repr(spoken) + (f" [{ipa}]" if ipa else "") + (f" ({language})" if language else ""))


def _heard(row: Row) -> bool:
    """Whether there is more to a change than white space."""
    return bool(row.written.strip() or row.spoken.strip())


def table(rows: Sequence[Row], beside: Sequence[Row] = ()) -> list[str]:
    """Rows in aligned columns, as wide as those `beside` which they are shown need them."""
    everything = list(filter(_heard, beside or rows))
    rules = max((len(whole(row.rule)) for row in everything), default=0)
    written = min(WIDEST_WRITTEN, max((len(repr(row.written)) for row in everything), default=0))
    return [
        f"  {whole(row.rule):{rules}}  {row.written!r:{written}} -> {said(row.spoken, row.ipa, row.language)}"
        for row in filter(_heard, rows)
    ]


def explained(readings: Sequence[Reading]) -> str:
    """What is said for each line of a text and, beneath it, what was changed."""
    everything = [row for reading in readings for row in rows_of_reading(reading)]
    shown = [[whole(reading.spoken), *table(rows_of_reading(reading), everything)] for reading in readings]
    return "\n".join(line for lines in shown for line in lines)


def explained_script(script: Script) -> str:
    """Each line of a script with its role, quotes with their speaker, and beneath it what was changed."""
    return "\n".join(_lines_of(script))


def _lines_of(script: Script) -> Iterator[str]:
    everything = [row for line in script.lines for row in rows_of_line(line)]
    roles = max(len(line.role) for line in script.lines)
    for line in script.lines:
        speaker = f"{whole(line.speaker)}: " if line.speaker else ""
        yield f"{line.role:{roles}}  {speaker}{whole(line.spoken)}"
        yield from table(rows_of_line(line), everything)
