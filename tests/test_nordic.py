"""Invented pages in the markup of Danish and Nordic newsroom systems, each beside what must be read out of it."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from reader.cleaner import clean
from reader.model import Page
from reader.publisher import article_page

FOLDERS = sorted(path.parent for path in (ROOT / "tests" / "nordic").glob("*/expected.json"))
SHORTEST_LINE = 25  # characters: shorter ones are labels that every newsroom has, such as "Læs også"


def expected(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return facts


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_article_and_nothing_else(folder: Path) -> None:
    """A page gives headline, standfirst, every paragraph and every quote, once, in order, and no word around them."""
    facts = expected(folder)
    article = clean(Page(facts["url"], (folder / "page.html").read_bytes(), "text/html"))
    assert [[paragraph.kind, paragraph.text] for paragraph in article.paragraphs] == facts["paragraphs"]
    assert article.title == facts["title"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_of_its_own_is_read_back(folder: Path) -> None:
    """The article written as a page of its own is read back as the same one; the rows of a table are text there."""
    article = clean(Page(expected(folder)["url"], (folder / "page.html").read_bytes(), "text/html"))
    again = clean(Page(article.url, article_page(article).encode(), "text/html"))
    rows = [(paragraph.kind.replace("table", "text"), paragraph.text) for paragraph in article.paragraphs]
    assert [(paragraph.kind, paragraph.text) for paragraph in again.paragraphs] == rows
    facts = (article.title, article.byline, article.published, article.language, article.url)
    assert (again.title, again.byline, again.published, again.language, again.url) == facts


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_facts_of_the_article(folder: Path) -> None:
    """A page tells who wrote the article, when, where and in which language."""
    facts = expected(folder)
    article = clean(Page(facts["url"], (folder / "page.html").read_bytes(), "text/html"))
    assert list(article.byline) == facts["byline"]
    found = {"published": article.published, "site": article.site, "language": article.language}
    assert found == {name: facts[name] for name in found}


def clutter(folder: Path) -> set[str]:
    """The longer lines of a page that are no part of its article."""
    facts = expected(folder)
    article = "\n".join([facts["title"], *(text for _, text in facts["paragraphs"])])
    page = BeautifulSoup((folder / "page.html").read_bytes(), "lxml")
    lines = {" ".join(line.replace("\u00ad", "").split()) for line in page.stripped_strings}
    return {line for line in lines if len(line) >= SHORTEST_LINE and line not in article}


def test_there_are_many_systems() -> None:
    """The pages stand for at least twenty-three newsroom systems in Danish, Norwegian and Swedish."""
    assert len(FOLDERS) >= 23
    assert {expected(folder)["language"] for folder in FOLDERS} == {"da", "nb", "sv"}


def test_no_two_pages_share_their_clutter() -> None:
    """What surrounds the article is each page's own, so that no cleaner passes by knowing one frame."""
    around = {folder.name: clutter(folder) for folder in FOLDERS}
    shared = {(one, other): around[one] & around[other] for one, other in combinations(around, 2)}
    assert {pair: lines for pair, lines in shared.items() if lines} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_is_surrounded_by_clutter(folder: Path) -> None:
    """A page has at least fifteen longer lines around its article: what a reader sees there, not a bare article."""
    assert len(clutter(folder)) >= 15
