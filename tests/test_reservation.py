"""Reservations against text and data mining: what a server says of them, and who heeds it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from loopback import Answer, Site, serving

from reader.cleaner import clean
from reader.config import Settings
from reader.errors import ReservedError
from reader.scraper import scrape, site_reserves
from reader.scraper.reservation import in_file, in_headers
from reader.textside import read_article

AVIS = "https://avis.example"
STORY = "<p>Kommunen lukker hallen i Nørre Vang fra mandag, da taget giver efter for vægten af sne.</p>" * 6
TITLE = "Hallen lukker"
PAGE = f"<!doctype html><html lang=da><title>{TITLE}</title><article><h1>{TITLE}</h1>{STORY}</article></html>"
EVERYTHING = json.dumps([{"location": "/", "tdm-reservation": 1}])
BY_HAND = Settings(allow_private=True)
UNATTENDED = Settings(allow_private=True, unattended=True)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("reader.sandbox.clean_apart", clean)
    with serving() as site:
        site.answers["/a"] = Answer(PAGE)
        yield site


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], None),
        ([("TDM-Reservation", "1")], True),
        ([("TDM-Reservation", "0")], False),
        ([("TDM-Reservation", "yes")], None),
        ([("X-Robots-Tag", "noindex, NoAI")], True),
        ([("X-Robots-Tag", "noindex, nofollow")], None),
        ([("X-Robots-Tag", "noimageai")], None),
        ([("X-Robots-Tag", "otherbot: noindex, noai")], None),
        ([("X-Robots-Tag", "otherbot: noindex, lyt-til-artiklen: noai")], True),
        ([("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "noai")], True),
        ([("X-Robots-Tag", "unavailable_after: Wed, 25 Jun 2031 15:00:00 PST, noai")], True),
        ([("X-Robots-Tag", "max-snippet:-1, noai")], True),
        ([("X-Robots-Tag", "noai"), ("TDM-Reservation", "0")], True),
    ],
)
def test_headers(headers: list[tuple[str, str]], expected: bool | None) -> None:
    """A page is reserved by tdm-reservation 1, or by "noai" for everyone or for this program."""
    assert in_headers(httpx.Headers(headers)) is expected


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ([{"location": "/", "tdm-reservation": 1}], "/nyhed/1", True),
        ([{"location": "/nyhed/", "tdm-reservation": 1}], "/sport/1", None),
        ([{"location": "/nyhed/*.html$", "tdm-reservation": "1"}], "/nyhed/1.html", True),
        ([{"location": "/nyhed/*.html$", "tdm-reservation": 1}], "/nyhed/1.html?x", None),
        ([{"location": "/fri/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], "/fri/1", False),
        ([{"location": "/", "tdm-reservation": 1}, {"location": "/fri/", "tdm-reservation": 0}], "/fri/1", True),
        ([{"location": "/blå", "tdm-reservation": 1}], "/bl%c3%a5", True),
        ([7, {}, {"location": 3}, {"location": "/", "tdm-reservation": True}], "/a", None),
        ({"location": "/", "tdm-reservation": 1}, "/a", None),
    ],
)
def test_the_file_of_a_site(rules: object, path: str, expected: bool | None) -> None:
    """The first rule whose location matches decides, with the patterns of robots.txt; else the file says nothing."""
    assert in_file(json.dumps(rules), AVIS + path) is expected


@pytest.mark.parametrize("text", ["", "<html>Findes ikke</html>", "[" * 100_000, '[{"location": "/"'])
def test_a_damaged_file_says_nothing(text: str) -> None:
    """A file that is none, or is nested without end, is no reservation and no error."""
    assert in_file(text, f"{AVIS}/a") is None


def test_a_site_is_asked_once(site: Site) -> None:
    """One request for its file is enough for all pages of a site."""
    site.answers["/.well-known/tdmrep.json"] = Answer(EVERYTHING)
    assert [site_reserves(f"{site.address}/{n}", allow_private=True) for n in range(3)] == [True] * 3
    assert site.paths() == ["/.well-known/tdmrep.json"]


@pytest.mark.parametrize("answer", [Answer(EVERYTHING, 404), Answer(EVERYTHING, 503), Answer("", 302)])
def test_a_file_that_cannot_be_had_is_none(site: Site, answer: Answer) -> None:
    """A site that does not give its file takes no part in the protocol, which is how the protocol has it."""
    site.answers["/.well-known/tdmrep.json"] = answer
    assert site_reserves(f"{site.address}/a", allow_private=True) is None


def test_the_guard_stands_before_the_file_too(site: Site) -> None:
    """The file of a private host is not asked for unless that is allowed."""
    assert site_reserves(f"{site.address}/a") is None
    assert site.paths() == []


def test_the_file_is_heeded_by_unattended_reading_only(site: Site) -> None:
    """Unattended, a page that its site's file reserves is left; by hand the file is not even asked for."""
    site.answers["/.well-known/tdmrep.json"] = Answer(EVERYTHING)
    assert read_article(f"{site.address}/a", BY_HAND).reserved is None
    assert site.paths() == ["/a"]
    with pytest.raises(ReservedError, match="reserved against text and data mining"):
        read_article(f"{site.address}/a", UNATTENDED)


def test_the_page_knows_better_than_the_file(site: Site) -> None:
    """A header that grants the page wins over the file that reserves the site."""
    site.answers["/.well-known/tdmrep.json"] = Answer(EVERYTHING)
    site.answers["/a"].headers["tdm-reservation"] = "0"
    assert read_article(f"{site.address}/a", UNATTENDED).title == TITLE
    assert site.paths() == ["/a"]


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_a_header_is_told_of_pages_and_texts(site: Site, kind: str) -> None:
    """An article by hand says that a header reserves it, be it a page or a text; unattended it is left."""
    site.answers["/a"].headers |= {"x-robots-tag": "noai", "content-type": kind}
    assert scrape(f"{site.address}/a", allow_private=True).reserved is True
    assert read_article(f"{site.address}/a", BY_HAND).reserved is True
    with pytest.raises(ReservedError):
        read_article(f"{site.address}/a", UNATTENDED)
