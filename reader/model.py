"""The values that travel from stage to stage: frozen, made of tuples, and nothing but the standard library.

    Page -> Article -> Script -> Clip, Clip ... -> Recording -> Episode

Offsets count Unicode characters and are half-open (`start <= i < end`). Sound is counted in frames (samples of one
channel), times in seconds from the start of the recording.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from reader.errors import ScriptError

ParagraphKind = Literal["lead", "heading", "text", "quote", "item", "question", "table", "caption", "aside"]
Role = Literal["title", "heading", "lead", "body", "quote", "frame"]
ChapterMode = Literal["speech", "every-quote", "headings", "none"]
Status = Literal["draft", "published", "withdrawn"]

LONGEST_PAUSE_MS = 60_000
LONGEST_SPOKEN = 10_000  # characters of one line: more than ten minutes of speech
LONGEST_SHOWN_TITLE = 200
MOST_CHAPTERS = 255  # an ID3 table of contents counts in one byte

_UNSHOWN = re.compile(r"[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ANCHOR = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of a source, and what its sender said of them.

    `media_type` has no parameters ("text/html"); `charset` is the declared one, if any. `reserved` is what a header
    said of text and data mining (TDMRep): True where the rights are reserved, None where it said nothing.
    """

    url: str | None
    body: bytes
    media_type: str
    charset: str | None = None
    reserved: bool | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """The article's lead picture."""

    url: str
    alt: str | None = None
    credit: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of the article: text only, white space folded. `id` survives a correction of other paragraphs."""

    text: str
    kind: ParagraphKind = "text"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """The article and nothing but the article.

    `published` and `modified` are ISO 8601 at the precision that is known: "2022-08", "2022-08-24T10:00:00+02:00".
    """

    title: str | None
    paragraphs: tuple[Paragraph, ...]
    byline: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    url: str | None = None
    site: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str = "da"
    image: Image | None = None
    is_free: bool | None = None
    reserved: bool | None = None

    def __post_init__(self) -> None:
        if self.url is not None and not self.url.casefold().startswith(("http://", "https://")):
            raise ScriptError(f"the article's address must begin with http:// or https://, not {self.url[:40]!r}")


@dataclass(frozen=True, slots=True)
class Span:
    """What one rule turned into what: `written[written_start:written_end]` became `spoken[spoken_start:spoken_end]`.

    Where no span lies, spoken is written. An estimated span was found by comparing words after a person edited the
    spoken text, and so may be a word too wide.
    """

    written_start: int
    written_end: int
    spoken_start: int
    spoken_end: int
    rule: str
    ipa: str | None = None
    language: str | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a role is spoken: by another voice if `voice` names one; `rate` and `pitch` are factors (1.0: as it is)."""

    voice: str | None = None
    rate: float = 1.0
    pitch: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of the article in one role. Lines of one sentence share `sentence`.

    `paragraph` is None for the headline and for spoken frames; `pause_ms` is the silence before the line.
    """

    paragraph: int | None
    sentence: int
    role: Role
    written: str
    spoken: str
    spans: tuple[Span, ...] = ()
    speaker: str | None = None
    pause_ms: int = 0
    language: str = "da"

    def __post_init__(self) -> None:
        if not any(map(str.isalnum, self.spoken)):
            raise ScriptError(f"a line has nothing to say: {self.written!r}; skip it or join it to its neighbour")
        if len(self.spoken) > LONGEST_SPOKEN:
            raise ScriptError(f"a line of {len(self.spoken)} characters is longer than {LONGEST_SPOKEN}: cut it in two")
        if not 0 <= self.pause_ms <= LONGEST_PAUSE_MS:
            raise ScriptError(
                f"a pause of {self.pause_ms} ms is not between 0 and {LONGEST_PAUSE_MS}: {self.written!r}"
            )
        if not spans_explain(self.written, self.spoken, self.spans):
            raise ScriptError(f"the spans of a line do not explain its spoken text: {self.written!r}")


@dataclass(frozen=True, slots=True)
class Skip:
    """A stretch of a paragraph that is not spoken, and why."""

    paragraph: int
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A place to jump to: the start of line number `line`. `id` is ASCII and serves as anchor everywhere."""

    id: str
    line: int
    title: str
    speaker: str | None = None

    def __post_init__(self) -> None:
        if not _ANCHOR.fullmatch(self.id):
            raise ScriptError(f"the chapter id {self.id!r} is no anchor: 1 to 100 of a-z, A-Z, 0-9, '.', '_' and '-'")
        if not self.title.strip():
            raise ScriptError(f"the chapter {self.id!r} has no title")


@dataclass(frozen=True, slots=True)
class Script:
    """What will be spoken, decided before any sound exists.

    Raises ScriptError unless the lines and skips of each paragraph, joined, are that paragraph again, and the chapters
    rise from line 0.
    """

    article: Article
    lines: tuple[Line, ...]
    skipped: tuple[Skip, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    def __post_init__(self) -> None:
        if not self.lines:
            raise ScriptError("the script has no lines: there is nothing to speak")
        _check_rejoin(self)
        _check_chapters(self)


@dataclass(frozen=True, slots=True)
class Mark:
    """A word of `Line.spoken` (offsets `start`, `end`) begins at this frame of its clip, as the voice told or, where it
    is estimated, as nobody told.
    """

    start: int
    end: int
    frame: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """The sound of one line: s16le mono at `rate` frames a second. A cached one had been spoken before."""

    line: int
    pcm: bytes
    rate: int
    marks: tuple[Mark, ...]
    voice: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """From this line on another voice speaks, as the one before it failed; `reason` is what it said of that."""

    line: int
    voice: str
    reason: str


@dataclass(frozen=True, slots=True)
class WordCue:
    """When a printed word sounds; offsets into `Line.written`. Estimated: no engine told, it was interpolated."""

    start: float
    end: float
    written_start: int
    written_end: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """When a line sounds, and whose voice it is. Times are whole milliseconds: every file can give them exactly."""

    line: int
    start: float
    end: float
    words: tuple[WordCue, ...] = ()
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """How many characters of an article are not spoken for one reason."""

    reason: str
    characters: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found when a finished MP3 was heard beside its script.

    Of the article's `characters` so many are `spoken`, and the rest left out for reasons. `checks` are the rules that
    hold; `problems` say of the others where they are broken, in one line each.
    """

    characters: int
    spoken: int
    omissions: tuple[Omission, ...]
    lines: int
    words: int
    checks: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """One finished MP3: `path` relative to the episode's folder, `duration` in seconds as counted, not measured.

    `loudness` (LUFS), `true_peak` (dBTP) and `proof` are of the finished file; None where nobody listened to it.
    """

    path: str
    duration: float
    cues: tuple[Cue, ...]
    bytes: int
    sha256: str
    loudness: float | None = None
    true_peak: float | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """Everything that feed, page, transcript and chapters need. `id` is the canonical address, or what `--id` says."""

    id: str
    slug: str
    revision: int
    status: Status
    script: Script
    recording: Recording
    voices: tuple[str, ...]
    handovers: tuple[Handover, ...] = ()
    cover: str | None = None


def shown_title(script: Script) -> str:
    """The headline, or for a text without one its first sentence: what players and lists show."""
    first = next((line for line in script.lines if line.paragraph is not None), script.lines[0])
    sentence = "".join(line.written for line in script.lines if line.sentence == first.sentence)
    return shortened(script.article.title or sentence, LONGEST_SHOWN_TITLE)


def one_line(text: str) -> str:
    """`text` as it may stand in a title anywhere: one line, without control characters and half ones.

    Nor has it marks that turn the direction of what is around it. Which Python knows a character is no matter.
    """
    return " ".join(_UNSHOWN.sub("", text).split())


def shortened(text: str, longest: int) -> str:
    """`text` on one line; where it is longer than `longest`, cut at a word, with an ellipsis."""
    text = one_line(text)
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    words = head[: head.rfind(" ")] if " " in head else head[:-1]
    return words.rstrip(" ,.;:–—-!?") + " …"


def unchanged_stretches(spans: tuple[Span, ...], written_length: int) -> Iterator[tuple[int, int, int]]:
    """Yield (written_start, spoken_start, length) of every stretch between spans, where spoken is written."""
    written = spoken = 0
    for span in spans:
        yield written, spoken, span.written_start - written
        written, spoken = span.written_end, span.spoken_end
    yield written, spoken, written_length - written


def spans_explain(written: str, spoken: str, spans: tuple[Span, ...]) -> bool:
    """Whether the spans rise without overlap and the text outside them is the same on both sides."""
    end_written = end_spoken = 0
    for span in spans:
        if span.written_start < end_written or span.spoken_start < end_spoken:
            return False
        if span.written_end < span.written_start or span.spoken_end < span.spoken_start:
            return False
        end_written, end_spoken = span.written_end, span.spoken_end
    if end_written > len(written) or end_spoken > len(spoken):
        return False
    stretches = list(unchanged_stretches(spans, len(written)))
    same = all(written[w : w + n] == spoken[s : s + n] for w, s, n in stretches)
    gaps = [(span.spoken_start, s + n) for span, (_, s, n) in zip(spans, stretches, strict=False)]
    _, last_spoken, last_length = stretches[-1]
    return same and all(start == end for start, end in gaps) and last_spoken + last_length == len(spoken)


def rejoin(text: str, written: Iterable[str], skips: Iterable[Skip]) -> str | None:
    """A paragraph put together again from its lines and skips; None where they overlap or leave it."""
    waiting = sorted(skips, key=lambda skip: (skip.start, skip.end), reverse=True)
    pieces: list[str] = []
    position = 0
    for line in [*written, ""]:
        while waiting and waiting[-1].start == position:
            skip = waiting.pop()
            pieces.append(text[skip.start : skip.end])
            position = skip.end
        pieces.append(line)
        position += len(line)
    return None if waiting else "".join(pieces)


def _check_rejoin(script: Script) -> None:
    written: defaultdict[int, list[str]] = defaultdict(list)
    skips: defaultdict[int, list[Skip]] = defaultdict(list)
    for line in script.lines:
        if line.paragraph is not None:
            written[line.paragraph].append(line.written)
    for skip in script.skipped:
        skips[skip.paragraph].append(skip)
    for number, paragraph in enumerate(script.article.paragraphs):
        if rejoin(paragraph.text, written.pop(number, ()), skips.pop(number, ())) != paragraph.text:
            raise ScriptError(f"the lines and skips of paragraph {number} do not rejoin to its text")
    for stranger in [*written, *skips]:
        raise ScriptError(f"the script names paragraph {stranger}, which the article does not have")


def _check_chapters(script: Script) -> None:
    starts = [chapter.line for chapter in script.chapters]
    if len(starts) > MOST_CHAPTERS:
        raise ScriptError(f"the script has {len(starts)} chapters; {MOST_CHAPTERS} is the most")
    if starts and (starts[0] != 0 or starts[-1] >= len(script.lines)):
        raise ScriptError("the first chapter must stand at line 0 and the last one inside the script")
    if any(a >= b for a, b in pairwise(starts)):
        raise ScriptError("the lines of the chapters do not rise")
    if len({chapter.id for chapter in script.chapters}) != len(starts):
        raise ScriptError("two chapters share an id")
