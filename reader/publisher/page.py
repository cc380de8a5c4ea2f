"""Web pages: an article with its player, and the list of all articles. They ask nothing of any other host.

They name the player without its hash, as it stands beside them: a newer one serves old pages too.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reader.publisher.article import headline, paragraphs_html, time_html
from reader.publisher.embed import (
    SCRIPT,
    Embedding,
    audio_object,
    json_ld,
    player_html,
    script_html,
)
from reader.publisher.listing import Listing
from reader.publisher.markup import branch, leaf
from reader.publisher.wording import words_of

_UNSEEN = '<meta name="robots" content="noindex">'
_STYLE = Path(__file__).with_name("page.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_RULES = (
    f"default-src 'none'; script-src 'self'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that pages tell of: its title, and its file in the folder that holds all; search engines find none that is
    private.
    """

    title: str
    file: str
    is_private: bool = False


def episode_page(listing: Listing, feeds: Sequence[FeedLink] = ()) -> str:
    """The page of an article, in its episode's folder; the player's script stands in the folder above."""
    article = listing.article
    words = words_of(article.language)
    anchors: defaultdict[int, list[str]] = defaultdict(list)
    for chapter in listing.chapters:
        if chapter.paragraph is not None:
            anchors[chapter.paragraph].append(chapter.id)
    first = 1 if _is_headline(listing) else 0
    head = [
        f'<link rel="canonical" href="{escape(article.url)}">' if article.url else "",
        *_of_feeds(feeds, "../"),
        script_html(f"../{SCRIPT}"),
        json_ld(_news_article(listing)),
    ]
    body = [
        _nav([f'<a href="../">{escape(words["all"])}</a>', *_podcasts(feeds, "../")]),
        "<main>\n<article>",
        headline(listing.title, anchors[0] if first else ()),
        *_facts(listing),
        player_html(listing, Embedding(tap=True)),
        *paragraphs_html(article, anchors, first),
        "</article>\n</main>",
        f'<footer><a href="{escape(article.url)}">{_source(listing)}</a></footer>' if article.url else "",
    ]
    return _page(listing.title, article.language, head, body)


def _is_headline(listing: Listing) -> bool:
    """Whether the first paragraph is what is shown as headline, as in a text that has none of its own."""
    article = listing.article
    return article.title is None and [one.text for one in article.paragraphs[:1]] == [listing.title]


def _news_article(listing: Listing) -> dict[str, Any]:
    article = listing.article
    plain = {
        "@type": "NewsArticle",
        "headline": listing.title,
        "inLanguage": article.language,
        "url": article.url,
        "datePublished": article.published,
        "dateModified": article.modified,
        "author": [{"@type": "Person", "name": name} for name in article.byline],
        "audio": audio_object(listing, ""),
    }
    return {name: value for name, value in plain.items() if value}


def _of_feeds(feeds: Sequence[FeedLink], above: str) -> Iterator[str]:
    """By this a browser's extension, or a podcast client that is given the page, finds the feeds."""
    for feed in feeds:
        address = f'href="{escape(above + quote(feed.file))}"'
        yield f'<link rel="alternate" type="application/rss+xml" title="{escape(feed.title)}" {address}>'
    if any(feed.is_private for feed in feeds):
        yield _UNSEEN


def library_page(listings: Sequence[Listing], feeds: Sequence[FeedLink] = ()) -> str:
    """The list of all articles, in the folder that holds theirs; the newest comes first."""
    languages = [listing.article.language for listing in listings]
    language = max(languages, key=languages.count, default="da")
    title = feeds[0].title if len(feeds) == 1 else words_of(language)["list"]
    newest = sorted(listings, key=lambda listing: (listing.article.published or "", listing.slug), reverse=True)
    return _page(
        title,
        language,
        [*_of_feeds(feeds, ""), script_html(SCRIPT)],
        [
            "<main>",
            headline(title),
            _nav(list(_podcasts(feeds, ""))),
            '<ol class="index">',
            *map(_item, newest),
            "</ol>",
            "</main>",
        ],
    )


def _podcasts(feeds: Sequence[FeedLink], above: str) -> Iterator[str]:
    """The feeds for people: addresses to copy into a podcast client."""
    for feed in feeds:
        yield f'<a href="{escape(above + quote(feed.file))}">Podcast: {escape(feed.title)}</a>'


def _nav(links: Sequence[str]) -> str:
    return f"<nav>{' · '.join(links)}</nav>" if links else ""


def missing_page(root: str, language: str) -> str:
    """What a server answers where nothing is, at any depth; `root` is the path of the folder that holds all."""
    words = words_of(language)
    body = [
        "<main>",
        headline(words["missing"]),
        f'<p><a href="{escape(root)}">{escape(words["all"])}</a></p>',
        "</main>",
    ]
    return _page(words["missing"], language, [_UNSEEN], body)


def sitemap_xml(pages: Iterable[tuple[str, str | None]]) -> str:
    """The addresses of pages for search engines, each with the date of its last change where one is known."""
    rows = (branch("url", [leaf("loc", url), leaf("lastmod", date) if date else ""]) for url, date in pages)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return head + "".join(f"{row}\n" for row in rows) + "</urlset>\n"


def _item(listing: Listing) -> str:
    folder = f"{quote(listing.slug)}/"
    source = escape(f"{folder}{quote(listing.cover or '')}")
    cover = f'<img src="{source}" alt="" width="96" height="96" loading="lazy">' if listing.cover else ""
    player = player_html(listing, Embedding(folder=folder, layout="button", text="none"))
    lang = escape(listing.article.language)
    return "\n".join(
        [
            f'<li lang="{lang}"><div><h2><a href="{escape(folder)}">{escape(listing.title)}</a></h2>',
            *_facts(listing),
            f"</div>{cover}{player}</li>",
        ]
    )


def _facts(listing: Listing) -> Iterator[str]:
    """By whom, where, when."""
    article = listing.article
    byline = words_of(article.language)["byline"].format(byline=", ".join(article.byline)) if article.byline else ""
    when = time_html(article.published, article.language) if article.published else ""
    facts = " · ".join(filter(None, (escape(byline), escape(article.site or ""), when)))
    if facts:
        yield f'<p class="facts">{facts}</p>'


def _source(listing: Listing) -> str:
    article = listing.article
    site = article.site or (article.url or "").split("/")[2]
    return escape(words_of(article.language)["source"].format(site=site))


def _page(title: str, language: str, head: Iterable[str], body: Iterable[str]) -> str:
    lines = [
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_RULES)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        *filter(None, head),
        "</head>\n<body>",
        *filter(None, body),
        "</body>\n</html>",
    ]
    return "\n".join(lines) + "\n"
