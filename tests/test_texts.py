"""Texts as newsrooms, bureaus, mail programs and Word give them, each beside the article that a reader would want.

A text and a Markdown file of the same name share that article: lists are read alike in both.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.cleaner import clean
from reader.model import Page
from reader.scraper.sniff import media_type

TEXTS = Path(__file__).parent / "texts"
SOURCES = sorted(path for path in TEXTS.iterdir() if path.suffix in (".txt", ".md"))
WAYS = {
    "utf-8": lambda text: text.encode(),
    "mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "bare-utf-16": lambda text: text.encode("utf-16-le"),
    "windows-1252": lambda text: text.encode("cp1252"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "stray": lambda text: text.rstrip("\n").encode() + b"\x81\n",
    "twice": lambda text: text.encode().decode("cp1252").encode(),
}


def result(source: Path, body: bytes) -> dict[str, object]:
    article = clean(Page(None, body, media_type(body, source.suffix)))
    return {
        "title": article.title,
        "byline": list(article.byline),
        "published": article.published,
        "paragraphs": [[paragraph.kind, paragraph.text] for paragraph in article.paragraphs],
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_article_in_a_text(source: Path, way: str) -> None:
    """The same article comes out of a text, whatever its encoding and its line endings are."""
    try:
        body = WAYS[way](source.read_text("utf-8"))
    except UnicodeError:
        pytest.skip("the encoding lacks a character of this text")
    assert result(source, body) == json.loads(source.with_suffix(".json").read_text("utf-8"))
