"""The sample articles, each beside the article and the script that must come out of it.

`python3 run.py goldens` writes both anew; whoever does so reads the difference line by line.
"""

import json
from pathlib import Path

import pytest
from conftest import ARTICLES, ROOT

from reader.cleaner import clean
from reader.interchange import dump, script_from_json, script_to_json
from reader.model import Article
from reader.scraper import scrape
from reader.scriptwriter import write_script

FOLDERS = sorted(path for path in ARTICLES.iterdir() if path.is_dir())


def source_of(folder: Path) -> Path:
    (source,) = (path for path in folder.iterdir() if path.stem in ("article", "page") and path.suffix != ".json")
    return source


def cleaned(folder: Path) -> Article:
    return clean(scrape(str(source_of(folder))))


def check(path: Path, text: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-goldens"):
        path.write_text(text, "utf-8")
    assert json.loads(path.read_text("utf-8")) == json.loads(text)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_article_is_found(folder: Path, request: pytest.FixtureRequest) -> None:
    """The cleaner finds the article and its facts, and nothing of what stands around it."""
    check(folder / "article.json", dump(cleaned(folder)), request)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_script_is_written(folder: Path, request: pytest.FixtureRequest) -> None:
    """The script says the article line by line, with its roles, speakers, pauses and chapters."""
    text = script_to_json(write_script(cleaned(folder)), folder.name)
    check(folder / "script.json", text, request)
    assert script_from_json(text)[1] == folder.name


def test_there_are_articles_of_every_kind() -> None:
    """The samples cover a page, plain texts, Markdown, a short note and a feature of three thousand words."""
    suffixes = [source_of(folder).suffix for folder in FOLDERS]
    lengths = [sum(len(paragraph.text.split()) for paragraph in cleaned(folder).paragraphs) for folder in FOLDERS]
    assert len(FOLDERS) >= 6
    assert {".html", ".txt", ".md"} <= set(suffixes)
    assert min(lengths) < 60
    assert max(lengths) >= 3000


def test_the_example_is_what_the_program_makes_today() -> None:
    """The finished example episode in output/ was made from the script that its article gives now."""
    example = ROOT / "output" / "eksempel"
    expected = script_to_json(write_script(cleaned(ARTICLES / "eksempel")), "eksempel")
    assert json.loads((example / "script.json").read_text("utf-8")) == json.loads(expected)
    assert sorted(path.name for path in example.glob("*.mp3")) == ["eksempel.mp3"]
