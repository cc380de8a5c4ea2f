"""Find the article in a web page: its body, its lead, and what the page tells of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from reader.cleaner.bounds import bounded_page
from reader.cleaner.leniency import STRICT, Leniency
from reader.cleaner.page.access import reservation
from reader.cleaner.page.blocks import Block, kept
from reader.cleaner.page.body import judged
from reader.cleaner.page.factbox import fact_boxes, without
from reader.cleaner.page.lead import with_lead
from reader.cleaner.page.metadata import described, descriptions, headlines, sources
from reader.cleaner.page.refusals import refusal
from reader.cleaner.page.tree import View, view
from reader.cleaner.paragraphs import finished
from reader.cleaner.plain.text import read_text
from reader.cleaner.shape import with_questions
from reader.model import Article, Paragraph

# Control characters end the page for some parsers. XML instructions are no content, and an encoding that they declare
# contradicts a text that is decoded already.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INSTRUCTION = re.compile(r"<\?[^<>]*+>")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """An article, the blocks that it was chosen from and, of a web page, its view."""

    article: Article
    blocks: tuple[Block, ...] = ()
    view: View | None = None


def read_html(text: str, url: str | None, leniency: Leniency = STRICT) -> Reading:
    """The article in a page that came from `url`.

    Raises NoArticleError where the page shows none, NotAnArticleError and TeaserError unless `leniency` lets it pass.
    """
    text = bounded_page(_INSTRUCTION.sub("", _CONTROLS.sub("", text)))
    if "<" not in text:
        return Reading(read_text(text))
    seen = view(text)
    page = sources(seen, url)
    about = described(page)
    titles = [*([about.title] if about.title else []), *headlines(page, about.site)]
    blocks = judged(seen, titles)
    boxes = fact_boxes(blocks, seen)
    body = [Paragraph(block.text, block.kind) for block in kept(without(blocks, boxes))]
    body = with_questions(with_lead(body, seen, titles, descriptions(page)))
    paragraphs = finished([*body, *(Paragraph(box.text, "aside") for box in boxes)])
    error = refusal(page, paragraphs, leniency)
    if error is not None:
        raise error
    article = replace(about, paragraphs=paragraphs, reserved=reservation(seen) or None)
    return Reading(article, tuple(blocks), seen)
