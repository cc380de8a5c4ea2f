"""Get the bytes of a source: the only room of the text side that touches files and the network."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.errors import MissingSourceError, SourceError
from reader.model import Page
from reader.scraper.files import read_file, read_stdin
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown

if TYPE_CHECKING:
    from reader.scraper.fetch import fetch as fetch
    from reader.scraper.fetch import fetch_picture as fetch_picture
    from reader.scraper.guard import parsed as parsed
    from reader.scraper.pagecache import forget as forget
    from reader.scraper.tdmrep import site_reserves as site_reserves
    from reader.scraper.versions import canonical as canonical
    from reader.scraper.versions import other_versions as other_versions

_OF_ADDRESSES = {  # imported when first used: a file needs none of them
    "canonical": "versions",
    "fetch": "fetch",
    "fetch_picture": "fetch",
    "forget": "pagecache",
    "other_versions": "versions",
    "parsed": "guard",
    "site_reserves": "tdmrep",
}

__all__ = ["DEFAULT_LIMITS", "Limits", "is_address", "scrape", *_OF_ADDRESSES]  # noqa: PLE0604  all of them strings

_ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]+://|(?:javascript|data|mailto|file|blob|about):)", re.IGNORECASE)


def __getattr__(name: str) -> Any:
    if name not in _OF_ADDRESSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_ADDRESSES[name]}"), name)


def is_address(source: str) -> bool:
    """Whether a source is fetched, and not read from a disk."""
    return bool(_ADDRESS.match(source))


def scrape(
    source: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
    offline: bool = False,
    allow_private: bool = False,
    cache: Path | None = None,
) -> Page:
    """The page at `source`: an http or https address, the path of an .html, .txt or .md file, or "-" (stdin).

    Addresses must be public ones, at the usual ports, unless `allow_private`: then private and loopback addresses and
    all ports are fetched too. `cache` is a folder for pages that were fetched; those of `allow_private` stay out of it.
    Raises a SourceError that says in one line what is wrong with the source and what to do about it.
    """
    if source == "-":
        return read_stdin(limits)
    if is_address(source):
        from reader.scraper.fetch import fetch  # noqa: PLC0415  a file needs none of it

        return fetch(source, limits, offline=offline, allow_private=allow_private, cache=cache)
    if _OTHER_SCHEME.match(source):
        raise SourceError(f"{shown(source)} cannot be fetched: give an http or https address, a file's path, or -")
    if not source.strip():
        raise MissingSourceError("no source was named: give an http or https address, a file's path, or -")
    return read_file(source, limits)
