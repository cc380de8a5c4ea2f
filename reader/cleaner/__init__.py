"""Find the article in a page or a text: pure, and light until HTML has to be read."""

from __future__ import annotations

from dataclasses import replace

from reader.cleaner.bounds import bounded_article, bounded_text
from reader.cleaner.decode import decode
from reader.cleaner.language import language_of
from reader.cleaner.leniency import STRICT, Leniency
from reader.cleaner.verdicts import Explanation, Verdict
from reader.errors import NoArticleError, UnsupportedTypeError
from reader.model import Article, Page

__all__ = ["STRICT", "Explanation", "Leniency", "Verdict", "clean", "explain"]

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
TEXT_TYPES = frozenset({"text/plain", "text/markdown"})


def clean(page: Page, leniency: Leniency = STRICT) -> Article:
    """The article in `page`, and nothing but the article.

    Raises NoArticleError rather than give an empty article, its kinds NotAnArticleError and TeaserError unless
    `leniency` lets such a page pass, and UnsupportedTypeError for other media types than HTML, XHTML, plain text and
    Markdown. The parsers of web pages are imported only for a web page.
    """
    text, kind = _decoded(page)
    if kind in HTML_TYPES:
        from reader.cleaner.page.html import read_html  # noqa: PLC0415 - a text must not wait for the parsers of pages

        article = read_html(text, page.url, leniency).article
        article = replace(article, reserved=True) if page.reserved else article
    else:
        article = _read_text(bounded_text(text), kind)
    return bounded_article(_in_its_language(article))


def explain(page: Page, leniency: Leniency = STRICT) -> Explanation:
    """Why each visible block of `page` is part of its article, or is not. Raises what `clean` raises."""
    from reader.cleaner.page.explain import explained  # noqa: PLC0415 - as in clean
    from reader.cleaner.page.html import Reading, read_html  # noqa: PLC0415

    text, kind = _decoded(page)
    is_page = kind in HTML_TYPES
    return explained(read_html(text, page.url, leniency) if is_page else Reading(_read_text(bounded_text(text), kind)))


def _decoded(page: Page) -> tuple[str, str]:
    """The text of a page, and its media type."""
    kind = page.media_type.strip().lower()
    if kind not in HTML_TYPES | TEXT_TYPES:
        raise UnsupportedTypeError(f"a source of type {kind!r} cannot be read: give HTML, Markdown or plain text")
    text = decode(page.body, page.charset, html=kind in HTML_TYPES)
    if not text.strip():
        raise NoArticleError("the source is empty: there is nothing to read")
    return text, kind


def _in_its_language(article: Article) -> Article:
    """The article under the language of its words, where they are clearly not in the one that the page names."""
    told = language_of(" ".join(paragraph.text for paragraph in article.paragraphs))
    is_norwegian = told == "nb" and article.language in ("no", "nb", "nn")
    return article if told in (None, article.language) or is_norwegian else replace(article, language=told)


def _read_text(text: str, kind: str) -> Article:
    if kind == "text/markdown":
        from reader.cleaner.plain.markdown import read_markdown  # noqa: PLC0415

        return read_markdown(text)
    from reader.cleaner.plain.text import read_text  # noqa: PLC0415

    return read_text(text)
