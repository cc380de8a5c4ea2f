"""Invented pages in the markup of Danish and Nordic newsroom systems, each beside what must be read out of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from reader.cleaner import clean
from reader.model import Page

FOLDERS = sorted(path.parent for path in (ROOT / "tests" / "nordic").glob("*/expected.json"))


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
def test_the_facts_of_the_article(folder: Path) -> None:
    """A page tells who wrote the article, when, where and in which language."""
    facts = expected(folder)
    article = clean(Page(facts["url"], (folder / "page.html").read_bytes(), "text/html"))
    assert list(article.byline) == facts["byline"]
    found = {"published": article.published, "site": article.site, "language": article.language}
    assert found == {name: facts[name] for name in found}


def test_there_are_many_systems() -> None:
    """The pages stand for at least ten newsroom systems in Danish, Norwegian and Swedish."""
    assert len(FOLDERS) >= 10
    assert {expected(folder)["language"] for folder in FOLDERS} == {"da", "nb", "sv"}
