"""Find the article in Markdown: the part of it that articles are written in.

Headings, paragraphs, block quotes, lists, rules, tables, front matter; emphasis, code and links lose their marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reader.cleaner.characters import speakable, tidy
from reader.cleaner.furniture import is_furniture
from reader.cleaner.plain.article import (
    STANDFIRSTS,
    TITLES,
    article_of,
    corrections_off,
    headline_off,
    read_head,
    with_standfirst,
    without_signatures,
)
from reader.cleaner.plain.wire import first, front_matter, is_service, parted_by_labels, unlabelled
from reader.cleaner.plain.wrapping import bounded_lines, joined, spoken_row
from reader.cleaner.shape import (
    FEWEST_TURNS,
    LONGEST_HEADING,
    ends_sentence,
    with_asides,
    with_lead,
    with_questions,
    with_turns,
)
from reader.model import Article, Paragraph, ParagraphKind

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(\S.*)|\s*)$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*$")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_ITEM = re.compile(r"(\s*)((?:[-*+•]\s+)*)(?:(\d{1,9})[.)]\s+)?(.*)$")
_TASK = re.compile(r"\[[ xX]\]\s+")
_QUOTE = re.compile(r"(?: {0,3}>)+ ?(.*)$")
_ATTRIBUTION = re.compile(r"(?:--|[–—])\s?(?=[^\W\d_])")
_ALERT = re.compile(r"\[![A-Z]+\]")
_ROW = re.compile(r"\s*\|(.*)\|\s*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_DEFINITION = re.compile(r" {0,3}\[([^\[\]]+)\]:\s*\S+")
_SHORTCUT = re.compile(r"(?<![\]!])\[(?!\^)([^\[\]]{1,200})\](?![\[(:])")
_HEADING_NAME = re.compile(r"\s*\{#[^{}]*\}\s*$")
_SHORTCODE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_DELIMITER = re.compile(r"[\s|:-]+")
_HARD_BREAK = re.compile(r"\\$")
_STRONG = re.compile(r"(?:\*\*[^*]+\*\*|__[^_]+__)")

_TARGET = r"\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)"
_IMAGE = re.compile(rf"!\[[^\[\]]*\](?:{_TARGET}|\[[^\[\]]*\])?")
_LINK = re.compile(rf"\[([^\[\]]*)\](?:{_TARGET}|\[[^\[\]]*\])")
_NOTE = re.compile(r"\[\^[^\[\]]*\]")
_ADDRESS = re.compile(r"<((?:https?:|mailto:)[^<>\s]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_CODE = re.compile(r"`{1,3}([^`]*)`{1,3}")
_STARS = re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]*[^*~\s])(?:\*{1,3}|~~)")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=]*[^=\s])==")
_UNDERSCORES = re.compile(r"(?<!\w)_{1,3}(?=\S)([^_]*[^_\s])_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_INLINE = (
    *((_SHORTCODE, ""), (_IMAGE, ""), (_NOTE, ""), (_LINK, r"\1"), (_ADDRESS, r"\1"), (_TAG, "")),
    (_CODE, r"\1"),
)
_HELD = {ord(c): chr(0xE000 + ord(c)) for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_RELEASED = {held: chr(code) for code, held in ((c, ord(h)) for c, h in _HELD.items())}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


# Elements of HTML that part paragraphs, and what stands for those that mean more.
_ELEMENT = re.compile(r"(?<!\\)<(/?)([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){2,}", re.IGNORECASE)
_PARTING = frozenset(
    "p div section article main aside details summary figure figcaption blockquote ul ol li dl dt dd table thead tbody "
    "tr hr header footer center address h1 h2 h3 h4 h5 h6 pre caption".split()
)
_OPENED = {f"h{level}": "#" * level + " " for level in range(1, 7)} | {"figcaption": "Billedtekst: ", "tr": "|"}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the file: `level` counts the marks of a heading, 0 for all else.

    `number` is that of an item in a numbered list, and `indent` the columns before its mark.
    """

    kind: ParagraphKind
    text: str
    level: int = 0
    number: int | None = None
    indent: int = 0
    mark: str = ""


def read_markdown(text: str) -> Article:
    """The article in a Markdown text. Raises NoArticleError where nothing can be spoken."""
    fields, rest = front_matter(_PRIVATE.sub("", text).splitlines())
    lines = bounded_lines(_html_as_marks(_without_elements("\n".join(rest))).splitlines())
    lines = parted_by_labels(_with_pipes(_without_definitions([line.rstrip() for line in lines])))
    head = read_head(lines, _bare_line)
    blocks = _with_strong(_numbered(_unlisted([*_blocks(head.lines)])))
    blocks = [replace(block, text=tidy(plain(block.text))) for block in blocks]
    kept = [b for b in blocks if speakable(b.text) and not is_furniture(b.text) and not is_service(b.text)]
    title, body = _title_off(kept, first(fields, *TITLES))
    told, body = unlabelled(body)
    body, bureau = without_signatures(body)
    notes, body = corrections_off(body)
    title = title or told
    if not title:
        title, body = headline_off(body)
    body = with_standfirst(body, first(fields, *STANDFIRSTS))
    typed = with_turns(with_questions(with_lead(body) if title else body))
    return article_of(title, [*notes, *with_asides(typed)], fields, replace(head, byline=head.byline or bureau))


def _bare_line(line: str) -> str:
    return tidy(plain(line))


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


def _title_off(blocks: list[Block], title: str) -> tuple[str | None, list[Paragraph]]:
    """The first heading of the first level, else the front matter's title."""
    for number, block in enumerate(blocks):
        if block.level == 1:
            return block.text, [_paragraph(other) for other in blocks[:number] + blocks[number + 1 :]]
    return title or None, [_paragraph(block) for block in blocks]


def _paragraph(block: Block) -> Paragraph:
    return Paragraph(block.text, block.kind)


def plain(text: str) -> str:
    """The text without the marks of Markdown and of HTML inside it: "[**Ja**](x) &amp; nej" is "Ja & nej"."""
    text = _ESCAPE.sub(lambda match: match[1].translate(_HELD), text)
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    for _ in range(3):  # **bold with *emphasis* in it**
        text = _UNDERSCORES.sub(r"\1", _STARS.sub(r"\2", text))
    text = _HIGHLIGHT.sub(r"\1", text)
    return html.unescape(text).translate(_RELEASED)


def _without_elements(text: str) -> str:
    """The text without comments, scripts, styles and embedded frames; what is never closed reaches to the end."""
    text = _without(text, re.compile("<!--"), "-->")
    for name in ("script", "style", "iframe", "noscript", "template"):
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


def _html_as_marks(text: str) -> str:
    """The text with the marks of Markdown for the elements of HTML that part its paragraphs."""
    text = _BREAKS.sub("<p>", text)
    if _ELEMENT.search(text) is None:
        return text
    parts: list[str] = []
    lists: list[int | None] = []
    quotes = position = 0
    for tag in _ELEMENT.finditer(text):
        closing, name = bool(tag[1]), tag[2].lower()
        parts.append(_between(text[position : tag.start()], parts))
        position = tag.end()
        if name == "blockquote":
            quotes = max(0, quotes + (-1 if closing else 1))
        elif name in ("ul", "ol", "li"):
            _count_item(lists, name, closing=closing)
        parts.append(_mark_for(name, tag[0], lists[-1] if lists else None, closing=closing, quoted=quotes > 0))
    return "".join([*parts, _between(text[position:], parts)])


def _count_item(lists: list[int | None], name: str, *, closing: bool) -> None:
    """Keep the numbers of the last items in the open lists; a list of bullets has None."""
    if name != "li" and not closing:
        lists.append(0 if name == "ol" else None)
    elif lists and name != "li":
        lists.pop()
    elif lists and lists[-1] is not None and not closing:
        lists[-1] += 1


def _between(words: str, parts: Sequence[str]) -> str:
    """What stands between two tags; nothing goes between a mark and the words after it, or the cells of a row."""
    last = parts[-1] if parts else ""
    return words.lstrip() if last[-1:] in (" ", "|") and last != " " else words


def _mark_for(name: str, tag: str, number: int | None, *, closing: bool, quoted: bool) -> str:
    if name == "br":
        return " "
    if name in ("td", "th"):
        return " |" if closing else ""
    if name not in _PARTING:
        return tag
    if closing:
        return "\n\n"
    item = "- " if number is None else f"{number}. "
    mark = item if name == "li" else _OPENED.get(name, "> " if quoted else "")
    return f"\n\n{mark}"


def _without_definitions(lines: list[str]) -> list[str]:
    """The lines without the targets of links and the texts of notes; links by their name alone lose their brackets."""
    kept: list[str] = []
    names: set[str] = set()
    inside = False
    for line in lines:
        definition = _DEFINITION.match(line)
        if definition:
            names.add(definition[1].casefold())
        inside = definition is not None or (inside and line[:1] in (" ", "\t"))
        kept.append("" if inside else line)
    if not names:
        return kept
    return [_SHORTCUT.sub(lambda m: m[1] if m[1].casefold() in names else m[0], line) for line in kept]


def _with_pipes(lines: list[str]) -> list[str]:
    """The lines, with pipes around the rows of tables that are written without them."""
    done = list(lines)
    number = 1
    while number < len(lines):
        line = lines[number]
        if "|" in line and "-" in line and "|" in lines[number - 1] and _DELIMITER.fullmatch(line):
            row = number - 1
            while row < len(lines) and "|" in lines[row]:
                done[row] = f"| {lines[row].strip().removeprefix('|').removesuffix('|')} |"
                row += 1
            number = row
        number += 1
    return done


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The blocks in their order; an open one waits for the lines that continue it."""
    waiting: Block | None = None
    texts: list[str] = []
    fenced = False
    for line in lines:
        if _FENCE.match(line) or fenced:
            fenced ^= _FENCE.match(line) is not None
            continue
        if waiting and waiting.kind == "text" and _UNDERLINE.match(line):
            yield replace(_whole(waiting, texts), kind="heading", level=1 if "=" in line else 2)
            waiting = None
            continue
        block = _begun(line)
        if waiting and block and _continues(waiting, texts, block):
            texts.append(block.text.lstrip())
            continue
        if waiting:
            yield _whole(waiting, texts)
        waiting, texts = block, [block.text.strip()] if block else []
    if waiting:
        yield _whole(waiting, texts)


def _whole(block: Block, texts: Sequence[str]) -> Block:
    return replace(block, text=joined(_HARD_BREAK.sub("", text) for text in texts))


def _continues(waiting: Block, texts: Sequence[str], block: Block) -> bool:
    """A line without a mark goes on with any paragraph, quote or item; a quoted line goes on with a quote.

    A line that is bold as a whole is a paragraph of its own, unless the next one goes on with its sentence.
    """
    if waiting.kind == block.kind == "quote":
        return speakable(block.text)
    if len(texts) == 1 and _STRONG.fullmatch(texts[0]) and not block.text.lstrip()[:1].islower():
        return False
    is_plain = block.kind == "text" and not block.mark
    return is_plain and (waiting.kind in ("quote", "item") or (waiting.kind == "text" and not waiting.mark))


def _begun(line: str) -> Block | None:
    """What kind of block a line begins or continues; None for an empty one and a rule."""
    if not line.strip() or _RULE.match(line):
        return None
    if heading := _HEADING.match(line):
        text, _, marks = _HEADING_NAME.sub("", heading[2] or "").rstrip().rpartition(" ")
        return Block("heading", f"{text} {marks}" if marks.strip("#") else text, len(heading[1]))
    if quote := _QUOTE.match(line):
        return _quoted(quote[1].strip())
    if (item := _ITEM.match(line)) and (item[2] or item[3]):
        number = int(item[3]) if item[3] else None
        indent = len(item[1].expandtabs(4))
        return Block("item", _TASK.sub("", item[4], count=1), number=number, indent=indent, mark=item[2].strip())
    if _ROW.match(line):
        return Block("table", spoken_row(line))
    return Block("text", line)


def _quoted(text: str) -> Block | None:
    """A line of a block quote; who has said it stands below it, behind a dash."""
    if not text or _ALERT.fullmatch(text):
        return None
    said_by = _ATTRIBUTION.match(text)
    is_name = said_by is not None and not ends_sentence(text)
    return Block("text", text[said_by.end() :], mark=said_by[0]) if said_by and is_name else Block("quote", text)


def _unlisted(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; what stands alone is no item: a sentence behind a dash is speech, and "1. maj" is a date."""
    kinds = ["", *(block.kind for block in blocks), ""]
    done = []
    for number, block in enumerate(blocks):
        is_alone = block.kind == "item" and kinds[number] != "item" and kinds[number + 2] != "item"
        if is_alone and block.number is not None:
            done.append(replace(block, kind="text", text=f"{block.number}. {block.text}"))
        elif is_alone and block.mark == "-" and ends_sentence(block.text):
            done.append(replace(block, kind="text", text=f"- {block.text}"))
        else:
            done.append(block)
    return done


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; the items of a list that does not simply count from one open with their numbers."""
    done = list(blocks)
    for places in _numbered_lists(blocks):
        told = [blocks[place].number for place in places]
        is_counted = told in ([1] * len(told), [*range(1, len(told) + 1)])
        for place in () if is_counted else places:
            done[place] = replace(done[place], text=f"{done[place].number}. {done[place].text}")
    return done


def _numbered_lists(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """The places of the items of each numbered list; the items of a list within an item part none."""
    open_lists: list[list[int]] = []
    for place, block in enumerate(blocks):
        if block.kind != "item":
            yield from open_lists
            open_lists = []
            continue
        while open_lists and blocks[open_lists[-1][0]].indent > block.indent:
            yield open_lists.pop()
        if block.number is None:
            continue
        if open_lists and blocks[open_lists[-1][0]].indent == block.indent:
            open_lists[-1].append(place)
        else:
            open_lists.append([place])
    yield from open_lists
