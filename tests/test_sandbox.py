"""Web pages are read in a child process within limits."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from reader import sandbox
from reader.cleaner import Leniency, clean
from reader.cleaner.bounds import bounded_page
from reader.errors import ComplexPageError, NoArticleError, NotAnArticleError
from reader.model import Page
from reader.sandbox import clean_apart, explain_apart

pytestmark = pytest.mark.whole

SENTENCE = "Kommunen lukker hallen i Nørre Vang fra mandag, fordi taget er ved at give efter. "
STORY = "".join(f"<p>Nr. {n}. {SENTENCE}</p>" for n in range(6))
HTML = f"<html lang=da><body><article><h1>Hallen lukker</h1>{STORY}</article></body></html>"


def page(html: str) -> Page:
    return Page("https://vangbladet.example/hal", html.encode(), "text/html")


@pytest.fixture(params=["fork", "spawn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of making a child, where the system has both."""
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("only Linux forks")
    monkeypatch.setattr(sandbox, "_may_fork", lambda: request.param == "fork")
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_the_article_is_the_same_apart() -> None:
    """What the child finds is what the cleaner finds, with either way of making a child."""
    assert clean_apart(page(HTML)) == clean(page(HTML))


@pytest.mark.usefixtures("way")
def test_errors_come_back_as_themselves() -> None:
    """An error of the cleaner comes back with its class and its message."""
    with pytest.raises(NoArticleError, match="vangbladet"):
        clean_apart(page("<html><body><p></p></body></html>"))
    film = page(
        "<html><body><h1>Film</h1><video src=a.mp4></video><p>Se filmen om hallen her i aften.</p></body></html>"
    )
    with pytest.raises(NotAnArticleError):
        clean_apart(film)
    assert clean_apart(film, Leniency(any_shape=True)).paragraphs


@pytest.mark.usefixtures("way")
def test_every_block_is_explained() -> None:
    """Each visible block has a kind or a reason, never both and never neither."""
    site = HTML.replace("</article>", "</article><footer>Om Vangbladet</footer>")
    verdicts = explain_apart(page(site)).verdicts
    assert {verdict.kind for verdict in verdicts} >= {"title", "text"}
    assert verdicts[-1].kind is None
    assert all(bool(verdict.kind) != bool(verdict.why) for verdict in verdicts)


def _never_ends(_page: Page, _leniency: Leniency) -> object:
    while True:
        time.sleep(0.01)


def _eats_memory(_page: Page, _leniency: Leniency) -> object:
    return [bytearray(2**26) for _ in range(100)]


@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in task reaches the child by fork alone")
@pytest.mark.parametrize("task", [_never_ends, _eats_memory], ids=["time", "memory"])
def test_a_child_beyond_its_limits_is_a_named_error(task: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that runs too long or wants too much memory ends, and the page is said to be too complex."""
    monkeypatch.setattr(sandbox, "_may_fork", lambda: True)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.5)
    monkeypatch.setitem(sandbox._TASKS, "clean", task)
    with pytest.raises(ComplexPageError, match="too complex"):
        clean_apart(page(HTML))


INSIDE, AFTER = HTML.split("</article>")


def behind(html: str) -> str:
    """The page with more behind its story, in the same article."""
    return f"{INSIDE}{html}</article>{AFTER}"


READABLE = {
    "nested": "<div>" * 100_000 + HTML + "</div>" * 100_000,
    "nested lists": "<ul><li>" * 50_000 + HTML,
    "unclosed": "<b><i>" * 50_000 + HTML,
    "closed wrongly": behind("<div></b>" * 40_000),
    "comment": f"<!--{'x' * 20_000_000}-->{HTML}",
    "open comment": HTML + "<!--" * 100_000,
    "style": f"<style>{'a{}' * 5_000_000}</style>{HTML}",
    "attributes": HTML.replace("<article", "<article " + " ".join(f"a{n}=1" for n in range(100_000))),
    "fonts": behind("<p><font>" * 20_000),
    "divisions": behind("<div>a</div>" * 10_000),
    "line breaks": behind("<p>" + "a<br><br>" * 5_000),
    "links": behind("<a href=/x>Hallen</a>" * 10_000),
    "microdata": behind("<div itemscope itemprop=a>" * 150 + "<p itemprop=b>x</p>" * 5_000),
    "angles": behind("<" * 1_000_000),
    "entities": behind("&amp;" * 1_000_000),
    "nulls": HTML.replace("Kommunen", "Kom\x00munen"),
    "guillemets": HTML.replace("mandag", "»" * 100_000),
    "deep facts": f'<script type="application/ld+json">{"[" * 100_000}</script>{HTML}',
    "tables": "<table><tr><td>" * 2_000 + HTML,
    "word": HTML.replace("mandag", "a" * 1_000_000),
    "page after its end": HTML.replace("<article>", "</body></html><article>"),
}
REFUSED = {
    "paragraphs": (behind("<p>a</p>" * 300_000), ComplexPageError, "more than 100000 tags"),
    "long text": (behind(f"<p>{SENTENCE * 9_000}</p>"), ComplexPageError, "longer than 600000 characters"),
    "figures": (
        "<figure><img src=a.jpg><figcaption>Hallen i Nørre Vang fra nord</figcaption></figure>" * 2_000,
        NotAnArticleError,
        "a gallery of pictures",
    ),
    "nothing": ("<html><!-- --></html>", NoArticleError, "shows no article"),
    "a comment": ("<!---->", NoArticleError, "shows no article"),
    "angles alone": ("<" * 100_000, NoArticleError, "no"),
    "a document of Acrobat": ("%PDF-1.7\n" + "\x00\x01stream" * 1_000, NoArticleError, "words of more than"),
}


@pytest.mark.parametrize("name", READABLE)
def test_hostile_pages_are_read(name: str) -> None:
    """A page that would choke its parsers gives its article all the same."""
    article = clean_apart(page(READABLE[name]))
    assert any("Kommunen lukker hallen" in paragraph.text for paragraph in article.paragraphs)


@pytest.mark.parametrize("name", REFUSED)
def test_pages_beyond_reading_are_refused_by_name(name: str) -> None:
    """A page that is no article, or too much of one, ends with the error that says so in one line."""
    html, kind, why = REFUSED[name]
    with pytest.raises(kind, match=why) as caught:
        clean_apart(page(html))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "nordic").glob("*/page.html")), ids=lambda path: path.parent.name
)
def test_ordinary_pages_pass_the_bounds_unchanged(path: Path) -> None:
    """What bounds hostile pages takes not one character from a newsroom's."""
    text = path.read_text("utf-8")
    assert bounded_page(text) == text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
@pytest.mark.parametrize(
    "ends", [None, KeyboardInterrupt(), ComplexPageError("too long")], ids=["well", "break", "limit"]
)
def test_no_child_outlives_its_errand(ends: BaseException | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """However reading a page ends, by a key of the user as well, its child is gone and buried."""
    born: list[int] = []
    fork = os.fork

    def counted() -> int:
        born.append(fork())
        return born[-1]

    def interrupted(_pipe: int, _deadline: float) -> Iterator[bytes]:
        raise ends or AssertionError

    monkeypatch.setattr(sandbox, "_may_fork", lambda: True)
    monkeypatch.setattr(os, "fork", counted)
    if ends is None:
        clean_apart(page(HTML))
    else:
        monkeypatch.setattr(sandbox, "_received", interrupted)
        with pytest.raises((KeyboardInterrupt, ComplexPageError)):
            clean_apart(page(HTML))
    with pytest.raises(ChildProcessError):
        os.waitpid(born[0], os.WNOHANG)


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_a_text_of_many_articles_is_refused_at_once(media_type: str) -> None:
    """A text far beyond the length of an article is refused by name before it is taken apart."""
    with pytest.raises(ComplexPageError, match="longer than"):
        clean(Page(None, SENTENCE.encode() * 20_000, media_type))


def test_a_hostile_page_stays_within_its_memory() -> None:
    """The largest child of a run over nested elements stays under 512 MiB."""
    script = (
        "import resource, sys\nfrom reader.errors import SourceError\nfrom reader.model import Page\n"
        "from reader.sandbox import clean_apart\n"
        "try: clean_apart(Page(None, b'<div>' * 100_000 + b'<p>Hallen lukker fra mandag.' * 3_000, 'text/html'))\n"
        "except SourceError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    if sys.platform != "linux":
        pytest.skip("only Linux counts the memory of children so")
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert int(shown) < 512
