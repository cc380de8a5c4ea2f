"""Lines that are spoken in one breath, so that "siger Ida Ravn" is never an orphan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reader.model import Line, Script, Span
from reader.synthesizer.cast import Cast, Part
from voices import Utterance, gives_marks


@dataclass(frozen=True, slots=True)
class Turn:
    """Lines that one voice speaks in one breath: those of one sentence, in one language and manner.

    `numbers` are their places in the script.
    """

    part: Part
    lines: tuple[Line, ...]
    numbers: tuple[int, ...]

    @property
    def texts(self) -> list[str]:
        """What is said in each line."""
        return [line.spoken for line in self.lines]

    def utterance(self) -> Utterance:
        """What the voice is given."""
        return self._spoken(self.lines)

    def utterances(self) -> list[Utterance]:
        """The same, line by line."""
        return [self._spoken([line]) for line in self.lines]

    def _spoken(self, lines: Sequence[Line]) -> Utterance:
        first, text = lines[0], " ".join(line.spoken for line in lines)
        spans = tuple(_joined_spans(lines))
        return Utterance(text, first.language, first.role, first.speaker, self.part.rate, self.part.pitch, spans)


def turns_of(script: Script, cast: Cast, start: int = 0) -> Iterator[Turn]:
    """The script as turns, from line number `start` on.

    A voice that gives no marks begins anew where a chapter does, since elsewhere its lines are cut apart by estimate.
    """
    openings = [chapter.line for chapter in script.chapters]
    numbered = list(enumerate(script.lines))[start:]
    for (part, *_), group in groupby(numbered, key=lambda item: _breath(item[0], item[1], cast, openings)):
        numbers, lines = zip(*group, strict=True)
        yield Turn(part, lines, numbers)


def _breath(number: int, line: Line, cast: Cast, openings: Sequence[int]) -> tuple[Part, int, str, int]:
    """Lines that follow each other are one turn where all of this is the same."""
    part = cast.part_of(line)
    chapter = 0 if gives_marks(part.voice) else sum(opening <= number for opening in openings)
    return part, line.sentence, line.language, chapter


def _joined_spans(lines: Iterable[Line]) -> Iterator[Span]:
    """The spans of all lines, with offsets as if the written lines, like the spoken ones, were joined by a space."""
    written = spoken = 0
    for line in lines:
        for span in line.spans:
            yield replace(
                span,
                written_start=written + span.written_start,
                written_end=written + span.written_end,
                spoken_start=spoken + span.spoken_start,
                spoken_end=spoken + span.spoken_end,
            )
        written += len(line.written) + 1
        spoken += len(line.spoken) + 1
