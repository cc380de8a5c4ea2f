"""What a feed names: entries, and the parts of a map; and when two addresses lead to one article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

from reader.scraper.guard import LONGEST_ADDRESS
from reader.scraper.patterns import normal

Kind = Literal["rss", "atom", "json", "sitemap", "index", "page"]

MOST_ENTRIES = 5_000  # of one document: the newest

_TRACKING = re.compile(
    r"(?:utm_\w*|mtm_\w*|pk_\w*|hsa_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_[ce]id|_ga|_gl)"
    r"(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a feed names it: `url` carries no fragment and nothing that tells where a reader came from."""

    url: str
    title: str | None = None
    published: datetime | None = None
    updated: datetime | None = None

    @property
    def key(self) -> str:
        """What tells whether an entry was seen: equal for two spellings of one address."""
        return key_of(self.url)

    @property
    def time(self) -> datetime | None:
        """When it is from, as far as its feed says."""
        return self.published or self.updated


@dataclass(frozen=True, slots=True)
class Part:
    """One of the maps that a sitemap index names."""

    url: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a document turned out to be: `parts` are those of an index, `feeds` the addresses that a web page names."""

    kind: Kind
    entries: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    feeds: tuple[str, ...] = ()


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in their order, each article once. Where times are equal or unknown, the feed's own order holds."""
    ordered = sorted(entries, key=lambda entry: entry.time or _LONG_AGO, reverse=True)
    first: dict[str, Entry] = {}
    for entry in ordered:
        first.setdefault(entry.key, entry)
    return list(first.values())


def newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """As many of the newest entries as are taken from one document."""
    return tuple(newest_first(entries)[:MOST_ENTRIES])


def address_in(text: str | None, base: str) -> str | None:
    """The web address that a text in the document at `base` means, without fragment and tracking; else None."""
    try:
        whole = urljoin(base, (text or "").strip())
    except ValueError:  # a bracket that is no IPv6 address
        return None
    if not text or not text.strip() or not _WEB.match(whole) or len(whole) > LONGEST_ADDRESS:
        return None
    place, mark, query = whole.partition("#")[0].partition("?")
    if not mark:
        return place
    kept = "&".join(pair for pair in query.split("&") if not _TRACKING.fullmatch(pair))
    return f"{place}?{kept}" if kept else place


def key_of(address: str) -> str:
    """An address without what two spellings of it may differ in: scheme, usual port, last slash, needless escapes."""
    plain = address_in(address, "") or address
    try:
        parts = urlsplit(plain)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return plain
    usual = port in (None, 80, 443)
    path = normal(parts.path).removesuffix("/")
    return f"{host}{'' if usual else f':{port}'}{path}" + (f"?{normal(parts.query)}" if parts.query else "")
