"""Find the article in a web page: its body, its lead, and what the page tells of it."""

from __future__ import annotations

import re
from dataclasses import replace

from reader.cleaner.blocks import finished
from reader.cleaner.body import chosen, fallback, proposed, sifted
from reader.cleaner.lead import with_lead
from reader.cleaner.metadata import described, descriptions, headlines, sources
from reader.cleaner.shape import with_questions
from reader.cleaner.text import read_text
from reader.cleaner.tree import view
from reader.errors import NoArticleError
from reader.model import Article

# Control characters end the page for some parsers. XML instructions are no content, and an encoding that they declare
# contradicts a text that is decoded already.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INSTRUCTION = re.compile(r"<\?[^<>]*+>")


def read_html(text: str, url: str | None) -> Article:
    """The article in a page that came from `url`. Raises NoArticleError where the page shows none."""
    text = _INSTRUCTION.sub("", _CONTROLS.sub("", text))
    if "<" not in text:
        return read_text(text)
    seen = view(text)
    page = sources(seen, url)
    about = described(page)
    titles = [*([about.title] if about.title else []), *headlines(page, about.site)]
    body = sifted(chosen(proposed(text), fallback(seen)), seen, titles)
    paragraphs = finished(with_questions(with_lead(body, seen, titles, descriptions(page))))
    if not paragraphs:
        raise NoArticleError(
            f"{url or 'the page'} shows no article: give the page of one article, or save its text in a file"
        )
    return replace(about, paragraphs=paragraphs)
