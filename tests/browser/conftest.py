"""A browser, and a site with episodes and pages in it.

These tests want the extra `browser` and a Chromium (LYT_CHROMIUM, or one on the PATH); `python3 run.py browser` runs
them, and they say so where either is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import ARGUMENTS, ARTICLES, CMS, PAGES, SAMPLES, SEED, Site, chromium_path, missing

from reader import pages
from reader.config import Settings
from reader.pipeline import narrate
from reader.preview import address_of, preview_server
from reader.publisher.embed import Embedding, embed_html, player_script


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Sample articles with their pages, and newsrooms' pages in five kinds of markup with the player in them."""
    folder = tmp_path_factory.mktemp("site")
    sources = {name: ARTICLES / name / "article.txt" for name in SAMPLES}
    sources |= {name: PAGES / f"{name}.txt" for name in CMS}
    sources |= {"seed": SEED} if SEED.exists() else {}
    settings = Settings(voice="espeak", cache=None, verify=False)
    slugs = {name: narrate(str(source), folder, settings=settings).slug for name, source in sources.items()}
    for slug in slugs.values():
        pages.write_page(folder / slug)
    pages.write_list(folder)
    (folder / "cms").mkdir()
    for name in CMS:
        html = (PAGES / f"{name}.html").read_text("utf-8")
        player = embed_html(
            pages.listing(folder / slugs[name]), Embedding("../lyt.js", f"../{slugs[name]}/", tap=True), player_script()
        )
        (folder / "cms" / f"{name}.html").write_text(html.replace("<!-- PLAYER -->", player), "utf-8")
    server = preview_server(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Site(folder, address_of(server), slugs)
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright (the extra browser)")
    path = chromium_path()
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open an address in a context of its own; whatever the page throws or complains of fails the test."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def opened(address: str, *, prepare: Callable[[Any], object] | None = None, **options: Any) -> Any:
        told = {"viewport": {"width": 768, "height": 900}, "locale": "da-DK", **options}
        context = chromium.new_context(**told)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if prepare:
            prepare(page)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
