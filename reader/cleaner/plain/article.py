"""An article out of the paragraphs of a text: what its first lines say, its headline, and what is no part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from reader.cleaner.characters import speakable, words_only
from reader.cleaner.dates import dateline, find_date, masthead
from reader.cleaner.furniture import is_furniture
from reader.cleaner.paragraphs import finished
from reader.cleaner.people import is_byline, people
from reader.cleaner.plain.wire import (
    first,
    is_editorial,
    is_service,
    labelled_people,
    labelled_section,
    signature_off,
    wire_dateline_off,
)
from reader.cleaner.shape import (
    is_correction,
    is_headline,
)
from reader.errors import NoArticleError
from reader.model import Article, Paragraph

LONGEST_CREDIT = 120
HEAD_LINES = 12
MOST_OPENINGS = 4
TITLES = ("title", "titel", "overskrift", "headline", "rubrik")
STANDFIRSTS = ("lead", "manchet", "underrubrik", "subtitle", "standfirst", "ingress")
_CREDIT = re.compile(r"(?:tekst|skrevet af|af):?\s.{2,60}[\s,|/]foto(?:\s*:|\s+af\b).{2,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines say of the article, and all lines with those taken out."""

    lines: list[str]
    published: str | None = None
    modified: str | None = None
    byline: tuple[str, ...] = ()
    section: str | None = None


def read_head(lines: Sequence[str], plain: Callable[[str], str] = str) -> Head:
    """Take lines of labels and dates and the byline out of the first lines; an empty line stands in their place.

    `plain` takes the marks off a line before it is looked at.
    """
    kept = list(lines)
    published = modified = section = None
    byline: tuple[str, ...] = ()
    for number in [n for n, line in enumerate(lines) if line][:HEAD_LINES]:
        line = plain(lines[number])
        said = dateline(line) or masthead(line)
        if said:
            published, modified = published or said.published, modified or said.modified
        elif is_byline(line) or _is_credit(line):
            byline = byline or people([line])
        elif labelled := labelled_section(line):
            section = section or labelled
        elif named := labelled_people(line):
            byline = byline or named
        elif is_editorial(line):
            published = published or find_date(line)
        elif not (is_furniture(signature_off(line)[0]) or (is_service(line) and not signature_off(line)[1])):
            continue
        kept[number] = ""
    return Head(kept, published, modified, byline, section)


def _is_credit(line: str) -> bool:
    """Whether the line names writer and photographer: "Tekst: Mette Holm Foto: Ida Bo"."""
    return len(line) <= LONGEST_CREDIT and _CREDIT.fullmatch(line) is not None


def headline_off(drafts: list[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The headline, if the first paragraph is one, and the paragraphs after it."""
    if drafts and is_headline(drafts[0], drafts[1:]):
        return drafts[0].text, drafts[1:]
    return None, drafts


def without_signatures(drafts: Sequence[Paragraph]) -> tuple[list[Paragraph], tuple[str, ...]]:
    """The drafts that belong to the article, without a bureau's opening and signature, and that bureau."""
    kept: list[Paragraph] = []
    bureaus: list[str] = []
    for draft in drafts:
        text, bureau = signature_off(draft.text)
        bureaus += [bureau] if bureau else []
        text = wire_dateline_off(text) if len(kept) < MOST_OPENINGS else text
        if speakable(text) and not is_furniture(text) and not is_service(text):
            kept.append(replace(draft, text=text))
    return kept, tuple(bureaus[-1:])


def corrections_off(drafts: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The corrections that stand over an article, typed as asides, and the article below them."""
    count = next((n for n, draft in enumerate(drafts) if not is_correction(draft.text)), 0)
    return [replace(draft, kind="aside") for draft in drafts[:count]], drafts[count:]


def with_standfirst(body: list[Paragraph], standfirst: str) -> list[Paragraph]:
    """The lead that the front matter holds stands first, unless the text repeats it."""
    if not standfirst or any(words_only(paragraph.text) == words_only(standfirst) for paragraph in body[:2]):
        return body
    return [Paragraph(standfirst, "lead"), *body]


def article_of(title: str | None, drafts: Iterable[Paragraph], fields: dict[str, str], head: Head) -> Article:
    """The article of some drafts; what the front matter tells counts for more than what the first lines tell."""
    paragraphs = finished(drafts)
    if not paragraphs:
        raise NoArticleError("the text holds nothing that can be read aloud: check that it is the article")
    return Article(
        title,
        paragraphs,
        byline=people([first(fields, "authors", "author", "byline", "forfatter", "journalist")]) or head.byline,
        published=find_date(first(fields, "date", "published", "dato", "publiceret")) or head.published,
        modified=find_date(first(fields, "modified", "updated", "lastmod", "opdateret")) or head.modified,
        section=first(fields, "section", "sektion", "category", "kategori") or head.section or None,
        language=(first(fields, "lang", "language") or "da").lower(),
    )
