"""Ask a site for its /.well-known/tdmrep.json, as whoever reads unattended must (TDM Reservation Protocol)."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from reader.errors import FetchError
from reader.scraper.body import unpacked
from reader.scraper.fetch import exchange
from reader.scraper.guard import parsed
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown
from reader.scraper.reservation import in_file

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 500 * 1024
MOST_SECONDS = 3.0
MOST_SITES = 64
KEPT_SECONDS = 3600  # for a run that does not end; a shorter one asks each site once


def site_reserves(address: str, *, limits: Limits = DEFAULT_LIMITS, allow_private: bool = False) -> bool | None:
    """Whether the site of an address reserves it against text and data mining; None where it says nothing.

    A site whose file cannot be had does not take part in the protocol, which says so itself: nothing is raised then.
    """
    try:
        origin = parsed(address, allow_private=allow_private).origin
        return in_file(_file(origin, limits, allow_private, int(time.monotonic() // KEPT_SECONDS)), address)
    except FetchError:
        return None


@lru_cache(maxsize=MOST_SITES)
def _file(origin: str, limits: Limits, allow_private: bool, _hour: int) -> str:
    """The text of a site's file, empty where there is none; what was found is kept, also that it cannot be had."""
    limits = replace(limits, timeout=min(limits.timeout, MOST_SECONDS))
    try:
        place = parsed(f"{origin}/.well-known/tdmrep.json", allow_private=allow_private)
        return exchange(
            place, limits, _text, headers=lambda _: {"Accept": "application/json"}, allow_private=allow_private
        )
    except FetchError:
        return ""


def _text(response: httpx.Response) -> str:
    if response.status_code != 200:
        return ""
    return unpacked(response, shown(str(response.url)), MOST_BYTES).decode("utf-8-sig", "replace")
