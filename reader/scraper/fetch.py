"""Fetch a page from an http or https address: redirects by hand, one deadline, one limit on the bytes that come out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from reader.errors import FetchError, UnsupportedTypeError
from reader.model import Page
from reader.scraper.agent import USER_AGENT
from reader.scraper.body import ENCODINGS, unpacked
from reader.scraper.guard import Address, joined, parsed
from reader.scraper.limits import Limits, megabytes, shown
from reader.scraper.pagecache import Entry, entry_of, keep, load, renewed
from reader.scraper.reservation import in_headers
from reader.scraper.sniff import HTML, MARKDOWN, PLAIN, SUFFIXES, XHTML, media_type, refuse_foreign

if TYPE_CHECKING:
    import httpx

Answer = TypeVar("Answer")

HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": f"{HTML}, {XHTML}, {MARKDOWN};q=0.9, {PLAIN};q=0.8",
    "Accept-Encoding": ENCODINGS,
    "Accept-Language": "da, nb;q=0.8, sv;q=0.7, en;q=0.6",
}
READABLE = frozenset({HTML, XHTML, MARKDOWN, PLAIN})

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_REASONS = {
    401: "it asks for a login; save the article as a file instead",
    402: "it asks for payment; save the article as a file instead",
    403: "it refuses programs; save the article as a file instead",
    404: "check the address",
    410: "the page has been taken down",
    429: "it has had too many requests; try again later",
    451: "it is withheld for legal reasons",
}


def fetch(
    address: str, limits: Limits, *, offline: bool = False, allow_private: bool = False, cache: Path | None = None
) -> Page:
    """The page at an address; `Page.url` is where the redirects ended.

    `cache` is the folder of a page cache; with `allow_private` it is neither read nor written.
    Raises FetchError (refused, no answer, a bad status, too slow, too large) or UnsupportedTypeError (neither page nor
    text).
    """
    if offline:
        raise FetchError(f"{shown(address)} was not fetched, because offline was asked for: give a file instead")
    start = parsed(address.strip(" \t\r\n"), allow_private=allow_private)
    if cache is None or allow_private:
        return exchange(start, limits, partial(_page, limits=limits), allow_private=allow_private)
    kept = load(cache, str(start), limits.max_bytes)
    if kept and kept.page.url == str(start) and kept.is_fresh(time.time()):  # where a redirect leads may change
        return kept.page
    entry = exchange(start, limits, partial(_entry, kept=kept, limits=limits), headers=partial(_conditions, kept))
    keep(cache, str(start), entry)
    return entry.page


def fetch_picture(address: str, *, limits: Limits, allow_private: bool = False) -> bytes:
    """The bytes of a picture; whether they are one, is for others to see. Raises FetchError."""

    def read(response: httpx.Response) -> bytes:
        name = shown(str(response.url))
        _check_status(response, name)
        return _body(response, name, limits)

    return exchange(parsed(address, allow_private=allow_private), limits, read, allow_private=allow_private)


def exchange(
    address: Address,
    limits: Limits,
    read: Callable[[httpx.Response], Answer],
    *,
    headers: Callable[[str], dict[str, str]] = lambda _: {},
    allow_private: bool = False,
) -> Answer:
    """What `read` makes of the answer at the end of the redirects; `headers` are those to add for one address.

    Raises FetchError for all that goes wrong on the way.
    """
    import httpcore  # noqa: PLC0415 - files and texts are read without a network library
    import httpx  # noqa: PLC0415

    from reader.scraper.connection import client  # noqa: PLC0415

    name = shown(str(address))
    try:
        with client(limits, HEADERS, allow_private=allow_private) as session:
            for _ in range(limits.redirects + 1):
                url = httpx.URL(str(address))
                with session.stream("GET", url, headers=headers(str(url))) as response:
                    if not response.has_redirect_location:
                        return read(response)
                    address = joined(address, response.headers["location"], allow_private=allow_private)
    except httpcore.ConnectTimeout:
        problem = f"did not answer within {min(limits.connect, limits.timeout):g} seconds: try again later"
    except (httpx.TimeoutException, httpcore.TimeoutException):
        problem = f"did not answer within {limits.timeout:g} seconds: try again later"
    except (httpx.InvalidURL, ValueError):
        problem = "is not an address: check its spelling"
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        problem = f"could not be fetched ({shown(str(error)) or type(error).__name__}): check address and network"
    else:
        problem = f"leads to {shown(str(address))} after {limits.redirects} redirects and redirects again: give up"
    raise FetchError(f"{name} {problem}")


def _conditions(kept: Entry | None, url: str) -> dict[str, str]:
    """The headers that ask for the page only if it changed: for the address that it came from, and for no other."""
    return kept.conditions if kept and kept.page.url == url else {}


def _entry(response: httpx.Response, kept: Entry | None, limits: Limits) -> Entry:
    now = time.time()
    if kept and response.status_code == 304 and _conditions(kept, str(response.url)):
        reserved = in_headers(response.headers)
        page = kept.page if reserved is None else replace(kept.page, reserved=reserved)
        return renewed(replace(kept, page=page), response.headers, now)
    return entry_of(_page(response, limits), response.headers, now)


def _page(response: httpx.Response, limits: Limits) -> Page:
    url = response.url
    name = shown(str(url))
    _check_status(response, name)
    header = response.headers.get("content-type", "")
    declared = header.partition(";")[0].strip().lower()
    if declared and declared not in READABLE:
        raise UnsupportedTypeError(f"{name} is {shown(declared)}, not a web page or text: give the article's own page")
    body = _body(response, name, limits)
    refuse_foreign(body, name)
    charset = _CHARSET.search(header)
    return Page(
        url=str(url),
        body=body,
        media_type=_media_type(declared, body, url.path),
        charset=charset[1] if charset else None,
        reserved=in_headers(response.headers),
    )


def _check_status(response: httpx.Response, name: str) -> None:
    status = response.status_code
    if status not in (200, 203):
        advice = _REASONS.get(status) or ("try again later" if status >= 500 else "check the address")
        answer = f"{status} {response.reason_phrase}".strip()
        raise FetchError(f"{name} answered {shown(answer)}: {advice}")


def _media_type(declared: str, body: bytes, path: str) -> str:
    """What the sender declared; but a text may be Markdown by its name, or a page by its first tag."""
    suffix = PurePosixPath(path).suffix.lower()
    if declared in (PLAIN, ""):
        return media_type(body, suffix if SUFFIXES.get(suffix) in (MARKDOWN, PLAIN) else ".txt" if declared else "")
    return declared


def _body(response: httpx.Response, name: str, limits: Limits) -> bytes:
    """The whole body, unpacked; at most one byte over the limit is ever held."""
    body = unpacked(response, name, limits.max_bytes + 1)
    if len(body) > limits.max_bytes:
        raise FetchError(f"{name} is larger than the {megabytes(limits.max_bytes)} an article may have: not fetched")
    if not body.strip():
        raise FetchError(f"{name} answered with an empty page: try again later")
    return body
