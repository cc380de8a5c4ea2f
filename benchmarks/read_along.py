"""How many of the sentences that are read aloud the player finds again in the page that they came from.

Run it as `python benchmarks/read_along.py` in an environment with the extra `browser`, where real pages lie beside the
checkout. Each page is read as `lyt read` reads it, and then shown in Chromium, without its scripts and without a
network; there the player's own code looks for every sentence. It prints the worst pages and the share over all. Pages
that show nothing of their article without their scripts are counted apart.
"""

from __future__ import annotations

import gzip
import re
import sys
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from floors import ROOT, load

from reader.cleaner import clean
from reader.errors import LytError
from reader.model import Page
from reader.scriptwriter import write_script

chromium_path = load(ROOT / "tests" / "browsing.py").chromium_path
PAGES = sorted((ROOT.parent / "shared" / "extraction").glob("*/*.html.gz"))
FINDER = re.sub(r"^export ", "", (ROOT / "player" / "textmap.js").read_text("utf-8"), flags=re.MULTILINE)
SHOWN = 8  # of the worst pages
LEAST = 0.2  # of its sentences that a page shows, if it shows its article at all
LOOK = """(sentences) => {
  const maps = [document.querySelector("article"), document.body].filter(Boolean).map((root) => {
    const map = mapText(root);
    return [map, findSentences(map, sentences)];
  });
  const count = ([, places]) => places.filter(Boolean).length;
  const [map, places] = maps.sort((a, b) => count(b) - count(a))[0];
  return places.map((place) => (place ? `${rangeOf(map, place)}` : ""));
}"""


def main() -> int:
    if not PAGES:
        print("there are no pages beside this checkout: nothing is measured")
        return 0
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", lambda route: route.abort())
        rows = [row for file in PAGES for row in measured(page, file)]
        browser.close()
    empty = [row for row in rows if row.found < LEAST * row.sentences]
    rows = [row for row in rows if row not in empty]
    for row in sorted(rows, key=lambda row: row.exact / row.sentences)[:SHOWN]:
        print(f"{row.exact:4} of {row.sentences:4} word for word, {row.found:4} found  {row.name}")
    total = sum(row.sentences for row in rows)
    found, exact = sum(row.found for row in rows), sum(row.exact for row in rows)
    print(f"{len(rows)} pages, {total} sentences: {found / total:.2%} found, {exact / total:.2%} word for word")
    print(f"{len(empty)} pages show nothing of their article without scripts")
    return 0


class Row(NamedTuple):
    """A page, how many sentences were read of it, and how many of them were found, and found word for word."""

    name: str
    sentences: int
    found: int
    exact: int


def measured(page: Any, file: Path) -> Iterator[Row]:
    """What is found in a page; nothing of one that holds no article."""
    body = gzip.decompress(file.read_bytes())
    try:
        script = write_script(clean(Page(None, body, "text/html")))
    except LytError:
        return
    lines = [line for line in script.lines if line.role != "frame"]
    groups = (list(group) for _, group in groupby(lines, key=lambda line: line.sentence))
    sentences = ["".join(line.written for line in group).strip() for group in groups]
    html = re.sub(
        r"(?is)<(script|noscript|iframe|object|embed|meta)\b.*?(</\1>|>)", "", body.decode("utf-8", "replace")
    )
    page.set_content(html, wait_until="domcontentloaded")
    page.evaluate(f"{FINDER}; Object.assign(window, {{ mapText, findSentences, rangeOf }});")
    shown = page.evaluate(LOOK, sentences)
    exact = sum(letters(one) == letters(other) for one, other in zip(sentences, shown, strict=True))
    yield Row(file.stem[:24], len(sentences), sum(map(bool, shown)), exact)


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isalnum())


if __name__ == "__main__":
    sys.exit(main())
