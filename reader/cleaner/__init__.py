"""Find the article in a page or a text: pure, and light until HTML has to be read."""

from __future__ import annotations

from reader.cleaner.decode import decode
from reader.errors import NoArticleError, UnsupportedTypeError
from reader.model import Article, Page

__all__ = ["clean"]

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown"})


def clean(page: Page) -> Article:
    """The article in `page`, and nothing but the article.

    Raises NoArticleError rather than give an empty article, and UnsupportedTypeError for other media types than HTML,
    XHTML, plain text and Markdown. The parsers of web pages are imported only for a web page.
    """
    kind = page.media_type.strip().lower()
    if kind not in HTML_TYPES | TEXT_TYPES:
        raise UnsupportedTypeError(f"a source of type {kind!r} cannot be read: give HTML, Markdown or plain text")
    text = decode(page.body, page.charset, html=kind in HTML_TYPES)
    if not text.strip():
        raise NoArticleError("the source is empty: there is nothing to read")
    return _read(text, kind, page.url)


def _read(text: str, kind: str, url: str | None) -> Article:
    if kind in HTML_TYPES:
        from reader.cleaner.html import read_html  # noqa: PLC0415 - a text must not wait for the parsers of pages

        return read_html(text, url)
    if kind == "text/markdown":
        from reader.cleaner.markdown import read_markdown  # noqa: PLC0415

        return read_markdown(text)
    from reader.cleaner.text import read_text  # noqa: PLC0415

    return read_text(text)
