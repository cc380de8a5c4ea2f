"""Pages that are no article, or not a whole one: each is refused by name, unless it is asked for all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import Tag

from reader.cleaner.leniency import Leniency
from reader.cleaner.page.access import is_teaser
from reader.cleaner.page.metadata import Sources
from reader.cleaner.page.tree import View, around, attribute, names
from reader.errors import NoArticleError, NotAnArticleError, TeaserError
from reader.model import Paragraph

_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:\?|$)|^#", re.IGNORECASE)
LITTLE = 400  # characters of prose beside a film or pictures
SHORTEST_STORY = 120  # characters of its longest paragraph
FEWEST_ENTRIES = 4
FEWEST_PICTURES = 4
FEWEST_TEASERS = 8
LIVE_CLASSES = frozenset({"liveblog", "live-blog", "liveblog-entry", "live-blog-entry", "livefeed", "live-feed"})


def refusal(page: Sources, paragraphs: Sequence[Paragraph], leniency: Leniency) -> NoArticleError | None:
    """The error that says why the page is not to be read as an article; None where it may be."""
    name = page.url or "the page"
    length = sum(len(paragraph.text) for paragraph in paragraphs)
    if not leniency.any_shape and (shape := _shape(page, paragraphs)):
        return NotAnArticleError(f"{name} is {shape}, not an article: read it all the same with --anyway")
    if not paragraphs:
        return NoArticleError(f"{name} shows no article: give the page of one article, or save its text in a file")
    if not leniency.teaser and is_teaser(page.view, page.facts(), length):
        return TeaserError(
            f"{name} shows only the opening of an article that is for subscribers: save the whole article as a file, "
            "or read the opening with --allow-teaser"
        )
    return None


def _shape(page: Sources, paragraphs: Sequence[Paragraph]) -> str:
    kinds = " ".join(str(node.get("@type", "")) for node in (page.node, page.item))
    if "LiveBlogPosting" in kinds or _live_entries(page.view) >= FEWEST_ENTRIES:
        return "a live blog"
    prose = sum(len(paragraph.text) for paragraph in paragraphs if paragraph.kind in ("text", "quote", "lead"))
    if prose >= LITTLE and max(len(paragraph.text) for paragraph in paragraphs) >= SHORTEST_STORY:
        return ""
    if _is_film(page):
        return "a film"
    pictures = sum(_shows_picture(figure) for figure in page.view.named("figure"))
    if pictures >= FEWEST_PICTURES:
        return "a gallery of pictures"
    is_list = not _is_called_article(page) and _teasers(page.view) >= FEWEST_TEASERS
    return "a list of articles" if is_list else ""


def _is_called_article(page: Sources) -> bool:
    """Whether the page calls itself an article; a short one may well stand among many teasers."""
    return page.first("og:type") == "article" or str(page.node.get("@type", "")).endswith("Article")


def _live_entries(view: View) -> int:
    tagged = sum(attribute(tag, "itemprop") == "liveBlogUpdate" for tags in view.elements.values() for tag in tags)
    return tagged or sum(not names(tag).isdisjoint(LIVE_CLASSES) for tag in view.named("article"))


def _is_film(page: Sources) -> bool:
    if (page.first("og:type") or "").startswith("video"):
        return True
    frames = page.view.named("iframe")
    return bool(page.view.named("video")) or any("video" in attribute(tag, "src").lower() for tag in frames)


def _shows_picture(figure: Tag) -> bool:
    """Whether a figure holds a picture that leads nowhere, or to itself in large: else it is a teaser or a logo."""
    link = around(figure, ("a",)) or figure.find("a", href=True)
    target = attribute(link, "href") if isinstance(link, Tag) else ""
    return figure.find("img") is not None and (target in ("", "#") or _PICTURE.search(target) is not None)


def _teasers(view: View) -> int:
    """How many headings are links, or stand in one."""
    headings = view.named("h2", "h3", "h4")
    return sum(tag.find("a", href=True) is not None or around(tag, ("a",)) is not None for tag in headings)
