"""Read RSS, Atom and sitemaps from XML that others wrote, and that need not be quite right."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from lxml import etree

from reader.errors import UnsupportedTypeError
from reader.following.found import Entry, Found, Part, address_in, newest
from reader.following.times import moment

ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
DC, TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"

LONGEST_TITLE = 500
MOST_PARTS = 5_000
MOST_NODES = 200  # inside one element whose text is wanted
MOST_MARKS = 200_000  # ampersands: with more a document is broken beyond mending
LONGEST_NOISE = 2_000  # what a server may say of its own troubles before the document begins

_START = re.compile(rb"<(?:\?xml|!DOCTYPE|rss|feed|rdf:RDF|urlset|sitemapindex)\b")
_MARK = re.compile(rb"&(?:(#?[0-9A-Za-z]{1,31});)?")
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"

Element = etree._Element  # noqa: SLF001  lxml's own name for its type


def root_of(body: bytes) -> Element | None:
    """The root of a document, mended where it is slightly broken; None for what is no XML.

    Nothing outside of it is ever loaded. Raises UnsupportedTypeError for one that defines entities.
    """
    root = _parsed(body)
    if root is None:
        start = _START.search(body[:LONGEST_NOISE])
        whole = body[start.start() :] if start else body
        root = _parsed(_mended(whole), encoding=_encoding(whole), mend=True)
    if root is None:
        return None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):  # type: ignore[attr-defined]  # lxml-stubs do not know it
        raise UnsupportedTypeError("it defines entities, as no feed needs to: not read")
    return root


def _mended(body: bytes) -> bytes:
    """A document whose ampersands are as XML wants them; what stands in CDATA is right as it is."""
    if body.count(b"&") > MOST_MARKS:
        return body
    first, *others = body.split(_CDATA)
    pieces = [_MARK.sub(_marked, first)]
    for other in others:
        inside, end, outside = other.partition(_CDATA_END)
        pieces += [_CDATA, inside, end, _MARK.sub(_marked, outside)]
    return b"".join(pieces)


def _marked(mark: re.Match[bytes]) -> bytes:
    """A character by its number: behind the first fault of a document the parser drops all that stand by a name."""
    name = mark[1]
    if not name:
        return b"&#38;"
    if name.startswith(b"#"):
        return mark[0]
    characters = html.unescape(f"&{name.decode()};")
    return b"".join(b"&#%d;" % ord(character) for character in characters)


def _encoding(body: bytes) -> str | None:
    """In which encoding a faulty document is, whatever it says; None where it may know best."""
    try:
        body.decode()
    except UnicodeDecodeError:
        says_so = b"encoding" in body[:100] or body.startswith((b"\xff\xfe", b"\xfe\xff"))
        return None if says_so else "windows-1252"
    return "utf-8"


def _parsed(body: bytes, *, encoding: str | None = None, mend: bool = False) -> Element | None:
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=mend,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body.lstrip(), parser)
    except (etree.LxmlError, ValueError):
        return None


def found_in(root: Element, address: str) -> Found | None:
    """What the root of a document at an address names, newest first; None where it is none of the kinds known here."""
    name = _name(root).lower()
    if name in ("rss", "rdf"):
        return Found("rss", newest(_entries(root, "item", address, _rss_entry)))
    if name == "feed":
        return Found("atom", newest(_entries(root, "entry", address, _atom_entry)))
    if name == "urlset":
        return Found("sitemap", newest(_entries(root, "url", address, _map_entry)))
    if name == "sitemapindex":
        return Found("index", parts=tuple(_parts(root, address))[:MOST_PARTS])
    return None


def _entries(root: Element, name: str, address: str, read: Callable[[Element, str], Entry | None]) -> Iterator[Entry]:
    return filter(None, (read(element, address) for element in root.iter(f"{{*}}{name}")))


def _rss_entry(item: Element, address: str) -> Entry | None:
    own = _space(item)
    guid = _child(item, "guid", own)
    is_link = guid is not None and guid.get("isPermaLink", "true").strip().lower() == "true"
    url = (
        _place(_child(item, "origLink", FEEDBURNER), address)
        or _place(_child(item, "link", own), address)
        or _place(_alternate(item), address, "href")
        or (_place(guid, "") if is_link else None)
    )
    published = _time(item, ("pubDate", own), ("date", DC), ("issued", TERMS), ("created", TERMS), ("published", None))
    return _entry(url, _title(item), published, _time(item, ("updated", None), ("modified", TERMS)))


def _atom_entry(entry: Element, address: str) -> Entry | None:
    url = _place(_alternate(entry), address, "href") or _place(_child(entry, "id", _space(entry)), "")
    published = _time(entry, ("published", None), ("issued", None), ("created", None))
    return _entry(url, _title(entry), published, _time(entry, ("updated", None), ("modified", None)))


def _map_entry(url: Element, address: str) -> Entry | None:
    own = _space(url)
    news = next((child for child in url if _name(child) == "news"), None)
    published = None if news is None else _time(news, ("publication_date", None))
    title = None if news is None else _title(news)
    return _entry(_place(_child(url, "loc", own), address), title, published, _time(url, ("lastmod", own)))


def _parts(root: Element, address: str) -> Iterator[Part]:
    for element in root.iter("{*}sitemap"):
        own = _space(element)
        place = _place(_child(element, "loc", own), address)
        if place:
            yield Part(place, _time(element, ("lastmod", own)))


def _entry(url: str | None, title: str | None, published: datetime | None, updated: datetime | None) -> Entry | None:
    return Entry(url, title, published, updated) if url else None


def _alternate(element: Element) -> Element | None:
    """The Atom link to the article itself: to its web page, if there are several."""
    links = [child for child in element if _name(child) == "link" and _space(child) in ATOM and child.get("href")]
    alternates = [link for link in links if (link.get("rel") or "alternate").strip().lower() == "alternate"]
    pages = (link for link in alternates if "html" in (link.get("type") or "html"))
    return next(pages, alternates[0] if alternates else None)


def _place(element: Element | None, address: str, attribute: str = "") -> str | None:
    """The address in an element's text or attribute, by the base that holds there; without `address`, a whole one."""
    if element is None:
        return None
    said = element.get(attribute) if attribute else _text(element)
    base = address and (address_in(element.base, address) or address)
    return address_in(said, base)


def _title(element: Element) -> str | None:
    title = " ".join((_text(_child(element, "title", _space(element))) or "").split())
    return title[:LONGEST_TITLE] or None


def _time(element: Element, *names: tuple[str, str | None]) -> datetime | None:
    """The first of several children, each with its namespace (None: any), that says a time."""
    said = (moment(_text(_child(element, name, space))) for name, space in names)
    return next(filter(None, said), None)


def _child(element: Element, name: str, space: str | None) -> Element | None:
    """The first child of a name that says something."""
    named = (child for child in element if _name(child) == name and space in (None, _space(child)))
    return next((child for child in named if _text(child)), None)


def _text(element: Element | None) -> str | None:
    """The text of an element; names of characters that XML does not know are read as HTML has them."""
    if element is None:
        return None
    parts = [element.text or ""]
    for node in islice(element.iterdescendants(), MOST_NODES):
        is_name = node.tag is etree.Entity
        parts += [html.unescape(node.text or "") if is_name else node.text or "", node.tail or ""]
    return "".join(parts).strip() or None


def _name(element: Element) -> str:
    """The name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""  # a mended name may be no QName


def _space(element: Element) -> str:
    return element.tag.rpartition("}")[0].removeprefix("{") if isinstance(element.tag, str) else ""
