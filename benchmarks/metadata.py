"""How often the cleaner tells title, date and byline of a newspaper page right.

Run it as `python benchmarks/metadata.py`: it prints the share of the pages beside the checkout on which each is right,
and the others with what was expected and found. Without those pages there is nothing to measure.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reader.cleaner.characters import words_only
from reader.cleaner.decode import decode
from reader.cleaner.furniture import AGENCIES
from reader.cleaner.page.metadata import described, headlines, sources
from reader.cleaner.page.tree import view
from reader.model import Article

EXTRACTION = Path(__file__).resolve().parent.parent.parent / "shared" / "extraction"
FIELDS = {"listed title": "title", "title": "title", "date": "published", "byline": "authors"}
SHORTEST_HOUSE = 3  # characters of a site's name


@dataclass(frozen=True, slots=True)
class Told:
    """What a page was found to say, and its headline if it is printed and the page calls itself so elsewhere too."""

    article: Article
    printed: str | None


def main() -> int:
    pages = told_pages()
    for name, share in figures_of(pages).items():
        print(f"{name:24} {share:.3f} of {len(pages)}")
    for key, want, got in pages:
        for name, is_right in CHECKS.items():
            if not is_right(want, got):
                article = got.article
                found = {"published": article.published, "authors": article.byline}.get(FIELDS[name], article.title)
                print(f"{name:12} {key}\n    expected {want[FIELDS[name]]!r}\n    found    {found!r}")
    return 0


def figures() -> dict[str, float]:
    """The share of pages on which each fact is right; empty without the pages."""
    return figures_of(told_pages())


def figures_of(pages: list[tuple[str, dict[str, Any], Told]]) -> dict[str, float]:
    if not pages:
        return {}
    return {
        f"metadata: {name}": sum(is_right(want, got) for _, want, got in pages) / len(pages)
        for name, is_right in CHECKS.items()
    }


def told_pages() -> list[tuple[str, dict[str, Any], Told]]:
    """Each page's name, what is expected of it, and what it was found to say."""
    if not EXTRACTION.exists():
        return []
    expected: dict[str, dict[str, Any]] = json.loads((EXTRACTION / "news.json").read_text("utf-8"))
    return [(key, want, told(EXTRACTION / "news" / f"{key}.html.gz", want["url"])) for key, want in expected.items()]


def told(path: Path, url: str) -> Told:
    page = sources(view(decode(gzip.decompress(path.read_bytes()), None, html=True)), url)
    article = described(page)
    named = {words_only(text) for text in headlines(page, article.site)}
    headings = [leaf.key for leaf in page.view.leaves if leaf.tag.name == "h1" and leaf.key in named]
    return Told(article, headings[0] if len(headings) == 1 else None)


def is_listed_title(want: dict[str, Any], got: Told) -> bool:
    return words_only(want["title"].replace("\u200b", "")) == words_only(got.article.title or "")


def is_title(want: dict[str, Any], got: Told) -> bool:
    """Whether it is the expected title, or the one that stands over the article.

    The list takes its titles from one field of each site, and some sites keep another headline in that field than the
    one they print. A listener expects the printed one.
    """
    return is_listed_title(want, got) or got.printed == words_only(got.article.title or "")


def is_date(want: dict[str, Any], got: Told) -> bool:
    """Whether it is the same minute; the same day where either has no time or no zone."""
    if got.article.published is None or len(got.article.published) < len("2024-09-12"):
        return False
    expected, found = dt.datetime.fromisoformat(want["published"]), dt.datetime.fromisoformat(got.article.published)
    if expected.tzinfo and found.tzinfo:
        return abs(expected - found) < dt.timedelta(minutes=1)
    timed = "T" in got.article.published and expected.time() != dt.time()
    same_clock = expected.replace(tzinfo=None, second=0, microsecond=0) == found.replace(tzinfo=None, second=0)
    return same_clock if timed and not (expected.tzinfo or found.tzinfo) else expected.date() == found.date()


def is_byline(want: dict[str, Any], got: Told) -> bool:
    """Whether the same people are named; bureaus and newsrooms count as nobody."""
    host = "".join(words_only(urlsplit(want["url"]).netloc).split())
    return persons(want["authors"] or (), host) == persons(got.article.byline, host)


def persons(names: Iterable[str], host: str) -> set[str]:
    return {name.casefold() for name in names if not is_newsroom(name, host)}


def is_newsroom(name: str, host: str) -> bool:
    """Whether it names no person but a bureau or the site: "dpa", "Le Figaro et AFP", "DER SPIEGEL", "n-tv NEWS"."""
    words = words_only(name).split()
    parts = {"".join(words), "".join(words[1:]), "".join(words[:2])}
    return any(word in AGENCIES or word == "redaktion" for word in words) or any(
        part in host for part in parts if len(part) >= SHORTEST_HOUSE
    )


CHECKS: dict[str, Callable[[dict[str, Any], Told], bool]] = {
    "title": is_title,
    "listed title": is_listed_title,
    "date": is_date,
    "byline": is_byline,
}

if __name__ == "__main__":
    sys.exit(main())
