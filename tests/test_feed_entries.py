"""Feeds, sitemaps and front pages: what they name, read from bytes that others wrote."""

from __future__ import annotations

import calendar
import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ComplexPageError, LytError, UnsupportedTypeError
from reader.following import entries, xmlfeeds
from reader.following.entries import MOST_ENTRIES, Entry, Found, entries_of, key_of
from reader.following.times import moment

HOME = "https://nordkysten.example/feeds/alle"
JUNE = datetime(2024, 6, 3, 8, tzinfo=UTC)


def of(text: str | bytes, media_type: str = "application/xml") -> Found:
    return entries_of(text if isinstance(text, bytes) else text.encode(), HOME, media_type)


def rss(*items: str, head: str = '<rss version="2.0">') -> str:
    return f"{head}<channel><title>Nordkysten</title>{''.join(items)}</channel></rss>"


RSS_2 = rss(
    """<item><title>Broen over Sælvig åbner &amp; færgen lukker</title><link>https://nordkysten.example/bro?id=7</link>
    <guid isPermaLink="false">7</guid><pubDate>Mon, 03 Jun 2024 10:00:00 +0200</pubDate></item>""",
    """<item><title><![CDATA[»Vi venter & ser«]]></title><link>/havn</link><guid>https://nordkysten.example/g</guid>
    <pubDate>Tue, 04 Jun 2024 06:30:00 GMT</pubDate></item>""",
    """<item><title>Kun et mærke</title><guid>https://nordkysten.example/guid</guid>
    <pubDate>Sun, 02 Jun 2024 06:30:00 GMT</pubDate></item>""",
    head='<?xml version="1.0" encoding="utf-8"?><rss version="2.0">',
)
RSS_09 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>N</title>
<item><title>Is p&aring; s&oslash;en</title><link>https://nordkysten.example/is</link></item></channel></rss>"""
RSS_1 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">
<channel rdf:about="https://nordkysten.example/"><title>N</title></channel>
<item rdf:about="x"><title>Ida Ravn genvalgt</title><link>https://nordkysten.example/valg</link>
<dc:date>2024-06-03T10:00:00+02:00</dc:date><t:modified>2024-06-04T10:00:00Z</t:modified></item></rdf:RDF>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"
xml:base="https://nordkysten.example/nyt/"><title>N</title>
<entry><title type="text">Havnen får nyt tag</title><link rel="self" href="https://nordkysten.example/api/1"/>
<link rel="alternate" type="application/json" href="https://nordkysten.example/1.json"/>
<link rel="alternate" type="text/html" href="tag"/><id>tag:nordkysten.example,2024:1</id>
<published>2024-06-03T08:00:00Z</published><updated>2024-06-05T08:00:00.25+02:00</updated></entry>
<entry><title>Uden henvisning</title><id>https://nordkysten.example/id</id><updated>2024-06-01T00:00:00Z</updated></entry>
</feed>"""


JUDGED = {
    "rss 2": RSS_2,
    "rss 0.91": RSS_09.replace("p&aring; s&oslash;en", "på søen"),
    "rss 1": re.sub("<t:modified>.*</t:modified>", "", RSS_1),
    "atom": re.sub('<link rel="alternate" type="application/json".*', "", ATOM),
}


@pytest.mark.parametrize("name", JUDGED)
def test_as_an_independent_reader_sees_it(name: str) -> None:
    """Of well-formed feeds, titles, addresses and times are those that feedparser finds."""
    feedparser = pytest.importorskip("feedparser")
    seen = feedparser.parse(JUDGED[name].encode(), response_headers={"content-location": HOME})
    assert len(seen.entries) == len(of(JUDGED[name]).entries)
    expected = {
        (one.title, one.get("link") or one.id, _stamp(one.get("published_parsed") or one.get("updated_parsed")))
        for one in seen.entries
    }
    assert {(one.title, one.url, one.time and one.time.timestamp()) for one in of(JUDGED[name]).entries} == expected


def _stamp(parsed: object) -> float | None:
    return float(calendar.timegm(parsed)) if parsed else None  # type: ignore[arg-type]


def test_newest_first() -> None:
    """Entries come newest first, whatever their order; those without a time last, in their own order."""
    assert of(RSS_2).entries[0].title == "»Vi venter & ser«"
    undated = "".join(f"<item><link>https://n.example/{n}</link></item>" for n in range(3))
    dated = "<item><link>https://n.example/d</link><pubDate>Mon, 03 Jun 2024 10:00:00 GMT</pubDate></item>"
    assert [entry.url[-1] for entry in of(rss(undated, dated)).entries] == ["d", "0", "1", "2"]


def test_addresses_of_rss() -> None:
    """A link counts before a guid, relative ones are resolved, and a guid counts only if it is an address."""
    assert {entry.url for entry in of(RSS_2).entries} == {
        "https://nordkysten.example/bro?id=7",
        "https://nordkysten.example/havn",
        "https://nordkysten.example/guid",
    }
    for guid in (
        '<guid isPermaLink="false">https://n.example/x</guid>',
        "<guid>77</guid>",
        "<link>javascript:x</link>",
    ):
        assert of(rss(f"<item>{guid}</item>")).entries == ()


def test_atom_prefers_the_page() -> None:
    """Of several alternates the web page is taken, relative to xml:base; both times are read."""
    first = of(ATOM).entries[0]
    assert first.url == "https://nordkysten.example/nyt/tag"
    assert (first.published, first.updated) == (JUNE, datetime(2024, 6, 5, 6, 0, 0, 250000, tzinfo=UTC))


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_json_feed(version: str) -> None:
    """JSON Feed gives address, title and both times; items that are none are passed over."""
    items = [
        {"id": "1", "url": "/a#top", "title": " To\nlinjer ", "date_published": "2024-06-03T10:00:00+02:00"},
        {"id": "https://nordkysten.example/b", "date_modified": "2024-06-04T08:00:00Z"},
        {"id": 3, "url": 7},
        "nothing",
        None,
    ]
    found = of(json.dumps({"version": version, "items": items}), "application/feed+json")
    assert found.entries == (
        Entry("https://nordkysten.example/b", None, None, datetime(2024, 6, 4, 8, tzinfo=UTC)),
        Entry("https://nordkysten.example/a", "To linjer", JUNE, None),
    )


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://nordkysten.example/b.jpg</image:loc></image:image>
<loc> https://nordkysten.example/a </loc><lastmod>2024-06-04</lastmod>
<n:news><n:publication><n:name>Nordkysten</n:name></n:publication>
<n:publication_date>2024-06-03T10:00:00+02:00</n:publication_date><n:title>Sælerne er her</n:title></n:news></url>
<url><loc>https://nordkysten.example/b</loc></url></urlset>"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_news_sitemap(pack: type[bytes]) -> None:
    """A sitemap gives address and last change, and what Google's news extension says; packed or not."""
    found = of(pack(SITEMAP.encode()))
    assert found.kind == "sitemap"
    assert found.entries == (
        Entry("https://nordkysten.example/a", "Sælerne er her", JUNE, datetime(2024, 6, 4, tzinfo=UTC)),
        Entry("https://nordkysten.example/b"),
    )


def test_sitemap_index() -> None:
    """An index gives its maps with the time of their last change."""
    text = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/s1.xml.gz</loc>
    <lastmod>{JUNE.isoformat()}</lastmod></sitemap><sitemap><loc>ftp://x/y</loc></sitemap></sitemapindex>"""
    (part,) = of(text).parts
    assert (part.url, part.updated) == ("https://nordkysten.example/s1.xml.gz", JUNE)


def test_front_page_names_its_feeds() -> None:
    """Of a web page the feeds that its head names are given, relative to its base, and nothing else."""
    text = """<!doctype html><html><head><base href="/da/"><link rel="stylesheet" href="x.css">
    <link rel="alternate" type="application/rss+xml" href="rss"><link rel=alternate hreflang=en href=/en>
    <link rel="alternate" type="application/feed+json; charset=utf-8" href="https://n.example/json"></head></html>"""
    assert of(text, "text/html") == Found("page", feeds=("https://nordkysten.example/da/rss", "https://n.example/json"))
    assert of("<p>Er du et menneske?</p>", "text/html; charset=utf-8") == Found("page")


def test_a_feed_is_one_whatever_it_is_called() -> None:
    """A feed that is sent as HTML or as plain text, behind blank lines or a byte order mark, is read all the same."""
    for media_type in ("text/html", "text/plain", ""):
        assert len(of(b"\xef\xbb\xbf\n\n" + RSS_2.encode(), media_type).entries) == 3


def test_slightly_broken_feeds() -> None:
    """Bare ampersands, HTML's names, noise before and after, a wrong encoding and a missing end lose no address."""
    item = "<item><title>S&oslash; & land på ny</title><link>https://n.example/a?x=1&y=2</link></item>"
    texts = [
        rss(item).encode(),
        rss(item)[:-20].encode(),
        b"Notice: no such index in <b>feed.php</b>\n" + rss(item).encode() + b"<!-- 0.3 s --><script/>",
        b'<?xml version="1.0" encoding="ascii"?>' + rss(item).encode(),
        b'<?xml version="1.0" encoding="nosuch"?>' + rss(item).encode(),
        b'<?xml version="1.0" encoding="iso-8859-1"?>' + rss(item).encode("latin-1"),
        rss(item).encode("windows-1252"),
        b"\xef\xbb\xbf" + rss(item).replace("<item>", "\x0b<item>").encode(),
    ]
    for text in texts:
        (entry,) = of(text).entries
        assert (entry.url, entry.title) == ("https://n.example/a?x=1&y=2", "Sø & land på ny")


def test_keys() -> None:
    """Tracking, fragment, scheme, case of the host, usual port, last slash and needless escapes make no other key."""
    same = [
        "https://N.example/a?id=1",
        "http://n.example:80/a/?id=1&utm_source=rss&fbclid=x#top",
        "https://n.example/%61?gclid=9&id=1",
    ]
    assert {key_of(address) for address in same} == {"n.example/a?id=1"}
    assert len({key_of(f"https://n.example/{path}") for path in ("a", "a?id=1", "a?id=2", "b", "A")}) == 5
    assert key_of("https://n.example:8443/a") != key_of("https://n.example/a")
    assert key_of("https://[x/a")


def test_what_is_read_has_no_tracking() -> None:
    """An entry's address is without what tells where a reader came from; all else of it stays as it was."""
    (entry,) = of(rss("<item><link>https://n.example/a?b=%C3%A6&amp;utm_medium=x&amp;c#t</link></item>")).entries
    assert entry.url == "https://n.example/a?b=%C3%A6&c"


def test_an_article_is_named_once() -> None:
    """Two entries of one article are one: the newest."""
    item = (
        "<item><title>{0}</title><link>http://n.example/a?utm_id={0}</link><pubDate>{0} Jun 2024 8:00</pubDate></item>"
    )
    twice = [item.format(day) for day in (1, 2)]
    assert [entry.title for entry in of(rss(*twice)).entries] == ["2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 03 Jun 2024 10:00:00 +0200", JUNE),
        ("Mon, 3 Jun 24 08:00 GMT", JUNE),
        ("Mon, 03 Jun 2024 10:00:00 CEST", JUNE),
        ("Mon, 03 Jun 2024 04:00:00 EDT", JUNE),
        ("3 Jun 2024 10:00:00 GMT+2", JUNE),
        ("man, 03 juni 2024 10:00:00 +0200", JUNE),
        ("fre, 03 maj 2024 10:00:00 +0200", datetime(2024, 5, 3, 8, tzinfo=UTC)),
        ("2024-06-03T10:00:00+02:00", JUNE),
        ("2024-06-03T10:00:00+0200", JUNE),
        ("2024-06-03 10:00:00 +02:00", JUNE),
        (" 2024-06-03T08:00:00.0000000Z\n", JUNE),
        ("2024-06-03T08:00", JUNE),
        ("2024-06-03", datetime(2024, 6, 3, tzinfo=UTC)),
        ("2024-06", datetime(2024, 6, 1, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("1970-01-01", None),
        ("i går", None),
        ("", None),
        ("9" * 5000, None),
        (None, None),
    ],
)
def test_times(text: str | None, expected: datetime | None) -> None:
    """Times are read as feeds write them, and are UTC; without a zone they are taken for it, and no time is None."""
    assert moment(text) == expected


_DOUBLED = (f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
LAUGHS = f'<!DOCTYPE rss [<!ENTITY a "ha">{"".join(_DOUBLED)}]>'


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS + rss("<item><title>&j;</title><link>https://n.example/a</link></item>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&x;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>' + rss(),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY x "y">]>' + rss()).encode("utf-16"),
    ],
    ids=["billion laughs", "external", "parameter", "utf-16"],
)
def test_entities_are_refused(text: str | bytes) -> None:
    """A document that defines entities is refused, and nothing that they name is opened."""
    with pytest.raises(UnsupportedTypeError, match="defines entities"):
        of(text)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x00\x01\x02",
        b"garbage",
        b"%PDF-1.7",
        b"<a>" * 100_000,
        b"[" * 200_000,
        b'{"items":' + b'{"a":' * 200_000,
        b'{"version": "https://jsonfeed.org/version/1"}',
        b'{"version": 1, "items": []}',
        b"{}",
        b'{"n": ' + b"9" * 5000 + b"}",
        b"<svg/>",
        b"\x1f\x8b\x08\x00garbage",
        gzip.compress(SITEMAP.encode())[:-30],
        gzip.compress(b"garbage"),
    ],
)
def test_what_is_no_feed(body: bytes) -> None:
    """Whatever else comes is one clear error of ours."""
    with pytest.raises(UnsupportedTypeError, match=r"nordkysten[.]example"):
        of(body)


def test_a_packed_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is unpacked than a feed may have."""
    monkeypatch.setattr(entries, "MOST_BYTES", 1_000_000)
    with pytest.raises(ComplexPageError, match="larger than the 1 MB"):
        of(gzip.compress(b"<rss>" + b" " * 2_000_000))


def test_only_so_many_entries() -> None:
    """Of more entries than anybody follows the newest are given, wherever they stand."""
    items = (
        f"<url><loc>https://n.example/{n}</loc><lastmod>{1990 + n // 300}</lastmod></url>"
        for n in range(MOST_ENTRIES + 500)
    )
    found = of(f"<urlset>{''.join(items)}</urlset>").entries
    assert len(found) == MOST_ENTRIES
    assert found[0].url == f"https://n.example/{MOST_ENTRIES + 499 - (MOST_ENTRIES + 499) % 300}"


@given(st.binary(max_size=300), st.sampled_from([RSS_2, RSS_1, ATOM, SITEMAP]), st.integers(0, 900))
def test_damage_is_no_crash(junk: bytes, text: str, place: int) -> None:
    """A feed with any bytes amid it is read, or refused by an error of ours."""
    body = text.encode()
    try:
        found = of(body[:place] + junk + body[place + len(junk) // 2 :])
    except LytError:
        return
    assert all(entry.url.startswith("http") and entry.key for entry in found.entries)


def test_a_title_of_a_million_pieces_is_not_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an element whose text is wanted only the first pieces are read, however many somebody put into it."""
    monkeypatch.setattr(xmlfeeds, "MOST_NODES", 3)
    title = b"<title>a<b/>b<b/>c<b/>d<b/>e</title>"
    body = b"<rss><channel><item>" + title + b"<link>https://avis.example/1</link></item></channel></rss>"
    (entry,) = entries_of(body, "https://avis.example/rss", "application/rss+xml").entries
    assert entry.title == "abcd"


def test_what_is_broken_beyond_mending_is_left_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of nothing but ampersands is not made five times as large in the attempt to mend it."""
    monkeypatch.setattr(xmlfeeds, "MOST_MARKS", 10)
    body = b"<rss>" + b"&" * 11 + b"</rss>"
    assert xmlfeeds._mended(body) is body
