"""Fetch a page from an http or https address: redirects by hand, one deadline, one limit on the bytes that come out."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reader.errors import FetchError, UnsupportedTypeError
from reader.model import Page
from reader.scraper.limits import Limits, megabytes, shown
from reader.scraper.sniff import HTML, MARKDOWN, PLAIN, SUFFIXES, XHTML, media_type, refuse_binary
from reader.version import __version__

if TYPE_CHECKING:
    import httpx

USER_AGENT = f"lyt-til-artiklen/{__version__}"
HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": f"{HTML}, {XHTML}, {MARKDOWN};q=0.9, {PLAIN};q=0.8",
    "Accept-Encoding": "gzip",
    "Accept-Language": "da, nb;q=0.8, sv;q=0.7, en;q=0.6",
}
READABLE = frozenset({HTML, XHTML, MARKDOWN, PLAIN})
LONGEST_LOCATION = 8192

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


def fetch(address: str, limits: Limits, *, offline: bool = False) -> Page:
    """The page at an address; `Page.url` is where the redirects ended.

    Raises FetchError (no answer, a bad status, too slow, too large) or UnsupportedTypeError (neither page nor text).
    """
    if offline:
        raise FetchError(f"{shown(address)} was not fetched, because offline was asked for: give a file instead")
    import httpcore  # noqa: PLC0415 - files and texts are read without a network library
    import httpx  # noqa: PLC0415

    from reader.scraper.connection import Deadline, client  # noqa: PLC0415

    try:
        with client(Deadline(limits.timeout), HEADERS) as session:
            return _follow(session, _parsed(address, httpx.URL), limits)
    except (httpx.TimeoutException, httpcore.TimeoutException):
        problem = f"did not answer within {limits.timeout:g} seconds: try again later"
    except (httpx.InvalidURL, UnicodeError, ValueError):
        problem = "is not an address: check its spelling"
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        problem = f"could not be fetched ({shown(str(error)) or type(error).__name__}): check address and network"
    raise FetchError(f"{shown(address)} {problem}")


def _parsed(address: str, parse: type[httpx.URL]) -> httpx.URL:
    url = parse(address.strip())
    _check_address(url)
    return url


def _check_address(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{shown(str(url))} is not an http or https address with a host: check its spelling")
    if url.userinfo:
        raise FetchError(f"the address at {shown(url.host)} carries a user name or password: take it out")


def _follow(session: httpx.Client, url: httpx.URL, limits: Limits) -> Page:
    for _ in range(limits.redirects + 1):
        with session.stream("GET", url) as response:
            if not response.has_redirect_location:
                return _page(response, url, limits)
            url = _next_address(url, response.headers["location"])
    raise FetchError(f"{shown(str(url))} was reached after {limits.redirects} redirects and redirects again: give up")


def _next_address(url: httpx.URL, location: str) -> httpx.URL:
    if len(location) > LONGEST_LOCATION:
        raise FetchError(f"{shown(str(url))} redirects to an address of {len(location)} characters: not followed")
    target = url.join(location)
    if url.scheme == "https" and target.scheme == "http":
        raise FetchError(f"{shown(str(url))} redirects to {shown(str(target))}, which is not encrypted: not followed")
    _check_address(target)
    return target


def _page(response: httpx.Response, url: httpx.URL, limits: Limits) -> Page:
    name = shown(str(url))
    _check_status(response, name)
    header = response.headers.get("content-type", "")
    declared = header.partition(";")[0].strip().lower()
    if declared and declared not in READABLE:
        raise UnsupportedTypeError(f"{name} is {shown(declared)}, not a web page or text: give the article's own page")
    body = _body(response, name, limits)
    refuse_binary(body, name)
    charset = _CHARSET.search(header)
    return Page(
        url=str(url.copy_with(fragment=None)),
        body=body,
        media_type=_media_type(declared, body, url.path),
        charset=charset[1] if charset else None,
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
    """The whole body, decompressed; at most one byte over the limit is ever held."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError(f"{name} is packed as {shown(encoding)}, which was not asked for: it cannot be read")
    chunks = response.iter_raw()
    room = limits.max_bytes + 1
    body = _unzipped(chunks, room, name) if encoding.endswith("gzip") else _joined(chunks, room)
    if len(body) == room:
        raise FetchError(f"{name} is larger than the {megabytes(limits.max_bytes)} an article may have: not fetched")
    if not body.strip():
        raise FetchError(f"{name} answered with an empty page: try again later")
    return body


def _joined(chunks: Iterable[bytes], room: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk[: room - len(body)]
        if len(body) == room:
            break
    return bytes(body)


def _unzipped(chunks: Iterable[bytes], room: int, name: str) -> bytes:
    body = bytearray()
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            body += unpacker.decompress(chunk, room - len(body))
            if len(body) == room:
                return bytes(body)
    except zlib.error:
        raise FetchError(f"{name} is damaged in its packing: try again later") from None
    if not unpacker.eof:
        raise FetchError(f"{name} broke off before its end: try again later")
    return bytes(body)
