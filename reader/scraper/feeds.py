"""Fetch a feed or a sitemap, and ask for it only if it changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING

from reader.errors import FetchError
from reader.scraper.body import unpacked
from reader.scraper.fetch import exchange
from reader.scraper.guard import parsed
from reader.scraper.limits import DEFAULT_LIMITS, Limits, megabytes, shown

if TYPE_CHECKING:
    import httpx

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
BUSY = (429, 503)
GONE = (404, 410)

_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")


class BusyError(FetchError):
    """The server wants to be left alone, for `wait` seconds if it says so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with an answer so that it need not be sent again; they hold for the address `url` alone."""

    url: str
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a feed: `body` is None where it is the same as before (304)."""

    url: str
    body: bytes | None
    media_type: str
    validators: Validators


def fetch_feed(
    address: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    allow_private: bool = False,
    validators: Validators | None = None,
) -> Answer:
    """The feed at an address, unless it is still the one that `validators` came with.

    Raises FetchError (refused, no answer, a bad status, too slow, too large); it is a BusyError where the server asks
    to be left alone for a while.
    """
    return exchange(
        parsed(address.strip(" \t\r\n"), allow_private=allow_private),
        limits,
        partial(_answer, before=validators, limits=limits),
        headers=lambda url: {"Accept": ACCEPT} | _conditions(validators, url),
        allow_private=allow_private,
    )


def is_gone(address: str, limits: Limits = DEFAULT_LIMITS, *, allow_private: bool = False) -> bool:
    """Whether a server says that it has no such page any more. False where it does not answer."""
    try:
        start = parsed(address, allow_private=allow_private)
        return exchange(start, limits, lambda response: response.status_code in GONE, allow_private=allow_private)
    except FetchError:
        return False


def _conditions(before: Validators | None, url: str) -> dict[str, str]:
    """The headers that ask for it only if it changed: for the address that it came from, and for no other."""
    if before is None or before.url != url:
        return {}
    pairs = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
    return {name: value for name, value in pairs.items() if value}


def _answer(response: httpx.Response, before: Validators | None, limits: Limits) -> Answer:
    url, status = str(response.url), response.status_code
    name = shown(url)
    if status == 304 and before and _conditions(before, url):
        return Answer(url, None, "", before)
    if status not in (200, 203):
        _refuse(response, name)
    body = unpacked(response, name, limits.max_bytes + 1)
    if len(body) > limits.max_bytes:
        raise FetchError(f"{name} is larger than the {megabytes(limits.max_bytes)} a feed may have: not fetched")
    if not body.strip():
        raise FetchError(f"{name} answered with nothing: try again later")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(url, body, media_type, _validators(url, response.headers))


def _refuse(response: httpx.Response, name: str) -> None:
    status = response.status_code
    answer = shown(f"{status} {response.reason_phrase}".strip())
    wait = seconds_asked(response.headers.get("retry-after"), datetime.now(UTC))
    if status in BUSY:
        raise BusyError(f"{name} answered {answer}: try again later", wait)
    advice = "try again later" if status >= 500 else "check the address of the feed"
    raise FetchError(f"{name} answered {answer}: {advice}")


def _validators(url: str, headers: Mapping[str, str]) -> Validators:
    etag, modified = (headers.get(name, "").strip() for name in ("etag", "last-modified"))
    return Validators(url, *(value if _VALIDATOR.fullmatch(value) else None for value in (etag, modified)))


def seconds_asked(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks to wait, in seconds: it holds those or a date; None where it holds neither."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError, IndexError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
