"""What a page says of who may read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reader.cleaner.page import jsonld
from reader.cleaner.page.access import is_teaser, reservation
from reader.cleaner.page.tree import view

TEXT = "Broen bliver spærret for biler mandag morgen og åbner tidligst igen til oktober næste år. "
WALL = '<div class="article-paywall"><p>Læs hele historien i dag</p></div>'
LOCKED = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".body"}


def teaser(facts: dict[str, Any], length: int, body: str = "", head: str = "") -> bool:
    seen = view(f"<html><head>{head}</head><body><article>{body}<p>{TEXT}</p></article></body></html>")
    return is_teaser(seen, {"@type": "NewsArticle", **facts}, length)


@pytest.mark.parametrize("told", [False, "False", "false", "https://schema.org/False", [False]])
def test_marked_and_short(told: object) -> None:
    """A short text that its page does not give away for free is a teaser, however that is written."""
    assert teaser({"isAccessibleForFree": told}, 400)


def test_marked_and_long() -> None:
    """A long text is the whole article, though its page marks it as locked."""
    assert not teaser({"isAccessibleForFree": False}, 4000)


def test_long_text_over_a_wall() -> None:
    """Where a wall stands on a locked page, a text must be longer to count as whole."""
    assert teaser({"isAccessibleForFree": False}, 2000, WALL)


def test_count_of_words() -> None:
    """A locked page that counts twice the words that were found shows a teaser."""
    assert teaser({"isAccessibleForFree": False, "wordCount": "1200"}, 2000)


@pytest.mark.parametrize(("times", "expected"), [(1, True), (20, False)])
def test_locked_part(times: int, expected: bool) -> None:
    """What is said to be locked is no teaser where it was sent along in full."""
    body = f'<div class="body"><p>{TEXT * times}</p></div>'
    assert teaser({"isAccessibleForFree": False, "hasPart": LOCKED}, len(TEXT) * times, body) is expected


@pytest.mark.parametrize("selector", [":has(", "..", "*" * 300, ".body:not(", "div[", ".body, .x > p"])
def test_odd_selectors(selector: str) -> None:
    """A selector that is broken or dear is passed over, and the length of the text decides."""
    assert teaser({"hasPart": [{**LOCKED, "cssSelector": selector}]}, 300)


@pytest.mark.parametrize(("tier", "expected"), [("locked", True), ("metered", False), ("free", False)])
def test_content_tier(tier: str, expected: bool) -> None:
    """The tier in the head counts as a mark only where it says locked."""
    assert teaser({}, 300, head=f'<meta property="article:content_tier" content="{tier}">') is expected


@pytest.mark.parametrize(
    "wall",
    [
        WALL,
        '<div id="stopsign"><p>Velkommen</p></div>',
        "<p>Log ind for at læse hele artiklen</p>",
        "<p>Denne historie er kun for abonnenter</p>",
        "<p>Subscribe to continue reading this article</p>",
    ],
)
def test_wall(wall: str) -> None:
    """A visible wall makes a short text a teaser, a long one not, and none where the page is said to be free."""
    assert teaser({}, 400, wall)
    assert not teaser({}, 3000, wall)
    assert not teaser({"isAccessibleForFree": True}, 400, wall)


def test_no_wall() -> None:
    """A short article without a wall, or with a hidden one, is whole."""
    assert not teaser({}, 200)
    assert not teaser({}, 200, f"<div hidden>{WALL}</div>")


def test_free_parts() -> None:
    """An article whose parts are all said to be free is no teaser."""
    assert not teaser({"isAccessibleForFree": False, "hasPart": [{**LOCKED, "isAccessibleForFree": True}]}, 200)


def test_mark_of_the_page_around() -> None:
    """What the page around says of access holds for the article in it."""
    facts = [{"@type": "WebPage", "isAccessibleForFree": False}, {"@type": "Article", "headline": "Broen"}]
    html = f'<script type="application/ld+json">{json.dumps(facts)}</script><p>{TEXT}</p>'
    seen = view(html)
    assert is_teaser(seen, jsonld.article_node(jsonld.nodes(seen.named("script"))), 200)


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ('name="tdm-reservation" content="1"', True),
        ('name="tdm-reservation" content="0"', False),
        ('name="robots" content="index, NoAI"', True),
        ('name="robots" content="noimageai"', True),
        ('name="robots" content="noindex,nofollow"', False),
        ('name="description" content="noai"', False),
    ],
)
def test_reservation(meta: str, expected: bool) -> None:
    """A page reserves its text by the TDM protocol's meta element or by a word for robots, and by nothing else."""
    assert reservation(view(f"<head><meta {meta}></head><p>{TEXT}</p>")) is expected
