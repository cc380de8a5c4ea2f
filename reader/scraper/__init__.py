"""Get the bytes of a source: the only room of the text side that touches files and the network."""

from __future__ import annotations

import re
from pathlib import Path

from reader.errors import MissingSourceError, SourceError
from reader.model import Page
from reader.scraper.fetch import fetch
from reader.scraper.files import read_file, read_stdin
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown
from reader.scraper.tdmrep import site_reserves
from reader.scraper.versions import canonical, other_versions

__all__ = ["DEFAULT_LIMITS", "Limits", "canonical", "other_versions", "scrape", "site_reserves"]

_ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]+://|(?:javascript|data|mailto|file|blob|about):)", re.IGNORECASE)


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
    if _ADDRESS.match(source):
        return fetch(source, limits, offline=offline, allow_private=allow_private, cache=cache)
    if _OTHER_SCHEME.match(source):
        raise SourceError(f"{shown(source)} cannot be fetched: give an http or https address, a file's path, or -")
    if not source.strip():
        raise MissingSourceError("no source was named: give an http or https address, a file's path, or -")
    return read_file(source, limits)
