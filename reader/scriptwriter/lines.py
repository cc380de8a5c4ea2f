"""Cut paragraphs into lines, at sentences and where somebody's speech begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, takewhile

from reader import danish
from reader.errors import ScriptError
from reader.model import Article, Line, Paragraph, ParagraphKind, Role, Skip
from reader.scriptwriter.frames import (
    SAYING_WHAT_THEY_ARE,
    Extras,
    announcement,
    notice_text,
    opening_text,
    picture_text,
)
from reader.scriptwriter.readings import read, spans_of

SKIPPED_KINDS = {"caption": "a caption", "table": "a table", "aside": "a fact box"}
LONGEST_MARK = 40  # characters: a longer stretch without a word is skipped, not joined
NEAR = 40  # characters: how far one looks for the mark before a quote
LONGEST_LINE = 600  # characters: no voice keeps a longer breath, and no listener follows it
PAUSE_MS = {
    "start": 300,
    "heading": 1000,
    "after heading": 700,
    "paragraph": 700,
    "sentence": 350,
    "before quote": 500,
    "after quote": 250,
    "within sentence": 120,
    "clause": 180,
    "question": 450,
    "trailing off": 600,
    "frame": 1200,
}

_AFTER_QUOTE = re.compile(r"[,.;:!?…]*\s*")
_CLAUSE = re.compile(r"[,;:–—]\s|\s(?=(?:og|men|at|som|der|fordi|mens)\s)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A line, and for a line of speech which utterance it belongs to and whether that opens a sentence."""

    line: Line
    quote: int | None = None
    is_whole: bool = False
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph that becomes a line: offsets, number of the sentence within the paragraph."""

    start: int
    end: int
    sentence: int
    quote: danish.Quote | None


@dataclass(frozen=True, slots=True)
class LineWriter:
    """Writes lines in one language with one lexicon."""

    language: str
    lexicon: danish.Lexicon

    def line(
        self, written: str, role: Role, sentence: int, paragraph: int | None = None, speaker: str | None = None
    ) -> Line | None:
        """The line for a printed text; None where nothing in it can be said."""
        reading = read(written, self.language, self.lexicon)
        if not any(map(str.isalnum, reading.spoken)):
            return None
        spans = spans_of(reading)
        return Line(paragraph, sentence, role, written, reading.spoken, spans, speaker, language=self.language)

    def frame(self, text: str | None, drafts: Sequence[Draft]) -> Iterator[Draft]:
        """The line of a spoken frame, if there is one, to follow those that are there."""
        line = self.line(text, "frame", _next_sentence(drafts)) if text else None
        if line is not None:
            yield Draft(line)


def write_lines(
    article: Article, lexicon: danish.Lexicon, notice: str | None, extras: Extras
) -> tuple[list[Draft], tuple[Skip, ...]]:
    """Every line of an article in order, frames among them, and what is skipped: kinds that are not read, and marks
    without a word.
    """
    writer = LineWriter(article.language, lexicon)
    title = writer.line(article.title, "title", 0) if article.title else None
    drafts = [Draft(title)] if title else []
    drafts.extend(writer.frame(opening_text(article, extras.opening), drafts))
    drafts.extend(writer.frame(picture_text(article, extras), drafts))
    skipped: list[Skip] = []
    omitted = _omitted(extras)
    for number, quotes in enumerate(_speech_by_paragraph(article)):
        paragraph = article.paragraphs[number]
        drafts.extend(writer.frame(_announced(article, number, extras), drafts))
        if paragraph.kind in omitted:
            skipped.append(Skip(number, 0, len(paragraph.text), SKIPPED_KINDS[paragraph.kind]))
            continue
        for written in _paragraph(writer, paragraph, number, quotes, _next_sentence(drafts)):
            drafts.append(written) if isinstance(written, Draft) else skipped.append(written)
    if not any(draft.line.paragraph is not None for draft in drafts):
        raise ScriptError("nothing in the article can be spoken: it holds no paragraph with words")
    drafts.extend(writer.frame(notice_text(article, notice), drafts))
    return _with_pauses(drafts), tuple(skipped)


def _omitted(extras: Extras) -> frozenset[ParagraphKind]:
    """The kinds of paragraphs that are not read."""
    kinds: dict[ParagraphKind, bool] = {
        "caption": extras.pictures,
        "table": extras.tables,
        "aside": extras.fact_boxes,
    }
    return frozenset(kind for kind, is_read in kinds.items() if not is_read)


def _next_sentence(drafts: Sequence[Draft]) -> int:
    return drafts[-1].line.sentence + 1 if drafts else 0


def _announced(article: Article, number: int, extras: Extras) -> str | None:
    """What is said before a paragraph that begins a box, a table, a list or a caption."""
    paragraph = article.paragraphs[number]
    kind, before = paragraph.kind, article.paragraphs[number - 1 : number] if number else ()
    begins = not before or before[0].kind != kind
    says_itself = kind == "aside" and paragraph.text.casefold().startswith(SAYING_WHAT_THEY_ARE)
    if not begins or says_itself:
        return None
    following = takewhile(lambda other: other.kind == kind, article.paragraphs[number:])
    return announcement(kind, article.language, sum(1 for _ in following), extras)


def _paragraph(
    writer: LineWriter, paragraph: Paragraph, number: int, quotes: Sequence[danish.Quote], first_sentence: int
) -> Iterator[Draft | Skip]:
    text = paragraph.text
    for piece in cut(text, quotes):
        quote = piece.quote
        written, speaker = text[piece.start : piece.end], quote.speaker if quote else None
        line = writer.line(written, _role(paragraph, piece), first_sentence + piece.sentence, number, speaker)
        if line is None:
            yield Skip(number, piece.start, piece.end, "nothing to say")
        elif quote is None:
            yield Draft(line)
        else:
            yield Draft(line, quote.chapter, _is_whole(text, quote), quote.text)


def cut(text: str, quotes: Sequence[danish.Quote]) -> list[Piece]:
    """The pieces of a paragraph; joined, they are the paragraph again."""
    sentence_ends = list(accumulate(map(len, danish.sentences(text))))
    reaches = [(quote.start, _reach(text, quote)) for quote in quotes]
    cuts = sorted({0, len(text), *sentence_ends, *(offset for reach in reaches for offset in reach)})
    cuts += [breath for start, end in pairwise(cuts) for breath in _breaths(text, start, end)]
    starts = [start for start, _ in reaches]
    pieces = []
    for start, end in pairwise(sorted(cuts)):
        candidate = bisect_right(starts, start) - 1
        is_quoted = candidate >= 0 and end <= reaches[candidate][1]
        sentence = bisect_right(sentence_ends, start)
        pieces.append(Piece(start, end, sentence, quotes[candidate] if is_quoted else None))
    return _joined(text, pieces)


def _joined(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Join every short piece without a letter or digit to the one before it, or else to the one after."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and (_is_mark(text, piece) or _is_mark(text, joined[-1])):
            kept = piece if _has_words(text, piece) else joined[-1]
            joined[-1] = replace(kept, start=joined[-1].start, end=piece.end)
        else:
            joined.append(piece)
    return joined


def _is_mark(text: str, piece: Piece) -> bool:
    return piece.end - piece.start <= LONGEST_MARK and not _has_words(text, piece)


def _has_words(text: str, piece: Piece) -> bool:
    return any(map(str.isalnum, text[piece.start : piece.end]))


def _role(paragraph: Paragraph, piece: Piece) -> Role:
    if piece.quote is not None:
        return "quote"
    return "heading" if paragraph.kind == "heading" else "lead" if paragraph.kind == "lead" else "body"


def _is_whole(text: str, quote: danish.Quote) -> bool:
    """Whether a quote is whole sentences of its own, not a part of somebody else's sentence."""
    before = text[max(0, quote.start - NEAR) : quote.start].rstrip()
    opens = not before or before[-1] in '.!?…:«»”“"' or bool(re.match(r"[–—-]\s", text))
    return opens and next((c for c in quote.text if c.isalnum()), "a") not in "abcdefghijklmnopqrstuvwxyzæøå"


def _speech_by_paragraph(article: Article) -> list[list[danish.Quote]]:
    """The speech of each paragraph. A block quote without marks is speech from end to end."""
    texts = [paragraph.text for paragraph in article.paragraphs]
    found: list[list[danish.Quote]] = [[] for _ in texts]
    for quote in danish.quotes(texts):
        if quote.is_speech:
            found[quote.paragraph].append(quote)
    chapter = 1 + max((quote.chapter or 0 for quotes in found for quote in quotes), default=-1)
    for number, paragraph in enumerate(article.paragraphs):
        if paragraph.kind == "quote" and not found[number]:
            end = len(paragraph.text)
            found[number].append(danish.Quote(number, 0, end, paragraph.text, True, None, chapter))
            chapter += 1
    return found


def _reach(text: str, quote: danish.Quote) -> int:
    """The end of a quote with the punctuation and the space after it, which nothing may begin with."""
    after = _AFTER_QUOTE.match(text, quote.end)
    return after.end() if after else quote.end


def _breaths(text: str, start: int, end: int) -> Iterator[int]:
    """Where to cut a stretch that is too long for one line: at a clause, else at a space, else hard."""
    while end - start > LONGEST_LINE:
        window = text[start : start + LONGEST_LINE]
        clauses = [match.end() for match in _CLAUSE.finditer(window)]
        start += (clauses[-1] if clauses else 0) or window.rfind(" ") + 1 or LONGEST_LINE
        yield start


def _with_pauses(drafts: Sequence[Draft]) -> list[Draft]:
    paused = [replace(drafts[0], line=replace(drafts[0].line, pause_ms=PAUSE_MS["start"]))]
    for before, draft in pairwise(drafts):
        pause = PAUSE_MS[_pause_between(before, draft)]
        paused.append(replace(draft, line=replace(draft.line, pause_ms=pause)))
    return paused


def _pause_between(before: Draft, after: Draft) -> str:
    if after.line.role in ("frame", "heading"):
        return after.line.role
    if before.line.role in ("title", "heading"):
        return "after heading"
    if before.line.paragraph != after.line.paragraph:
        return "paragraph"
    if after.quote is not None and after.quote != before.quote and after.is_whole:
        return "before quote"
    return _breath_between(before, after)


def _breath_between(before: Draft, after: Draft) -> str:
    """How one breathes within a paragraph, by the mark at which a line ends."""
    ending = before.line.written.rstrip(" »«”“\"'").replace("...", "…")[-1:]
    if before.line.sentence != after.line.sentence:
        return {"?": "question", "…": "trailing off"}.get(ending, "sentence")
    if before.quote is not None and before.is_whole:
        return "after quote"
    return "clause" if ending in tuple(",;:–—") else "within sentence"
