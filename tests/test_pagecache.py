"""The page cache: when a server is asked again, and what becomes of damaged entries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import loopback
import pytest

from reader.cleaner import clean
from reader.cli import run
from reader.cli.places import cache_folder
from reader.config import Settings, load_settings
from reader.errors import FetchError
from reader.model import Page
from reader.scraper import scrape
from reader.scraper.limits import Limits
from reader.scraper.pagecache import LONGEST_FRESH, Entry, entry_of, keep, load, page_folder, renewed
from reader.textside import read_article

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


@pytest.mark.parametrize("head", [b"", b"{}", b"[]", b"1", b'{"page": {}}', b'{"page": {"url": null}, "new": 1}'])
def test_an_entry_of_other_fields_is_none(tmp_path: Path, head: bytes) -> None:
    """What another version of the program wrote, whole as it is, is as good as none."""
    page_folder(tmp_path).keep(ADDRESS, head + b"\n<p>")
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


def small(address: str) -> Entry:
    """An entry that takes one block of 4096 bytes."""
    return entry_of(Page(address, b"x", "text/html"), {"etag": "a"}, 0)


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    """A folder with too many entries loses those that were neither stored nor loaded for longest."""
    for number, address in enumerate("abc"):
        keep(tmp_path, address, small(address))
        for path in tmp_path.iterdir():
            os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**9 * (number + 1)))
    assert load(tmp_path, "a", 10)  # the oldest, but used now
    keep(tmp_path, "d", small("d"), most=3 * 4096)
    assert [bool(load(tmp_path, address, 10)) for address in "abcd"] == [True, False, True, True]


def test_nothing_else_in_the_folder_is_touched(tmp_path: Path) -> None:
    """Files of others stay, however full the folder is."""
    (tmp_path / "notes.txt").write_text("x" * 100)
    keep(tmp_path, "a", small("a"), most=0)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_many_may_share_a_folder(tmp_path: Path) -> None:
    """Those who store, load and make room at once find whole entries or none, and no error."""

    def work(number: int) -> bool:
        address = str(number % 4)
        keep(tmp_path, address, small(address), most=2 * 4096)
        return load(tmp_path, address, 10) in (None, small(address))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(64)))
    assert all(path.suffix == ".page" for path in tmp_path.iterdir())


class Site:
    """Stands in for the network: answers by address, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response] = {}
        self.confirming: dict[str, str] = {}

    def client(self, limits: Limits, headers: dict[str, str], *, allow_private: bool = False) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer), headers=headers)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self.answers[str(request.url)]
        if told.headers.get("etag", "") == request.headers.get("if-none-match", "none"):
            return httpx.Response(304, headers=self.confirming)
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


def test_where_a_redirect_leads_may_change(tmp_path: Path, site: Site) -> None:
    """A fresh page stands for its own address, and not for one that once redirected to it."""
    start, other = "https://avis.example/nyeste", "https://avis.example/b"
    for address, body in ((ADDRESS, b"<p>A"), (other, b"<p>B")):
        site.answers[address] = httpx.Response(200, headers={**BODY, "cache-control": "max-age=600"}, content=body)
    site.answers[start] = httpx.Response(302, headers={"location": ADDRESS})
    assert scrape(start, cache=tmp_path).body == b"<p>A"
    site.answers[start] = httpx.Response(302, headers={"location": other})
    assert scrape(start, cache=tmp_path).body == b"<p>B"


def test_a_confirmed_page_may_be_reserved_since(tmp_path: Path, site: Site) -> None:
    """A 304 that reserves the page reserves the stored one."""
    site.answers[ADDRESS] = httpx.Response(200, headers={**BODY, "etag": '"1"'}, content=b"<p>A")
    assert scrape(ADDRESS, cache=tmp_path).reserved is None
    site.confirming = {"tdm-reservation": "1"}
    assert [scrape(ADDRESS, cache=tmp_path).reserved for _ in range(2)] == [True, True]


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


# Commands, and a server of this test behind a public name.

PATH = "/nyhed/1"
STORY = "<p>Kommunen lukker hallen i Nørre Vang fra mandag, da taget giver efter for vægten af sne.</p>" * 6
TAGGED = loopback.Answer(
    f"<!doctype html><html lang=da><title>Hallen lukker</title><article><h1>Hallen lukker</h1>{STORY}</article></html>",
    headers={"etag": '"1"'},
)


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch, bare_folder: Path) -> Iterator[loopback.Site]:
    monkeypatch.setattr("reader.sandbox.clean_apart", clean)
    monkeypatch.setattr("reader.cli.options.cache_folder", lambda *_: str(bare_folder / "cache" / "lyt"))
    with loopback.serving() as news:
        loopback.make_public(news, monkeypatch)
        news.answers[PATH] = TAGGED
        yield news


def test_a_command_asks_again_only_whether_the_page_changed(
    news: loopback.Site, bare_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run names the page's tag, and gives the same article from the user's cache folder at 304."""
    told = []
    for command in ("text", "script"):
        assert run([command, f"http://{loopback.HOST}{PATH}"]) == 0
        told.append(capsys.readouterr().out)
    assert "Hallen lukker" in told[1]
    assert news.asked == [(PATH, None), (PATH, '"1"')]
    assert [path.suffix for path in (bare_folder / "cache" / "lyt" / "pages").iterdir()] == [".page"]


@pytest.mark.parametrize("settings", [["--no-cache"], ["LYT_NO_CACHE=1"], ["lyt.toml"]], ids=str)
def test_the_cache_can_be_left_out(
    news: loopback.Site, bare_folder: Path, monkeypatch: pytest.MonkeyPatch, settings: list[str]
) -> None:
    """By option, by environment or by file, nothing is kept and nothing is asked for conditionally."""
    if settings == ["lyt.toml"]:
        (bare_folder / "lyt.toml").write_text("cache = false\n")
    if settings == ["LYT_NO_CACHE=1"]:
        monkeypatch.setenv("LYT_NO_CACHE", "1")
    options = [option for option in settings if option.startswith("--")]
    for _ in range(2):
        assert run(["text", f"http://{loopback.HOST}{PATH}", *options]) == 0
    assert news.asked == [(PATH, None)] * 2
    assert not (bare_folder / "cache").exists()


@pytest.mark.usefixtures("news")
def test_the_cache_can_stand_elsewhere(bare_folder: Path) -> None:
    """--cache names the folder of the cache, and wins over the file."""
    (bare_folder / "lyt.toml").write_text('cache = "fra-fil"\n')
    address = f"http://{loopback.HOST}{PATH}"
    assert run(["text", address]) == 0
    assert run(["text", address, "--cache", "valgt"]) == 0
    assert all(any((bare_folder / name / "pages").iterdir()) for name in ("fra-fil", "valgt"))
    assert not (bare_folder / "cache").exists()


def test_a_library_call_keeps_nothing(news: loopback.Site, bare_folder: Path) -> None:
    """Settings that name no folder keep no pages: only the command line knows the user's own."""
    read_article(f"http://{loopback.HOST}{PATH}", Settings())
    assert news.paths() == [PATH]
    assert list(bare_folder.iterdir()) == []


def test_no_store_is_honoured(news: loopback.Site, bare_folder: Path) -> None:
    """A page that its server forbids to store is not stored, and takes an earlier copy away."""
    address = f"http://{loopback.HOST}{PATH}"
    assert run(["text", address]) == 0
    news.answers[PATH] = replace(TAGGED, headers={"etag": '"2"', "cache-control": "private, no-store"})
    assert run(["text", address]) == 0
    assert list((bare_folder / "cache" / "lyt" / "pages").iterdir()) == []


def test_a_broken_copy_is_no_error(news: loopback.Site, bare_folder: Path) -> None:
    """A page whose copy is damaged is fetched whole again."""
    address = f"http://{loopback.HOST}{PATH}"
    assert run(["text", address]) == 0
    (copy,) = (bare_folder / "cache" / "lyt" / "pages").iterdir()
    copy.write_bytes(copy.read_bytes()[:-9])
    assert run(["text", address]) == 0
    assert news.asked == [(PATH, None)] * 2


def test_a_page_that_breaks_off_is_not_kept(
    news: loopback.Site, bare_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A body shorter than its server announced is a failed source, and never a short article or a copy of one."""
    news.answers[PATH] = replace(TAGGED, headers={"etag": '"1"', "content-length": "100000"})
    assert run(["text", f"http://{loopback.HOST}{PATH}"]) == 3
    assert "could not be fetched" in capsys.readouterr().err
    assert not (bare_folder / "cache").exists()


@pytest.mark.parametrize(
    ("system", "environ", "expected"),
    [
        ("linux", {}, "hjem/.cache/lyt"),
        ("linux", {"XDG_CACHE_HOME": "/var/mine"}, "/var/mine/lyt"),
        ("linux", {"XDG_CACHE_HOME": "mine"}, "hjem/.cache/lyt"),
        ("darwin", {"XDG_CACHE_HOME": "/var/mine"}, "hjem/Library/Caches/lyt"),
        ("win32", {"LOCALAPPDATA": "/lokal"}, "/lokal/lyt"),
        ("win32", {}, "hjem/AppData/Local/lyt"),
    ],
)
def test_each_system_has_its_place(
    monkeypatch: pytest.MonkeyPatch, system: str, environ: dict[str, str], expected: str
) -> None:
    """The cache stands where the system has its caches; a relative XDG folder is no folder."""
    monkeypatch.setattr(Path, "home", lambda: Path("hjem"))
    assert Path(cache_folder(system, environ) or "") == Path(expected)


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the home folder is not known, nothing is kept and nothing fails."""

    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    assert cache_folder("linux", {}) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("false", None), ("true", ""), ('"~/x"', str(Path("~/x").expanduser()))]
)
def test_the_setting_in_the_file(tmp_path: Path, text: str, expected: str | None) -> None:
    """In lyt.toml the cache is a folder, or false for none, or true for the user's own."""
    (tmp_path / "lyt.toml").write_text(f"cache = {text}\n")
    assert load_settings(tmp_path / "lyt.toml").cache == expected
