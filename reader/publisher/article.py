"""The article as HTML, everything in it escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from reader.model import Article, Paragraph
from reader.printed import printed_date

_TAGS = {"heading": "h2", "quote": "blockquote", "question": "h3", "item": "li"}
_STYLE = (
    "body{max-width:38em;margin:2em auto;padding:0 1em;font:1.1em/1.5 serif}aside{background:#eee;padding:.5em 1em}"
)
_LISTED = {"item": "ul", "aside": "aside"}

Anchors = Mapping[int, Sequence[str]]


def article_page(article: Article) -> str:
    """HTML with nothing but the article: headline, byline, date and paragraphs."""
    opening = [headline(article.title), *_opening(article)] if article.title else _opening(article)
    return (
        "\n".join([*_head(article), "<article>", *opening, *paragraphs_html(article), "</article>", "</html>"]) + "\n"
    )


def headline(title: str, anchors: Sequence[str] = ()) -> str:
    """The headline, with the names by which it can be linked to."""
    return f"<h1>{_places(anchors)}{escape(title)}</h1>"


def _head(article: Article) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{escape(article.language)}">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<title>{escape(article.title or '')}</title>"
    if article.url:
        yield f'<link rel="canonical" href="{escape(article.url)}">'
    yield f"<style>{_STYLE}</style>"


def _opening(article: Article) -> Iterator[str]:
    if article.byline:
        yield f'<p class="byline">{escape(", ".join(article.byline))}</p>'
    if article.published:
        yield time_html(article.published, article.language)


def time_html(moment: str, language: str) -> str:
    """A date for people and machines."""
    return f'<time datetime="{escape(moment)}">{escape(printed_date(moment, language))}</time>'


def paragraphs_html(article: Article, anchors: Anchors | None = None, first: int = 0) -> Iterator[str]:
    """The paragraphs from number `first` on; `anchors` are the names by which one can be linked to, by its number."""
    numbered = groupby(list(enumerate(article.paragraphs))[first:], lambda row: row[1].kind)
    for kind, rows in numbered:
        around = _LISTED.get(kind)
        if around:
            yield f"<{around}>"
        for number, paragraph in rows:
            yield _paragraph(paragraph, (anchors or {}).get(number, ()))
        if around:
            yield f"</{around}>"


def _paragraph(paragraph: Paragraph, anchors: Sequence[str]) -> str:
    tag = _TAGS.get(paragraph.kind, "p")
    name = f' class="{paragraph.kind}"' if tag == "p" and paragraph.kind != "text" else ""
    return f'<{tag} id="p-{escape(paragraph.id)}"{name}>{_places(anchors)}{escape(paragraph.text)}</{tag}>'


def _places(anchors: Sequence[str]) -> str:
    return "".join(f'<span id="{escape(anchor)}"></span>' for anchor in anchors)
