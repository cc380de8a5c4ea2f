"""Find the article in Markdown: the part of it that articles are written in.

Headings, paragraphs, block quotes, lists, rules, tables, front matter; emphasis, code and links lose their marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reader.cleaner.blocks import finished
from reader.cleaner.characters import speakable, tidy
from reader.cleaner.dates import find_date
from reader.cleaner.furniture import is_furniture
from reader.cleaner.people import people
from reader.cleaner.shape import with_lead, with_questions
from reader.cleaner.text import Head, headline_off, read_head
from reader.errors import NoArticleError
from reader.model import Article, Paragraph, ParagraphKind

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(\S.*)|\s*)$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*$")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
_QUOTE = re.compile(r" {0,3}> ?(.*)$")
_ROW = re.compile(r"\s*\|(.*)\|\s*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:\s*\S+")
_FIELD = re.compile(r"([A-Za-z_-]+):\s*(.*?)\s*$")

_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\[\]]*\])")
_NOTE = re.compile(r"\[\^[^\[\]]*\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<https?:[^<>\s]*>")
_CODE = re.compile(r"`{1,3}([^`]*)`{1,3}")
_STARS = re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]*[^*~\s])(?:\*{1,3}|~~)")
_UNDERSCORES = re.compile(r"(?<!\w)_{1,3}(?=\S)([^_]*[^_\s])_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HELD = {ord(c): chr(0xE000 + ord(c)) for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_RELEASED = {held: chr(code) for code, held in ((c, ord(h)) for c, h in _HELD.items())}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the file: `level` counts the marks of a heading, 0 for all else."""

    kind: ParagraphKind
    text: str
    level: int = 0


def read_markdown(text: str) -> Article:
    """The article in a Markdown text. Raises NoArticleError where nothing can be spoken."""
    fields, rest = _front_matter(_without_comments(_PRIVATE.sub("", text)).splitlines())
    head = read_head([line.rstrip() for line in rest])
    blocks = [replace(block, text=tidy(plain(block.text))) for block in _blocks(head.lines)]
    kept = [block for block in blocks if speakable(block.text) and not is_furniture(block.text)]
    title, body = _title_off(kept, fields.get("title"))
    paragraphs = finished(with_questions(with_lead(body) if title else body))
    if not paragraphs:
        raise NoArticleError("the text holds nothing that can be read aloud: check that it is the article")
    return _article(title, paragraphs, fields, head)


def _article(title: str | None, paragraphs: tuple[Paragraph, ...], fields: dict[str, str], head: Head) -> Article:
    return Article(
        title,
        paragraphs,
        byline=people([fields.get("author") or fields.get("byline") or fields.get("authors", "")]) or head.byline,
        published=find_date(fields.get("date") or fields.get("published", "")) or head.published,
        modified=find_date(fields.get("modified") or fields.get("updated", "")) or head.modified,
        section=fields.get("section") or None,
        language=(fields.get("lang") or fields.get("language") or "da").lower(),
    )


def _title_off(blocks: list[Block], title: str | None) -> tuple[str | None, list[Paragraph]]:
    """The first heading of the first level, else the front matter's title, else a headline by its form."""
    for number, block in enumerate(blocks):
        if block.level == 1:
            return block.text, [_paragraph(other) for other in blocks[:number] + blocks[number + 1 :]]
    drafts = [_paragraph(block) for block in blocks]
    return (title, drafts) if title else headline_off(drafts)


def _paragraph(block: Block) -> Paragraph:
    return Paragraph(block.text, block.kind)


def plain(text: str) -> str:
    """The text without the marks of Markdown and of HTML inside it: "[**Ja**](x) &amp; nej" is "Ja & nej"."""
    text = _ESCAPE.sub(lambda match: match[1].translate(_HELD), text)
    for pattern, kept in ((_IMAGE, ""), (_NOTE, ""), (_LINK, r"\1"), (_TAG, ""), (_CODE, r"\1")):
        text = pattern.sub(kept, text)
    for _ in range(3):  # **bold with *emphasis* in it**
        text = _UNDERSCORES.sub(r"\1", _STARS.sub(r"\2", text))
    return html.unescape(text).translate(_RELEASED)


def _without_comments(text: str) -> str:
    kept = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        end = text.find("-->", start)
        position = len(text) if end < 0 else end + 3
    return "".join([*kept, text[position:]])


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The fields between two lines of "---" at the very start, and the lines after them."""
    if not lines or lines[0].strip() != "---":
        return {}, lines
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return {}, lines
    fields = (match for line in lines[1:end] if (match := _FIELD.match(line)))
    return {match[1].lower(): tidy(match[2].strip("\"'[]")) for match in fields}, lines[end + 1 :]


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The blocks in their order; an open one waits for the lines that continue it."""
    waiting: Block | None = None
    fenced = False
    for line in lines:
        if _FENCE.match(line) or fenced:
            fenced ^= _FENCE.match(line) is not None
            continue
        if waiting and waiting.kind == "text" and _UNDERLINE.match(line):
            yield replace(waiting, kind="heading", level=1 if "=" in line else 2)
            waiting = None
            continue
        block = _begun(line)
        if waiting and block and _continues(waiting, block):
            waiting = replace(waiting, text=f"{waiting.text} {block.text}")
            continue
        if waiting:
            yield waiting
        waiting = block
    if waiting:
        yield waiting


def _continues(waiting: Block, block: Block) -> bool:
    """A line without a mark goes on with any paragraph, quote or item; a quoted line goes on with a quote."""
    if not speakable(block.text) and block.kind == "quote":
        return False
    same_quote = waiting.kind == block.kind == "quote"
    return same_quote or (block.kind == "text" and waiting.kind in ("text", "quote", "item"))


def _begun(line: str) -> Block | None:
    """What kind of block a line begins or continues; None for an empty one, a rule or a link's definition."""
    if not line.strip() or _RULE.match(line) or _DEFINITION.match(line):
        return None
    if heading := _HEADING.match(line):
        text, _, marks = (heading[2] or "").rstrip().rpartition(" ")
        return Block("heading", f"{text} {marks}" if marks.strip("#") else text, len(heading[1]))
    if quote := _QUOTE.match(line):
        return Block("quote", quote[1]) if quote[1].strip() else None
    if item := _ITEM.match(line):
        return Block("item", item[1])
    if row := _ROW.match(line):
        return Block("table", ", ".join(cell.strip() for cell in row[1].split("|") if cell.strip(" :-")))
    return Block("text", line)
