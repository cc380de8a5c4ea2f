"""A show as RSS: whole feeds beside what is expected, read back by podcast clients' own parsers."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from conftest import ROOT
from episodes import BASE, SITE, Chapter, episode, listings
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reader.publisher.feed import Entry, Place, bites, distinct_titles, feed_xml
from reader.publisher.markup import branch, leaf
from reader.publisher.moments import moment_of, rfc2822, short_day
from reader.publisher.show import Show

Judge = Callable[..., str]
Plain = dict[str, Any]

GOLDENS = ROOT / "tests" / "feeds"
NODE = ROOT / "tests" / "judges"
MODULES = Path(os.environ.get("LYT_NODE_MODULES") or NODE / "node_modules")
NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
}
EXPECTED = (
    "Use of unknown namespace",
    "Did not validate namespace",
    "Self reference doesn't match",
)  # of the W3C's validator

FJORDNYT = Show(
    title="Fjordnyt & omegn",
    description="Alle artikler fra Fjordavisen – læst op.\nHver dag.",
    author="Fjordavisen",
    owner="Fjordavisens Forlag",
    email="lyd@avis.example",
    category="News > Daily News",
    link="https://avis.example/",
    copyright="© Fjordavisen",
    guid="0b9d9f1e-7a34-5c7c-9d52-6c0d6f5a1a11",
    apple_code="kode-1234",
    base_url=BASE,
    sites=(SITE,),
)
LIST = Show(
    name="laeseliste",
    title="Min læseliste",
    description="Artikler, jeg har gemt.",
    explicit=True,
    locked=False,
    medium="newsletter",
    base_url=f"{BASE}Zm9yIGRpZy1hbGVuZS1vZy1pbmdlbiBhbmRy/",
    private=True,
)
QUOTES: Sequence[Chapter] = (
    ("Broen åbner", 0, 7.393),
    ("Ida Ravn: »Vi bygger nu, & det haster«", 7.393, 40.5, "Ida Ravn", 1),
    ('Bo Holm: »Jeg sagde: "<nej>"«', 40.5, 61.25, "Bo Holm", 2),
)
ALONE: Mapping[str, Any] = {"chapters": [("Indledning", 0, 60)]}
NEWS = [
    episode(
        "2024-03-05-broen-aabner",
        "Broen åbner",
        "Det regner i Nørrehavn, og ingen er ude at gå.",
        "»Vi bygger nu, & det haster,« siger Ida Ravn. »Vi graver hele natten.«",
        'Jeg sagde: "<nej>", siger Bo Holm.',
        published="2024-03-05T10:30:00+01:00",
        modified="2024-03-06T08:00:00+01:00",
        byline=["Eva Ås-Nørgaard", "Bo Ek"],
        section="Kultur & Liv",
        tags=["broer"],
        site="Fjordavisen",
        own={
            "chapters": QUOTES,
            "cover": "cover.jpg",
            "revision": 2,
            "duration": 61.25,
            "bytes": 735_000,
            "transcripts": ["transcript.vtt", "transcript.srt", "transcript.txt"],
        },
    ),
    episode(
        "2024-02-kun-maaneden", "Kun måneden", "Det sker på Møn.", published="2024-02", byline=["/ritzau/"], own=ALONE
    ),
    episode("kort-nyt", "Kort nyt", "Ingen ved hvornår.", own={**ALONE, "duration": 0.2}),
    episode("2024-03-05-kort-nyt", "Kort nyt", "Det sker på Fur.", published="2024-03-05", url=None, own=ALONE),
    episode(
        "2024-03-04-uden-titel",
        "Åh, nej",
        "Åh, nej",
        "Så faldt den.",
        published="2024-03-04T23:59:59",
        url=None,
        own=ALONE,
    ),
]


def entries_of(plains: Sequence[Plain]) -> list[Entry]:
    """Episodes as they stand in a feed, the newest first; those without an address have a page."""
    unknown = dt.datetime.min.replace(tzinfo=dt.UTC)
    known = sorted((moment_of(one.article.published) or unknown, one.slug, one) for one in listings(plains))
    moments = [None if moment == unknown else moment for moment, *_ in known]
    titles = distinct_titles((one.title, short_day(one.article.published)) for *_, one in known)
    rows = [
        Entry(one, title, moment, has_page=one.article.url is None)
        for (*_, one), title, moment in zip(known, titles, moments, strict=True)
    ]
    return rows[::-1]


def feed_of(show: Show, plains: Sequence[Plain], place: Place = Place()) -> str:  # noqa: B008  a frozen value
    """A whole feed."""
    return "".join(feed_xml(show, entries_of(plains), place, "da"))


def parsed(xml: str) -> Any:
    """The channel of a feed, by a parser of XML that forgives nothing."""
    return etree.fromstring(xml.encode()).find("channel")


def texts(element: Any, path: str) -> list[str]:
    """The text of all elements at a path below another one."""
    return [found.text or "" for found in element.iterfind(path, NAMES)]


# Whole feeds

GOLDEN: Mapping[str, tuple[Show, Sequence[Plain], Place]] = {
    "avis": (FJORDNYT, NEWS, Place(older="feed.archive-2.xml")),
    "arkiv": (FJORDNYT, NEWS[1:3], Place("feed.archive-2.xml", "feed.archive-1.xml", "feed.archive-3.xml")),
    "laeseliste": (LIST, NEWS[:1], Place()),
    "tom": (Show(title="Tom", description="Endnu intet", base_url=BASE, sites=(SITE,)), [], Place()),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_feed_is_what_is_expected(name: str, request: pytest.FixtureRequest) -> None:
    """The same show and the same episodes give the expected feed, byte for byte."""
    file, xml = GOLDENS / f"{name}.xml", feed_of(*GOLDEN[name])
    if request.config.getoption("--write-goldens"):
        file.write_text(xml, "utf-8", newline="\n")
    assert xml.encode() == file.read_bytes()


@pytest.mark.parametrize("name", GOLDEN)
def test_the_expected_feeds_are_xml(name: str, judge: Judge) -> None:
    """xmllint finds nothing to say of the feeds that are expected."""
    assert judge("xmllint", "--noout", str(GOLDENS / f"{name}.xml")) == ""


def test_the_order_in_which_episodes_are_found_is_no_matter() -> None:
    """Episodes in another order make the same bytes."""
    assert feed_of(FJORDNYT, NEWS[::-1]) == feed_of(FJORDNYT, NEWS)


def test_a_feed_knows_no_clock() -> None:
    """The only dates in a feed are those of its articles, and it was last changed when the newest of them was."""
    channel = parsed(feed_of(FJORDNYT, NEWS))
    assert texts(channel, "lastBuildDate") == ["Wed, 06 Mar 2024 08:00:00 +0100"]
    assert channel.find("pubDate") is None
    assert set(re.findall(r"\b20\d\d\b", "".join(channel.itertext()))) == {"2024"}


def test_a_correction_before_an_article_came_out_is_no_news() -> None:
    """What is said to have been changed before it was published counts as new when it was published."""
    plain = episode("a", "A", published="2024-03-05T10:00:00+01:00", modified="2024-03-01T10:00:00+01:00")
    assert texts(parsed(feed_of(FJORDNYT, [plain])), "lastBuildDate") == ["Tue, 05 Mar 2024 10:00:00 +0100"]


# What podcast clients read

TITLES = {  # what an article calls itself, and what remains of that in a title
    "Rock & Rul": "Rock & Rul",
    "»Vi er ikke færdige« – »slet ikke«": "»Vi er ikke færdige« – »slet ikke«",
    "Smør, <b>brød</b> og <i>øl</i>": "Smør, <b>brød</b> og <i>øl</i>",
    "Tivoli 🎡 med 👩‍👧 og 🇩🇰": "Tivoli 🎡 med 👩‍👧 og 🇩🇰",
    "مرحبا \u202eبالعالم\u202c": "مرحبا بالعالم",
    "\u202egnirts\u202c \u200fשלום": "gnirts \u200fשלום",
    "Klokken\x07 slog\x00 \x1b[31mtolv\x9f": "Klokken slog [31mtolv",
    "x" * 10_000: "x" * 223 + " …",
    "ord " * 2500: "ord " * 55 + "ord …",
    "Slut ]]> her": "Slut ]]> her",
    "&amp; &lt;b&gt; &#65; &nbsp;": "&amp; &lt;b&gt; &#65; &nbsp;",
    "<![CDATA[ gemt ]]>": "<![CDATA[ gemt ]]>",
    "<!-- en bemærkning -->": "<!-- en bemærkning -->",
    "<?xml version='1.0'?><rss>": "<?xml version='1.0'?><rss>",
    " Luft \n\t omkring \r\n ": "Luft omkring",
    "En\u2028linje\u2029og\u00a0en\x85til": "En linje og en til",
    "\ufffeIkke et tegn\uffff": "Ikke et tegn",
    "\"Citat\" 'og' `tegn`": "\"Citat\" 'og' `tegn`",
    "a < b > c & d": "a < b > c & d",
    "e\u0301 og é": "e\u0301 og é",
    "Pris: 5 %d %s {0} $1 \\u0041": "Pris: 5 %d %s {0} $1 \\u0041",
}
TEXTS = [*TITLES, "\ud83d halv", "\udc00 halv", "<script>alert(1)</script>", "a\rb"]
MARKUP = re.compile(r"<[a-z!?]|&[#\w]+;")


def hostile() -> list[Plain]:
    """Episodes that name and tell everything as no article should."""
    return [
        episode(
            f"nyt-{i:02}",
            title,
            TEXTS[(i + 1) % len(TEXTS)],
            TEXTS[(i + 7) % len(TEXTS)],
            published=f"2024-05-{i + 1:02}T12:00:00+02:00",
            byline=[TEXTS[(i + 3) % len(TEXTS)], "Ida Ravn"],
            section=TEXTS[(i + 5) % len(TEXTS)],
            site=TEXTS[(i + 11) % len(TEXTS)],
            url=f"https://avis.example/{i}?a=1&b=»{i}«",
            own={
                "cover": "cover.jpg",
                "bytes": 1000 + i,
                "duration": 100.0 + i,
                "chapters": [
                    (list(TITLES)[(i + start) % len(TITLES)], start, start + 20, "Ida", 0) for start in range(4)
                ],
                "transcripts": ["transcript.vtt", "transcript.srt"],
            },
        )
        for i, title in enumerate(TITLES)
    ]


HOSTILE = hostile()
SHOWN = list(TITLES.values())[::-1]  # the newest first


def held(text: str) -> str:
    """What of a text XML can hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def flat(text: str) -> str:
    """Text of which only the words count."""
    return " ".join(text.split())


def shown(text: str) -> str:
    """Text without what does not show."""
    return flat("".join(c for c in held(text) if c.isprintable() or c.isspace()))


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed of those episodes, as a file."""
    file = tmp_path_factory.mktemp("feed") / "feed.xml"
    file.write_text(feed_of(FJORDNYT, HOSTILE), "utf-8", newline="\n")
    return file


def test_the_articles_are_as_hostile_as_they_should_be() -> None:
    """There are twenty episodes at least, and their titles hold markup, marks of direction and control characters."""
    assert len(HOSTILE) >= 20
    told = "".join(TITLES)
    assert all(mark in told for mark in ("&", "<b>", "🎡", "\u202e", "\0", "]]>", "&amp;", "<![CDATA[", "»", "«"))
    assert max(map(len, TITLES)) == 10_000


def test_xmllint_accepts_whatever_articles_hold(feed: Path, judge: Judge) -> None:
    """xmllint finds the feed well-formed."""
    assert judge("xmllint", "--noout", str(feed)) == ""


def test_lxml_reads_every_field(feed: Path) -> None:
    """What articles call themselves, their authors, sections and chapters comes out of the XML as it went in."""
    items = parsed(feed.read_text("utf-8")).findall("item")
    for plain, item, title in zip(HOSTILE[::-1], items, SHOWN, strict=True):
        article = plain["article"]
        assert texts(item, "title") == [title]
        assert texts(item, "guid") == [plain["id"]]
        assert [shown(name) for name in texts(item, "category")] == list(filter(None, [shown(article["section"])]))
        assert shown(texts(item, "itunes:author")[0]) == ", ".join(map(shown, article["byline"]))
        found = [chapter.get("title") for chapter in item.iterfind("psc:chapters/psc:chapter", NAMES)]
        assert found == [flat(held(chapter["title"])) for chapter in plain["chapters"]]
        html: Any = etree.HTML(texts(item, "content:encoded")[0])
        opening = TITLES.get(article["paragraphs"][0]["text"], "…")
        assert "…" in opening or "".join(html.find(".//p").itertext()) == opening
        assert html.xpath("//script|//b|//i|//rss") == []


def test_feedparser_reads_every_field(feed: Path) -> None:
    """The best known reader of feeds finds nothing amiss, and every field as it was meant."""
    read = feedparser.parse(str(feed))
    assert not read.bozo
    assert read.version == "rss20"
    told = read.feed
    assert (told.title, told.link, told.language) == (FJORDNYT.title, FJORDNYT.link, "da")
    assert told.subtitle == FJORDNYT.description
    assert told.image.href == f"{BASE}feed.jpg"
    assert told.publisher_detail == {"name": FJORDNYT.owner, "email": FJORDNYT.email}
    assert [tag.term for tag in told.tags] == ["News", "Daily News"]
    assert (told.podcast_guid, told.podcast_medium) == (FJORDNYT.guid, "podcast")
    assert told.rights == FJORDNYT.copyright
    assert len(read.entries) == len(HOSTILE)
    for plain, entry, title in zip(HOSTILE[::-1], read.entries, SHOWN, strict=True):
        if not MARKUP.search(title):  # it takes titles for HTML, and cleans that
            assert entry.title == title
        assert (entry.id, entry.guidislink) == (plain["id"], False)
        assert parsedate_to_datetime(entry.published) == dt.datetime.fromisoformat(plain["article"]["published"])
        assert [dict(one) for one in entry.enclosures] == [enclosure(plain)]
        assert entry.itunes_duration == str(round(plain["recording"]["duration"]))
        assert entry.image.href == f"{BASE}{plain['slug']}/cover.jpg"
        assert [one["title"] for one in entry.psc_chapters.chapters] == [
            flat(held(one["title"])) for one in plain["chapters"]
        ]
        assert "Syntetisk stemme." in entry.summary
        assert "Syntetisk stemme." in entry.content[0].value
        assert "alert(1)</script" not in entry.content[0].value


def enclosure(plain: Plain) -> dict[str, str]:
    """What a reader should tell of the sound of an episode."""
    path = f"{BASE}{plain['slug']}/{plain['recording']['path']}"
    return {"href": path, "length": str(plain["recording"]["bytes"]), "type": "audio/mpeg"}


def test_podcastparser_reads_every_field(feed: Path) -> None:
    """gPodder's reader of podcasts finds the show, and of each episode its sound, its times and its chapters."""
    with feed.open("rb") as stream:
        read = podcastparser.parse(FJORDNYT.address, stream)
    assert (read["title"], read["link"], read["language"]) == (FJORDNYT.title, FJORDNYT.link, "da")
    assert (read["cover_url"], read["itunes_author"]) == (f"{BASE}feed.jpg", FJORDNYT.author)
    assert flat(read["description"]) == flat(FJORDNYT.description)
    assert read["itunes_owner"] == {"name": FJORDNYT.owner, "email": FJORDNYT.email}
    assert read["itunes_categories"] == [["News", "Daily News"]]
    assert (read["explicit"], read["type"]) == (False, "episodic")
    assert len(read["episodes"]) == len(HOSTILE)
    for plain, one, title in zip(HOSTILE[::-1], read["episodes"], SHOWN, strict=True):
        assert flat(one["title"]) == flat(title)
        assert (one["guid"], one["total_time"]) == (plain["id"], round(plain["recording"]["duration"]))
        assert one["published"] == dt.datetime.fromisoformat(plain["article"]["published"]).timestamp()
        wanted = enclosure(plain)
        (sound,) = one["enclosures"]
        assert sound == {"url": wanted["href"], "file_size": int(wanted["length"]), "mime_type": "audio/mpeg"}
        assert one["explicit"] is False
        assert one["episode_art_url"] == f"{BASE}{plain['slug']}/cover.jpg"
        assert [(chapter["start"], chapter["title"]) for chapter in one["chapters"]] == [
            (chapter["start_ms"] / 1000, flat(held(chapter["title"]))) for chapter in plain["chapters"]
        ]
        assert "Syntetisk stemme." in one["description"]
        assert one["description_html"].endswith("<p>Syntetisk stemme.</p>")


def test_a_parser_in_javascript_reads_every_field(feed: Path, judge: Judge) -> None:
    """A reader in Node finds the show, its guid and its lock, and of each episode all that Podcasting 2.0 adds."""
    read = by_node(feed, judge)
    assert (read["title"], read["link"], read["address"]) == (FJORDNYT.title, FJORDNYT.link, FJORDNYT.address)
    assert (read["description"], read["language"]) == (FJORDNYT.description, "da")
    assert (read["picture"], read["author"], read["explicit"]) == (f"{BASE}feed.jpg", FJORDNYT.author, "false")
    assert read["owner"] == {"name": FJORDNYT.owner, "email": FJORDNYT.email}
    assert read["categories"] == [{"name": "News", "subs": [{"name": "Daily News"}]}]
    assert (read["guid"], read["medium"]) == ([FJORDNYT.guid], ["podcast"])
    assert (read["locked"], read["lockedFor"]) == (["yes"], [{"owner": FJORDNYT.email}])
    assert read["synthetic"] == ["true", FJORDNYT.apple_code]
    assert len(read["items"]) == len(HOSTILE)
    for plain, item, title in zip(HOSTILE[::-1], read["items"], SHOWN, strict=True):
        wanted, folder = enclosure(plain), f"{BASE}{plain['slug']}/"
        assert (item["title"], item["guid"]) == (title, plain["id"])
        assert item["enclosure"] == {"url": wanted["href"], "length": wanted["length"], "type": "audio/mpeg"}
        assert item["duration"] == str(round(plain["recording"]["duration"]))
        assert (item["explicit"], item["image"], item["synthetic"]) == ("false", f"{folder}cover.jpg", ["true"])
        moment = dt.datetime.fromisoformat(item["moment"])
        assert moment == dt.datetime.fromisoformat(plain["article"]["published"])
        assert item["people"][-1] == "Ida Ravn"
        assert item["roles"][-1] == {"role": "author", "group": "writing"}
        assert item["documents"] == [{"url": f"{folder}chapters.json", "type": "application/json+chapters"}]
        assert [(one["url"], one["type"], one["language"]) for one in item["transcripts"]] == [
            (f"{folder}transcript.vtt", "text/vtt", "da"),
            (f"{folder}transcript.srt", "application/x-subrip", "da"),
        ]
        assert [one["title"] for one in item["chapters"]] == [flat(held(one["title"])) for one in plain["chapters"]]
        assert [float(one["duration"]) for one in item["soundbites"]] == [20, 20]
        assert item["content"].endswith("<p>Syntetisk stemme.</p>")


def by_node(feed: Path, judge: Judge) -> Any:
    """What the reader in Node sees."""
    if not (MODULES / "rss-parser").is_dir():
        reason = "the judges in Node are not installed: npm ci in a copy of tests/judges, and LYT_NODE_MODULES"
        if os.environ.get("LYT_JUDGES") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return json.loads(judge("node", str(NODE / "feed.mjs"), str(feed)))


SPOILED: Mapping[str, Callable[[str], str]] = {
    "& alone": lambda xml: xml.replace("Rock &amp; Rul", "Rock & Rul"),
    "a control character": lambda xml: xml.replace("Syntetisk", "\x07"),
    "an element that is not closed": lambda xml: xml.replace("</item>", "", 1),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_the_judges_notice_what_is_no_xml(fault: str, feed: Path, tmp_path: Path, judge: Judge) -> None:
    """xmllint, lxml and feedparser each notice a feed that is not well-formed."""
    text = feed.read_text("utf-8")
    spoiled = SPOILED[fault](text)
    assert spoiled != text
    file = tmp_path / "feed.xml"
    file.write_text(spoiled, "utf-8")
    assert "error" in judge("xmllint", "--noout", str(file))
    assert feedparser.parse(str(file)).bozo
    with pytest.raises(etree.XMLSyntaxError):
        parsed(spoiled)


@pytest.mark.parametrize("name", ["avis", "arkiv"])
def test_the_validator_of_the_w3c_accepts_a_feed(name: str) -> None:
    """The W3C's validator says no more than that it does not know a namespace, and not where the feed came from."""
    checkout = os.environ.get("LYT_FEEDVALIDATOR")
    if not checkout:
        pytest.skip("LYT_FEEDVALIDATOR names no checkout of the W3C's feed validator")
    command = [sys.executable, "demo.py", str(GOLDENS / f"{name}.xml")]
    done = subprocess.run(command, cwd=Path(checkout) / "src", capture_output=True, text=True, check=False, timeout=60)
    told = [line for line in done.stdout.splitlines() if line.startswith("line ")]
    assert told or "No errors" in done.stdout, done.stdout + done.stderr
    assert [line for line in told if not any(expected in line for expected in EXPECTED)] == []


# Whatever an article says

ANYTHING = st.text(st.characters(codec=None), max_size=60)  # halves of characters, too


@settings(deadline=None)
@given(ANYTHING, st.lists(ANYTHING, min_size=1, max_size=3), ANYTHING)
def test_any_text_makes_a_feed(title: str, paragraphs: list[str], name: str) -> None:
    """Whatever stands in titles, paragraphs, names and sections, the feed is XML that says it as far as XML can."""
    title = title.encode("utf-8", "replace").decode()  # half a character makes a damaged episode
    chapters: Sequence[Chapter] = [(name, 0, 20, name, 0), (title, 20, 40), (name, 40, 60)]
    plain = episode("a", title, *paragraphs, byline=[name], section=name, site=name, own={"chapters": chapters})
    xml = feed_of(FJORDNYT, [plain])
    (item,) = parsed(xml).iterfind("item")
    assert texts(item, "title")[0].strip() == texts(item, "title")[0] != ""
    assert {flat(chapter.get("title")) for chapter in item.iterfind(".//psc:chapter", NAMES)} <= {
        flat(held(name)),
        flat(held(title)),
    }
    assert all(etree.HTML(html).xpath("//script") == [] for html in texts(item, "content:encoded"))


@settings(deadline=None)
@given(ANYTHING)
def test_text_goes_through_xml_unharmed(text: str) -> None:
    """An element and an attribute hold any text as XML can hold it; an attribute on one line."""
    element = etree.fromstring(branch("a", [leaf("b", text, c_=text)]).encode())
    (inner,) = element
    assert (inner.text or "") == held(text).replace("\r\n", "\n").replace("\r", "\n")
    assert inner.get("c") == " ".join(held(text).split())


def test_a_final_underscore_is_dropped_from_a_name() -> None:
    """Attributes whose names are words of Python are written with an underscore, which XML does not see."""
    assert leaf("a", type_="b", href="c") == '<a type="b" href="c"/>'


# Soundbites


def bites_of(*chapters: Chapter, said: str = "»Vi bygger,« siger Ida.") -> list[str]:
    (listing,) = listings([episode("a", "A", *[said] * 9, own={"chapters": chapters})])
    return [chapter.title for chapter in bites(listing)]


def test_a_soundbite_is_a_whole_quote_of_the_right_length() -> None:
    """Only quotes from 15 to 120 seconds are soundbites; what nobody says is none."""
    assert bites_of(("kort", 0, 14.999, "Ida", 0)) == []
    assert bites_of(("lang", 0, 120.001, "Ida", 0)) == []
    assert bites_of(("ingens", 0, 60)) == []
    assert bites_of(("kort", 0, 15, "Ida", 0), ("lang", 15, 135, "Ida", 1)) == ["kort", "lang"]


@pytest.mark.parametrize("length", [15, 120])
def test_where_a_soundbite_begins_is_no_matter(length: int) -> None:
    """A quote of just the least or the greatest length is a soundbite, wherever it begins."""
    starts = [milliseconds / 1000 for milliseconds in range(0, 20_000, 37)]
    assert [
        start for start in starts if not bites_of(("q", start, (start * 1000 + length * 1000) / 1000, "Ida", 0))
    ] == []


def test_an_episode_has_two_soundbites_at_most() -> None:
    """Of several quotes those two are chosen that say most, in the order in which they are said."""
    texts_ = ["»Ja,« siger Bo.", "»Vi bygger hele natten, og det haster,« siger Ida.", "»Nej, nej,« siger Bo."]
    chapters = [(str(n), 20.0 * n, 20.0 * n + 20, "Ida", n) for n in range(3)]
    (listing,) = listings([episode("a", "A", *texts_, own={"chapters": chapters})])
    assert [chapter.title for chapter in bites(listing)] == ["1", "2"]


def test_a_soundbite_says_when_and_how_long(feed: Path) -> None:
    """A soundbite has its start and length in seconds, and the title of its chapter."""
    (item,) = parsed(feed_of(FJORDNYT, NEWS[:1])).iterfind("item")
    found = [(one.get("startTime"), one.get("duration"), one.text) for one in item.iterfind("podcast:soundbite", NAMES)]
    assert found == [
        ("7.393", "33.107", "Ida Ravn: »Vi bygger nu, & det haster«"),
        ("40.500", "20.750", 'Bo Holm: »Jeg sagde: "<nej>"«'),
    ]


# Descriptions


def description_of(plain: Plain) -> str:
    (text,) = texts(parsed(feed_of(FJORDNYT, [plain])), "item/description")
    return text


@pytest.mark.parametrize(("number", "shows"), [(0, False), (2, False), (3, True), (40, True)])
def test_times_are_told_from_three_chapters_on(number: int, shows: bool) -> None:
    """A description lists its chapters with their times where there are three or more, and the first is at zero."""
    plain = episode("a", "A", own={"chapters": [(f"Kapitel {n}", 100.0 * n, 100.0 * n + 100) for n in range(number)]})
    lines = description_of(plain).splitlines()
    wanted = [f"{n // 36:02}:{n * 100 // 60 % 60:02}:{n * 100 % 60:02} Kapitel {n}" for n in range(number)]
    assert [line for line in lines if re.match(r"\d\d:", line)] == (wanted if shows else [])


@pytest.mark.parametrize("text", ["Kapitel", "»Ærø«", "🎡", "&", "<b>"])
@pytest.mark.parametrize("number", [0, 255])
def test_a_description_is_never_too_long(text: str, number: int) -> None:
    """A description has 4,000 bytes at most, however long the article is and however many chapters it has."""
    chapters = [(text * 60, 10.0 * n, 10.0 * n + 10) for n in range(number)]
    plain = episode("a", "A", *[text * 1000] * 5, own={"chapters": chapters, "duration": 2550.0})
    described = description_of(plain)
    assert 0 < len(described.encode()) <= 4000
    assert described.endswith("Syntetisk stemme.")
    assert "00:00:00" not in described


def test_what_does_not_fit_in_a_description_is_told_with_the_structure() -> None:
    """Where chapters are too many for the plain description, they still stand in the one that has structure."""
    chapters = [(f"Kapitel {n} " + "ord " * 20, 10.0 * n, 10.0 * n + 10) for n in range(255)]
    item = parsed(feed_of(FJORDNYT, [episode("a", "A", own={"chapters": chapters})])).find("item")
    assert texts(item, "content:encoded")[0].count("Kapitel ") == 255


def test_a_headline_is_not_told_twice() -> None:
    """A text whose first paragraph is its title is described by what follows; by the title where nothing does."""
    assert description_of(NEWS[-1]).splitlines() == ["Så faldt den.", "Syntetisk stemme."]
    assert description_of(episode("a", "Åh", "Åh")).splitlines() == ["Åh", "Syntetisk stemme."]


# Titles


def titled(*rows: tuple[str, str | None]) -> list[str]:
    return list(distinct_titles((title, short_day(date)) for title, date in rows))


def test_titles_that_are_alike_get_a_date_then_a_number() -> None:
    """The oldest keeps its title; a later one gets its date, and where that is taken or unknown, a number."""
    day = ("Kort nyt", "2024-03-05")
    assert titled(("Kort nyt", None), day, day, ("Kort nyt", None), day, ("Kort nyt", "2024-03")) == [
        "Kort nyt",
        "Kort nyt (05.03.2024)",
        "Kort nyt (2)",
        "Kort nyt (3)",
        "Kort nyt (4)",
        "Kort nyt (03.2024)",
    ]


def test_a_new_episode_renames_no_older_one() -> None:
    """Whatever comes later, the titles of those before it stay."""
    rows = [("A", "2024-01-01"), ("A", "2024-01-02"), ("B", None), ("A", "2024-01-02"), ("A (2)", "2024-01-03")]
    assert all(titled(*rows[:n]) == titled(*rows)[:n] for n in range(len(rows)))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", " ", "A", "A (2)", "B\x07", "B", "\ufffe", "C\uffff", "C"]) | ANYTHING,
            st.sampled_from([None, "2024-03-05", "2024-03-06"]),
        ),
        max_size=12,
    )
)
def test_no_two_titles_are_alike_and_none_is_blank(rows: list[tuple[str, str | None]]) -> None:
    """As XML holds them, all titles differ, none is blank or has blanks around it, and none is over 255 characters."""
    found = [held(title) for title in titled(*rows)]
    assert len(set(found)) == len(rows)
    assert all(title.strip() == title != "" and len(title) <= 255 for title in found)


# Moments

MOMENTS = {
    "2024-03-05T10:30:00+01:00": "Tue, 05 Mar 2024 10:30:00 +0100",
    "2024-03-05T10:30:00Z": "Tue, 05 Mar 2024 10:30:00 +0000",
    "2024-03-05T10:30:00": "Tue, 05 Mar 2024 10:30:00 +0100",
    "2024-07-05T10:30:00": "Fri, 05 Jul 2024 10:30:00 +0200",
    "2024-03-31T01:59:59": "Sun, 31 Mar 2024 01:59:59 +0100",
    "2024-03-31T03:00:00": "Sun, 31 Mar 2024 03:00:00 +0200",
    "2024-10-27T01:59:59": "Sun, 27 Oct 2024 01:59:59 +0200",
    "2024-10-27T03:00:00": "Sun, 27 Oct 2024 03:00:00 +0100",
    "2024-03-05": "Tue, 05 Mar 2024 00:00:00 +0000",
    "2024-07-05": "Fri, 05 Jul 2024 00:00:00 +0000",
    "2024-03": "Fri, 01 Mar 2024 00:00:00 +0000",
    "2024-02-29": "Thu, 29 Feb 2024 00:00:00 +0000",
    "1914-08": "Sat, 01 Aug 1914 00:00:00 +0000",
}


@pytest.mark.parametrize("date", MOMENTS)
def test_a_date_is_told_as_rss_wants_it(date: str) -> None:
    """A day or month begins at midnight, a time without zone is Central European, and names of days are English."""
    moment = moment_of(date)
    assert moment is not None
    assert rfc2822(moment) == MOMENTS[date]


@pytest.mark.parametrize(
    "date", [None, "", "i går", "2024-13", "2024-02-30", "2024-03-05T25:00", "05/03/2024", "\ud83d", "2024-"]
)
def test_what_is_no_date_is_none(date: str | None) -> None:
    """Of what is no date there is no moment, and none is invented."""
    assert moment_of(date) is None
    item = parsed(feed_of(FJORDNYT, [episode("a", "A", published=date)])).find("item")
    assert item.find("pubDate") is None


# Archives, links and people


def test_documents_of_an_archive_are_linked() -> None:
    """An archive says so, where the feed is, and which documents are older and newer; the feed names the archive."""
    links = {
        name: {
            link.get("rel"): link.get("href").removeprefix(BASE)
            for link in parsed(feed_of(*GOLDEN[name])).iterfind("atom:link", NAMES)
        }
        for name in ("avis", "arkiv")
    }
    assert links["avis"] == {"self": "feed.xml", "prev-archive": "feed.archive-2.xml"}
    assert links["arkiv"] == {
        "self": "feed.archive-2.xml",
        "prev-archive": "feed.archive-1.xml",
        "next-archive": "feed.archive-3.xml",
        "current": "feed.xml",
    }
    assert [parsed(feed_of(*GOLDEN[name])).find("fh:archive", NAMES) is not None for name in links] == [False, True]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://avis.example/a?b=1&c=2#d", "https://avis.example/a?b=1&c=2#d"),
        ("https://avis.example/ærø «»", "https://avis.example/%C3%A6r%C3%B8%20%C2%AB%C2%BB"),
        ("https://avis.example/%C3%A6", "https://avis.example/%C3%A6"),
        ("HTTPS://avis.example/a", "HTTPS://avis.example/a"),
        ("https://avis.example/\ud83d", "https://avis.example/"),
        (None, f"{BASE}a/"),
    ],
)
def test_an_episode_links_to_its_article(url: str | None, link: str) -> None:
    """An episode's link is its article's address, in ASCII; without one it is its own page."""
    item = parsed(feed_of(FJORDNYT, [episode("a", "A", url=url)])).find("item")
    assert texts(item, "link") == [link]


def test_names_that_are_blank_are_no_people() -> None:
    """A byline that says nothing leaves no empty element in a feed."""
    for name in ("", " ", "\x07", "\ud83d"):
        xml = feed_of(FJORDNYT, [episode("a", "A", byline=[name], section=name)])
        assert not re.search(r"<(podcast:person|itunes:author|category)[^>]*/>", xml), repr(name)


def test_an_episode_without_chapters_has_no_empty_list_of_them() -> None:
    """Where there are no chapters, no list of chapters is in the feed."""
    item = parsed(feed_of(FJORDNYT, [episode("a", "A")])).find("item")
    assert item.find("psc:chapters", NAMES) is None


def test_a_private_feed_asks_to_be_left_alone() -> None:
    """A private show blocks itself from directories; another one does not."""
    private, public = (parsed(feed_of(show, NEWS)) for show in (LIST, FJORDNYT))
    assert texts(private, "itunes:block") == ["Yes"]
    assert texts(public, "itunes:block") == []
