"""Other versions of a page that its head links to: AMP and print, where the page itself shows too little.

Read with patterns of linear time from the bytes alone: a page that no parser finds an article in is still read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape

from reader.errors import FetchError
from reader.model import Page
from reader.scraper.guard import joined, parsed
from reader.scraper.sniff import HTML, XHTML

LONGEST_HEAD = 262_144  # bytes
MOST_LINKS = 200

# What hides a link, a link, or the end of the head. Each alternative ends somewhere, if only with the text.
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|title)\b.*?(?:</\1|\Z)|<link\b([^<>]*)>|(</head\b|<body\b)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'<>]++))""")


def other_versions(page: Page) -> tuple[str, ...]:
    """The addresses of a page's AMP and print versions, at most one of each, AMP first.

    They are such as a redirect of the page might lead to by their spelling; whoever fetches them checks where they
    lead.
    """
    amp = [link["href"] for link in _links(page) if "amphtml" in _words(link, "rel")]
    prints = [link["href"] for link in _links(page) if _is_print(link)]
    found = [address for kind in (amp, prints) for address in _addresses(page, kind)[:1]]
    return tuple(address for address in dict.fromkeys(found) if address != page.url)


def canonical(page: Page) -> str | None:
    """The address under which the page wants to be known, where it is one of an article and not of a whole site."""
    links = [link["href"] for link in _links(page) if "canonical" in _words(link, "rel")]
    return next((address for address in _addresses(page, links) if address.count("/") > 3 or address[-1] != "/"), None)


def _addresses(page: Page, links: list[str]) -> list[str]:
    found = []
    for link in links:
        with suppress(FetchError):
            base = parsed(page.url or "", allow_private=True)
            found.append(str(joined(base, unescape(link).strip(), allow_private=True)))
    return found


def _is_print(link: dict[str, str]) -> bool:
    """Whether a link leads to the page as it is to be printed: a page, and no style sheet."""
    media = [medium.strip() for medium in link.get("media", "").lower().split(",")]
    is_page = link.get("type", HTML).partition(";")[0].strip().lower() in ("", HTML, XHTML)
    return (
        is_page and "print" in media and "alternate" in _words(link, "rel") and "stylesheet" not in _words(link, "rel")
    )


def _words(link: dict[str, str], name: str) -> list[str]:
    return link.get(name, "").lower().split()


def _links(page: Page) -> Iterator[dict[str, str]]:
    """The attributes of each link in the head that has an address, by their names in lower case."""
    if page.url is None or page.media_type not in (HTML, XHTML):
        return
    count = 0
    for piece in _PIECE.finditer(page.body[:LONGEST_HEAD].decode("utf-8", "replace")):
        count += piece[2] is not None
        if piece[3] or count > MOST_LINKS:
            return
        link = {name.lower(): "".join(values) for name, *values in _ATTRIBUTE.findall(piece[2] or "")}
        if link.get("href", "").strip():
            yield link
