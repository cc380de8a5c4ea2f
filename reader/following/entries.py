"""What a feed, a sitemap or a front page names: pure, from bytes to entries."""

from __future__ import annotations

import json
import zlib
from typing import Any

from lxml import etree

from reader.errors import ComplexPageError, UnsupportedTypeError
from reader.following.found import MOST_ENTRIES, Entry, Found, Part, address_in, key_of, newest
from reader.following.times import moment
from reader.following.xmlfeeds import LONGEST_TITLE, found_in, root_of
from reader.scraper.limits import megabytes, shown
from reader.scraper.sniff import HTML, XHTML, starts_as_page

__all__ = ["MOST_BYTES", "MOST_ENTRIES", "Entry", "Found", "Part", "entries_of", "key_of"]

MOST_BYTES = 10_000_000  # after unpacking: so much has a sitemap of 50,000 addresses
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")

_GZIP = b"\x1f\x8b"
_WHERE = "give the address of a feed (RSS, Atom, JSON Feed) or a sitemap"


def entries_of(body: bytes, address: str, media_type: str) -> Found:
    """What a document from an address names, newest first: RSS, Atom, JSON Feed, a sitemap or an index of such.

    A web page gives the feeds that it names, best first. What the bytes are shows in themselves; `media_type` decides
    where they leave it open. Raises UnsupportedTypeError for anything else, and ComplexPageError beyond MOST_BYTES.
    """
    name = shown(address)
    data = _unpacked(body, name).removeprefix(b"\xef\xbb\xbf")
    if data[:200].lstrip()[:1] in (b"{", b"[") or ("json" in media_type.lower() and not data.lstrip().startswith(b"<")):
        return _json_feed(data, address, name)
    try:
        root = None if starts_as_page(data) else root_of(data)
    except UnsupportedTypeError as error:
        raise UnsupportedTypeError(f"{name} is no feed that can be read: {error}") from error
    found = None if root is None else found_in(root, address)
    if found is None and (starts_as_page(data) or media_type.partition(";")[0].strip().lower() in (HTML, XHTML)):
        return Found("page", feeds=_named_feeds(data, address))
    if found is None:
        raise UnsupportedTypeError(f"{name} is neither a feed nor a sitemap: {_WHERE}")
    return found


def _unpacked(body: bytes, name: str) -> bytes:
    """The bytes without their gzip packing, of which only so much is unpacked as may be."""
    data = body
    if body.startswith(_GZIP):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            data = unpacker.decompress(body, MOST_BYTES + 1)
        except zlib.error:
            raise UnsupportedTypeError(f"{name} is damaged in its packing: try again later") from None
        if not unpacker.eof and len(data) <= MOST_BYTES:
            raise UnsupportedTypeError(f"{name} breaks off in its packing: try again later")
    if len(data) > MOST_BYTES:
        raise ComplexPageError(f"{name} is larger than the {megabytes(MOST_BYTES)} a feed may have: not read")
    return data


def _json_feed(data: bytes, address: str, name: str) -> Found:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise UnsupportedTypeError(f"{name} is neither a feed nor whole JSON: {_WHERE}") from None
    items = plain.get("items") if isinstance(plain, dict) else None
    version = plain.get("version") if isinstance(plain, dict) else None
    if not isinstance(items, list) or not isinstance(version, str) or "jsonfeed.org/" not in version:
        raise UnsupportedTypeError(f"{name} is JSON, but no JSON Feed: {_WHERE}")
    entries = (_json_entry(item, address) for item in items if isinstance(item, dict))
    return Found("json", newest(filter(None, entries)))


def _json_entry(item: dict[str, Any], address: str) -> Entry | None:
    said = {key: value for key, value in item.items() if isinstance(value, str)}
    url = (
        address_in(said.get("url"), address)
        or address_in(said.get("id"), "")
        or address_in(said.get("external_url"), address)
    )
    title = " ".join(said.get("title", "").split())[:LONGEST_TITLE] or None
    times = moment(said.get("date_published")), moment(said.get("date_modified"))
    return Entry(url, title, *times) if url else None


def _named_feeds(data: bytes, address: str) -> tuple[str, ...]:
    """The feeds that a web page names in its head."""
    parser = etree.HTMLParser(no_network=True, recover=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return ()
    if root is None:
        return ()
    based = next((address_in(base.get("href"), address) for base in root.iter("base")), None) or address
    links = (link for link in root.iter("link") if "alternate" in (link.get("rel") or "").lower().split())
    feeds = (link for link in links if (link.get("type") or "").partition(";")[0].strip().lower() in FEED_TYPES)
    return tuple(dict.fromkeys(filter(None, (address_in(link.get("href"), based) for link in feeds))))
