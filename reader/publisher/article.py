"""The cleaned article as a web page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from reader.model import Article, Paragraph
from reader.printed import printed_date

_TAGS = {"heading": "h2", "quote": "blockquote", "question": "h3", "item": "li"}
_STYLE = (
    "body{max-width:38em;margin:2em auto;padding:0 1em;font:1.1em/1.5 serif}aside{background:#eee;padding:.5em 1em}"
)
_LISTED = {"item": "ul", "aside": "aside"}


def article_page(article: Article) -> str:
    """HTML with nothing but the article: headline, byline, date and paragraphs, everything escaped."""
    return (
        "\n".join([*_head(article), "<article>", *_opening(article), *_body(article), "</article>", "</html>"]) + "\n"
    )


def _head(article: Article) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{escape(article.language)}">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<title>{escape(article.title or '')}</title>"
    if article.url:
        yield f'<link rel="canonical" href="{escape(article.url)}">'
    yield f"<style>{_STYLE}</style>"


def _opening(article: Article) -> Iterator[str]:
    if article.title:
        yield f"<h1>{escape(article.title)}</h1>"
    if article.byline:
        yield f'<p class="byline">{escape(", ".join(article.byline))}</p>'
    if article.published:
        printed = printed_date(article.published, article.language)
        yield f'<time datetime="{escape(article.published)}">{escape(printed)}</time>'


def _body(article: Article) -> Iterator[str]:
    for kind, paragraphs in groupby(article.paragraphs, lambda paragraph: paragraph.kind):
        around = _LISTED.get(kind)
        if around:
            yield f"<{around}>"
        yield from map(_paragraph, paragraphs)
        if around:
            yield f"</{around}>"


def _paragraph(paragraph: Paragraph) -> str:
    tag = _TAGS.get(paragraph.kind, "p")
    name = f' class="{paragraph.kind}"' if tag == "p" and paragraph.kind != "text" else ""
    return f'<{tag} id="p-{escape(paragraph.id)}"{name}>{escape(paragraph.text)}</{tag}>'
