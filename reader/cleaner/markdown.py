"""Find the article in Markdown: the part of it that articles are written in.

Headings, paragraphs, block quotes, lists, rules, tables, front matter; emphasis, code and links lose their marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reader.cleaner.blocks import finished
from reader.cleaner.characters import speakable, tidy, words_only
from reader.cleaner.dates import find_date
from reader.cleaner.furniture import is_furniture
from reader.cleaner.people import people
from reader.cleaner.shape import (
    FEWEST_TURNS,
    LONGEST_HEADING,
    ends_sentence,
    with_asides,
    with_lead,
    with_questions,
    with_turns,
)
from reader.cleaner.text import Head, headline_off, read_head, without_signatures
from reader.cleaner.wire import is_service
from reader.cleaner.wrapping import joined
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
_FIELD = re.compile(r"([A-Za-zæøåÆØÅ_-]+)\s*[:=]\s*(.*)$")
_DELIMITER = re.compile(r"[\s|:-]*-[\s|:-]*")
_HARD_BREAK = re.compile(r"\\$")
_STRONG = re.compile(r"(?:\*\*[^*]+\*\*|__[^_]+__)")
STANDFIRSTS = ("lead", "manchet", "underrubrik", "subtitle", "standfirst", "ingress")

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
    fields, rest = _front_matter(_without_elements(_PRIVATE.sub("", text)).splitlines())
    head = read_head(_with_pipes([line.rstrip() for line in rest]), _bare_line)
    blocks = _with_strong([replace(block, text=block.text.strip()) for block in _blocks(head.lines)])
    blocks = [replace(block, text=tidy(plain(block.text))) for block in blocks]
    kept = [b for b in blocks if speakable(b.text) and not is_furniture(b.text) and not is_service(b.text)]
    title, body = _title_off(kept, _first(fields, "title", "titel", "overskrift", "headline"))
    body, bureau = without_signatures(body)
    body = _with_standfirst(body, _first(fields, *STANDFIRSTS))
    paragraphs = finished(with_asides(with_turns(with_questions(with_lead(body) if title else body))))
    if not paragraphs:
        raise NoArticleError("the text holds nothing that can be read aloud: check that it is the article")
    return _article(title, paragraphs, fields, replace(head, byline=head.byline or bureau))


def _bare_line(line: str) -> str:
    return tidy(plain(line))


def _first(fields: dict[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _with_standfirst(body: list[Paragraph], standfirst: str) -> list[Paragraph]:
    """The lead that the front matter holds stands first, unless the text repeats it."""
    if not standfirst or any(words_only(paragraph.text) == words_only(standfirst) for paragraph in body[:2]):
        return body
    return [Paragraph(standfirst, "lead"), *body]


def _with_strong(blocks: list[Block]) -> list[Block]:
    """Blocks that are bold as a whole: two or more that ask are the questions of an interview; others are headings."""
    bold = {n for n, block in enumerate(blocks) if block.kind == "text" and _STRONG.fullmatch(block.text)}
    asking = {n for n in bold if blocks[n].text.rstrip("*_").endswith("?")}
    questions = asking if len(asking) >= FEWEST_TURNS else set()
    below = {n for n, block in enumerate(blocks[1:]) if block.kind == "text" and len(block.text) > len(blocks[n].text)}
    headings = {
        n
        for n in bold - asking
        if n and n in below and len(blocks[n].text) <= LONGEST_HEADING and not ends_sentence(blocks[n].text.strip("*_"))
    }
    kinds: dict[int, ParagraphKind] = dict.fromkeys(questions, "question")
    kinds |= dict.fromkeys(headings, "heading")
    return [replace(block, kind=kinds.get(n, block.kind)) for n, block in enumerate(blocks)]


def _article(title: str | None, paragraphs: tuple[Paragraph, ...], fields: dict[str, str], head: Head) -> Article:
    return Article(
        title,
        paragraphs,
        byline=people([_first(fields, "author", "byline", "authors", "forfatter", "journalist")]) or head.byline,
        published=find_date(_first(fields, "date", "published", "dato", "publiceret")) or head.published,
        modified=find_date(_first(fields, "modified", "updated", "lastmod", "opdateret")) or head.modified,
        section=_first(fields, "section", "sektion", "category", "kategori") or head.section or None,
        language=(fields.get("lang") or fields.get("language") or "da").lower(),
    )


def _title_off(blocks: list[Block], title: str) -> tuple[str | None, list[Paragraph]]:
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


def _without_elements(text: str) -> str:
    """The text without comments, scripts, styles and embedded frames; what is never closed reaches to the end."""
    text = _without(text, re.compile("<!--"), "-->")
    for name in ("script", "style", "iframe"):
        text = _without(text, re.compile(rf"<{name}\b", re.IGNORECASE), f"</{name}>")
    return text


def _without(text: str, opening: re.Pattern[str], closing: str) -> str:
    kept = []
    position = 0
    folded = text.lower() if opening.search(text) else text
    if len(folded) != len(text):  # "İ" grows in lower case
        folded = text
    while start := opening.search(text, position):
        kept.append(text[position : start.start()])
        end = folded.find(closing, start.start())
        position = len(text) if end < 0 else end + len(closing)
    return "".join([*kept, text[position:]])


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The fields between two lines of "---" or "+++" at the very start, and the lines after them."""
    if not lines or lines[0].strip() not in ("---", "+++"):
        return {}, lines
    ends = ("---", "...") if lines[0].strip() == "---" else ("+++",)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() in ends), None)
    if end is None:
        return {}, lines
    fields: dict[str, list[str]] = {}
    name = ""
    for line in lines[1:end]:
        if match := _FIELD.match(line):
            name = match[1].lower()
            fields[name] = [] if match[2] in ("|", ">", "|-", ">-") else [match[2].strip("\"'[]")]
        elif name and (line[:1] in (" ", "\t", "-")):
            item = line.strip()
            fields[name].append(f", {item[2:]}" if item.startswith("- ") else item)
    return {key: _field(parts) for key, parts in fields.items()}, lines[end + 1 :]


def _field(parts: list[str]) -> str:
    text = tidy(" ".join(parts)).replace(" ,", ",").strip(", ")
    return text.replace('"', "") if ", " in text and text.count('"') > 1 else text.strip("\"'")


def _with_pipes(lines: list[str]) -> list[str]:
    """The lines, with pipes around the rows of tables that are written without them."""
    done = list(lines)
    for number, line in enumerate(lines):
        if number and "|" in line and "|" in lines[number - 1] and _DELIMITER.fullmatch(line):
            after = number + 1
            while after < len(lines) and "|" in lines[after]:
                after += 1
            for row in range(number - 1, after):
                done[row] = f"| {lines[row].strip().strip('|')} |"
    return done


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
            waiting = replace(waiting, text=joined([_HARD_BREAK.sub("", waiting.text), block.text.lstrip()]))
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
