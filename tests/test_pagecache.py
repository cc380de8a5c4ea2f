"""The page cache: when a server is asked again, and what becomes of damaged entries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reader.errors import FetchError
from reader.model import Page
from reader.scraper import scrape
from reader.scraper.limits import Limits
from reader.scraper.pagecache import LONGEST_FRESH, entry_of, keep, load, renewed

ADDRESS = "https://avis.example/a"
PAGE = Page(ADDRESS, "<p>Færgen\nsejler.</p>".encode(), "text/html", "utf-8", reserved=True)
BODY = {"content-type": "text/html"}


def test_an_entry_comes_back(tmp_path: Path) -> None:
    """What was kept is what is loaded, for its own address only."""
    entry = entry_of(
        PAGE, httpx.Headers({"ETag": '"x"', "Last-Modified": "Tue", "Cache-Control": "max-age=60"}), 1000.5
    )
    keep(tmp_path / "new", ADDRESS, entry)
    assert load(tmp_path / "new", ADDRESS, 1000) == entry
    assert load(tmp_path / "new", ADDRESS + "b", 1000) is None
    assert load(tmp_path / "new", ADDRESS, 5) is None
    assert entry.conditions == {"If-None-Match": '"x"', "If-Modified-Since": "Tue"}


def test_damage_is_found(tmp_path: Path) -> None:
    """An entry with any one byte changed, or cut anywhere, is as good as none."""
    keep(tmp_path, ADDRESS, entry_of(PAGE, {"etag": '"x"'}, 0))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load(tmp_path, ADDRESS, 1000) is None
        path.write_bytes(whole[:place])
        assert load(tmp_path, ADDRESS, 1000) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 0),
        ({"cache-control": "max-age=60"}, 60),
        ({"cache-control": "public, Max-Age=60", "age": "20"}, 40),
        ({"cache-control": "max-age=60", "age": "90"}, 0),
        ({"cache-control": "max-age=999999999"}, LONGEST_FRESH),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"cache-control": "max-age=60, no-store"}, None),
        ({"cache-control": "max-age=60", "vary": "*"}, None),
        ({"cache-control": "max-age=-1"}, 0),
    ],
)
def test_how_long_a_page_is_fresh(headers: dict[str, str], expected: int | None) -> None:
    """The server says how long its page is fresh, up to an hour; silence means asking each time."""
    assert entry_of(PAGE, headers, 0).max_age == expected


def test_a_clock_set_back_makes_a_page_stale() -> None:
    """A page is fresh from when it was fetched until its age is reached, and at no other time."""
    entry = entry_of(PAGE, {"cache-control": "max-age=60"}, 1000)
    assert [entry.is_fresh(now) for now in (999, 1000, 1059, 1060)] == [False, True, True, False]


def test_a_confirmed_entry_keeps_what_was_not_said() -> None:
    """A 304 moves the time, and changes only what it states."""
    entry = entry_of(PAGE, {"cache-control": "max-age=60", "etag": "a"}, 1000)
    assert renewed(entry, {}, 2000) == replace(entry, at=2000)
    assert renewed(entry, {"etag": "b", "cache-control": "no-cache"}, 2000) == replace(
        entry, at=2000, etag="b", max_age=0
    )


def test_what_may_not_be_kept_is_removed(tmp_path: Path) -> None:
    """An answer that forbids keeping, or could never be used again, takes the earlier one away."""
    for headers in ({"cache-control": "no-store", "etag": "a"}, {}):
        keep(tmp_path, ADDRESS, entry_of(PAGE, {"etag": "a"}, 0))
        keep(tmp_path, ADDRESS, entry_of(PAGE, headers, 0))
        assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Where a file stands instead of the folder, nothing is kept and nothing fails."""
    (tmp_path / "file").write_text("x")
    keep(tmp_path / "file", ADDRESS, entry_of(PAGE, {"etag": "a"}, 0))
    assert load(tmp_path / "file", ADDRESS, 1000) is None


class Site:
    """Stands in for the network: answers by address, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response] = {}

    def client(self, limits: Limits, headers: dict[str, str], *, allow_private: bool = False) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer), headers=headers)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self.answers[str(request.url)]
        if told.headers.get("etag", "") == request.headers.get("if-none-match", "none"):
            return httpx.Response(304)
        return httpx.Response(told.status_code, headers=told.headers, stream=httpx.ByteStream(told.content))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site()
    monkeypatch.setattr("reader.scraper.connection.client", site.client)
    return site


def test_a_page_is_asked_for_by_its_tag(tmp_path: Path, site: Site) -> None:
    """The second request carries the tag of the first, and a 304 gives the stored page."""
    site.answers[ADDRESS] = httpx.Response(
        200, headers={**BODY, "etag": '"1"', "tdm-reservation": "1"}, content=b"<p>A"
    )
    first, second = (scrape(ADDRESS, cache=tmp_path) for _ in range(2))
    assert first == second == Page(ADDRESS, b"<p>A", "text/html", reserved=True)
    assert [request.headers.get("if-none-match") for request in site.asked] == [None, '"1"']
    site.answers[ADDRESS] = httpx.Response(200, headers={**BODY, "etag": '"2"'}, content=b"<p>B")
    assert scrape(ADDRESS, cache=tmp_path).body == b"<p>B"


def test_a_fresh_page_is_not_asked_for(tmp_path: Path, site: Site) -> None:
    """Within the age that the server granted, one request is enough for an address, whatever its fragment."""
    site.answers[ADDRESS] = httpx.Response(200, headers={**BODY, "cache-control": "max-age=600"}, content=b"<p>A")
    assert scrape(ADDRESS, cache=tmp_path) == scrape(f"{ADDRESS}#top", cache=tmp_path)
    assert len(site.asked) == 1


def test_a_tag_goes_to_its_own_address_only(tmp_path: Path, site: Site) -> None:
    """Behind a redirect the tag is sent to the page's own address, and not to the one that redirects."""
    start = "https://avis.example/start"
    site.answers[start] = httpx.Response(302, headers={"location": ADDRESS})
    site.answers[ADDRESS] = httpx.Response(200, headers={**BODY, "etag": '"1"'}, content=b"<p>A")
    assert scrape(start, cache=tmp_path) == scrape(start, cache=tmp_path)
    assert [request.headers.get("if-none-match") for request in site.asked] == [None, None, None, '"1"']


def test_an_unasked_304_is_an_error(tmp_path: Path, site: Site) -> None:
    """A server that says "not modified" without having been asked gives no page."""
    site.answers[ADDRESS] = httpx.Response(304)
    with pytest.raises(FetchError, match="answered 304"):
        scrape(ADDRESS, cache=tmp_path)


def test_private_pages_stay_out(tmp_path: Path, site: Site) -> None:
    """What is fetched with private addresses allowed neither enters the cache nor comes from it."""
    site.answers[ADDRESS] = httpx.Response(200, headers={**BODY, "cache-control": "max-age=600"}, content=b"<p>A")
    for _ in range(2):
        scrape(ADDRESS, allow_private=True, cache=tmp_path)
    assert len(site.asked) == 2
    assert list(tmp_path.iterdir()) == []
