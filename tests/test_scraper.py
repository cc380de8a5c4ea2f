"""The scraper: what it takes in, what it refuses, and what it says then."""

from __future__ import annotations

import gzip
import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reader import __version__
from reader.errors import FetchError, MissingSourceError, NoArticleError, SourceError, UnsupportedTypeError
from reader.scraper import Limits, scrape
from reader.scraper.sniff import foreign_kind, looks_like_page, media_type

PAGE = "<!doctype html><html lang=da><p>Færgen sejler igen.</p></html>".encode()
Reply = Callable[[BaseHTTPRequestHandler], None]


def saved(folder: Path, name: str, body: bytes) -> str:
    path = folder / name
    path.write_bytes(body)
    return str(path)


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("a.html", PAGE, "text/html"),
        ("a.HTM", b"ja", "text/html"),
        ("a.xhtml", PAGE, "application/xhtml+xml"),
        ("a.md", b"# Ja", "text/markdown"),
        ("a.txt", b"En <p> i teksten.", "text/plain"),
        ("a.txt", PAGE, "text/html"),
        ("a", PAGE, "text/html"),
        ("a", b"<div><p>Hej</p></div>", "text/html"),
        ("a.artikel", b"Bare tekst.", "text/plain"),
        ("a", "Bare tekst.".encode("utf-16"), "text/plain"),
        ("a", "<html><p>Hej</p>".encode("utf-16"), "text/html"),
    ],
)
def test_media_type(tmp_path: Path, name: str, body: bytes, expected: str) -> None:
    """The suffix decides the media type, content where there is none, and a page is a page under a text's name."""
    page = scrape(saved(tmp_path, name, body))
    assert (page.media_type, page.body, page.url) == (expected, body, None)


@pytest.mark.parametrize(
    ("magic", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"PK\x03\x04", "a zip archive or an office document"),
        (b"ID3\x04\x00", "an MP3 recording"),
        (b"\xff\xfb\x90\x64", "an MP3 recording"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"\x7fELF\x02\x01", "a program"),
        (bytes(range(32)) * 9, "binary data"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel></channel></rss>', "a feed or a map of a site"),
        (b'<!-- made today -->\n<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "a feed or a map of a site"),
    ],
)
def test_binary_is_refused_by_name(tmp_path: Path, magic: bytes, kind: str) -> None:
    """Bytes that are no text are refused whatever their suffix, and the message names what they look like."""
    source = saved(tmp_path, "report.html", magic + b" and more")
    with pytest.raises(UnsupportedTypeError, match=f"report.html is {kind}, not a web page: save the article"):
        scrape(source)


def test_text_is_not_taken_for_binary() -> None:
    """Danish text in UTF-8, windows-1252 or UTF-16 is text, and so are brackets and a stray control byte."""
    assert foreign_kind(b'[{"title": "Broen"}]\n') == "JSON data"
    assert foreign_kind("[Læs højt] Åse spiser grød. [Pause]".encode()) is None
    text = "»Blå grød på Ærø,« siger Åse.\n" * 9
    for body in (text.encode(), text.encode("cp1252"), text.encode("utf-16"), text.encode() + b"\x00"):
        assert foreign_kind(body) is None


def test_page_that_mentions_a_pdf_is_a_page() -> None:
    """The mark of a PDF inside a page does not make it one."""
    assert foreign_kind(b"<!doctype html><p>It begins with %PDF-1.7.") is None


def test_sniffing_comments_is_linear() -> None:
    """A kilobyte of empty comments is sniffed at once, not after trying every way of parting it."""
    start = time.perf_counter()
    assert not looks_like_page(b"<!---->" * 200)
    assert time.perf_counter() - start < 1


def test_media_type_needs_more_than_one_tag() -> None:
    """A text with a single tag in it is still a text."""
    assert media_type(b"Skriv <p> for et afsnit.") == "text/plain"


@pytest.mark.parametrize(("name", "says"), [("none.txt", "does not exist"), ("", "is a folder"), ("a\0b", "cannot be")])
def test_missing_paths(tmp_path: Path, name: str, says: str) -> None:
    """A path that is absent, a folder or impossible is a missing source, told in one line."""
    with pytest.raises(MissingSourceError, match=says) as caught:
        scrape(f"{tmp_path}/{name}")
    assert str(caught.value).isprintable()


def test_names_in_messages_are_safe() -> None:
    """Control characters of a path never reach the terminal."""
    with pytest.raises(MissingSourceError) as caught:
        scrape("no\x1b[31m\nsuch\u202efile.txt")
    assert str(caught.value).isprintable()
    assert "\\x1b" in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders exist on POSIX only")
def test_pipe_does_not_hang(tmp_path: Path) -> None:
    """A pipe that nobody writes to is refused instead of waited for."""
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(MissingSourceError, match="device, pipe or socket"):
        scrape(str(pipe))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_device_is_refused() -> None:
    """A device without end is refused before it is opened."""
    with pytest.raises(MissingSourceError, match="device"):
        scrape("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    """A file that may not be read says so."""
    source = saved(tmp_path, "a.txt", b"ja")
    Path(source).chmod(0)
    with pytest.raises(MissingSourceError, match="may not be read"):
        scrape(source)


def test_empty_file_holds_no_article(tmp_path: Path) -> None:
    """A file of nothing but white space is no article."""
    with pytest.raises(NoArticleError, match="is empty"):
        scrape(saved(tmp_path, "a.txt", b" \n\t"))


def test_large_file_is_refused(tmp_path: Path) -> None:
    """A file over the limit is refused, and one at the limit is read."""
    source = saved(tmp_path, "a.txt", b"x" * 100)
    assert len(scrape(source, limits=Limits(max_bytes=100)).body) == 100
    with pytest.raises(UnsupportedTypeError, match="larger than the 99 bytes"):
        scrape(source, limits=Limits(max_bytes=99))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads standard input, under the same limits as a file."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    assert scrape("-").media_type == "text/html"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    with pytest.raises(UnsupportedTypeError, match="standard input is larger"):
        scrape("-", limits=Limits(max_bytes=10))


@pytest.mark.parametrize(
    "source", ["ftp://a.example/x", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x"]
)
def test_other_schemes_are_refused(source: str) -> None:
    """Only http and https addresses are fetched; other schemes are refused with what to give instead."""
    with pytest.raises(SourceError, match="give an http or https address"):
        scrape(source)


def test_nothing_named() -> None:
    """An empty source is an error of its own, not the current folder."""
    with pytest.raises(MissingSourceError, match="no source was named"):
        scrape("  ")


# Addresses, answered by a server of this test on the loopback interface.


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content_type": "text/html; charset=utf-8", **headers}.items():
        if value:
            handler.send_header(name.replace("_", "-"), value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"<p>x</p>")
        time.sleep(0.05)


def stop_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(PAGE)


def agent(handler: BaseHTTPRequestHandler) -> None:
    send(handler, f"Jeg er {handler.headers['user-agent']}".encode(), content_type="text/plain")


PACKED = gzip.compress(PAGE)
ROUTES: dict[str, Reply] = {
    "/page": lambda h: send(h, PAGE),
    "/latin": lambda h: send(h, "<p>Blå</p>".encode("latin-1"), content_type='text/html; Charset="ISO-8859-1"'),
    "/untyped": lambda h: send(h, PAGE, content_type=""),
    "/text": lambda h: send(h, b"Bare tekst.", content_type="text/plain"),
    "/a.md": lambda h: send(h, b"# Ja", content_type="text/plain"),
    "/moved": lambda h: send(h, b"", 302, location="/page"),
    "/loop": lambda h: send(h, b"", 302, location="/loop"),
    "/scheme": lambda h: send(h, b"", 302, location="file:///etc/passwd"),
    "/user": lambda h: send(h, b"", 302, location="http://a:b@127.0.0.1/"),
    "/long": lambda h: send(h, b"", 302, location="/" + "x" * 9000),
    "/gone": lambda h: send(h, b"no", 404),
    "/broken": lambda h: send(h, b"no", 503),
    "/nothing": lambda h: send(h, b"  "),
    "/film": lambda h: send(h, b"....", content_type="video/mp4"),
    "/liar": lambda h: send(h, b"%PDF-1.4 ..."),
    "/large": lambda h: send(h, b"x" * 5000),
    "/packed": lambda h: send(h, PACKED, content_encoding="gzip"),
    "/bomb": lambda h: send(h, gzip.compress(bytes(20_000_000)), content_encoding="gzip"),
    "/cut": lambda h: send(h, PACKED[:-12], content_encoding="gzip"),
    "/damaged": lambda h: send(h, b"no gzip at all", content_encoding="gzip"),
    "/twice": lambda h: send(h, gzip.compress(PACKED), content_encoding="gzip, gzip"),
    "/short": stop_short,
    "/drip": drip,
    "/agent": agent,
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        try:
            ROUTES[self.path.partition("?")[0]](self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


LIMITS = Limits(max_bytes=4000, timeout=5)


def test_fetch(site: str) -> None:
    """An address gives the body, its media type, its charset, and the address without its fragment."""
    page = scrape(f"{site}/page#top", limits=LIMITS, allow_private=True)
    assert (page.url, page.body, page.media_type, page.charset) == (f"{site}/page", PAGE, "text/html", "utf-8")


def test_declared_charset(site: str) -> None:
    """The charset comes from the header, without its quote marks."""
    assert scrape(f"{site}/latin", limits=LIMITS, allow_private=True).charset == "ISO-8859-1"


def test_fetched_types(site: str) -> None:
    """A missing type is sniffed, and a plain text is Markdown by the name of its address."""
    kinds = [
        scrape(f"{site}/{name}", limits=LIMITS, allow_private=True).media_type for name in ("untyped", "text", "a.md")
    ]
    assert kinds == ["text/html", "text/plain", "text/markdown"]


def test_redirect_gives_the_final_address(site: str) -> None:
    """A redirect is followed, and the page's address is where it ended."""
    assert scrape(f"{site}/moved", limits=LIMITS, allow_private=True).url == f"{site}/page"


def test_polite_name(site: str) -> None:
    """The server is told who asks."""
    assert (
        scrape(f"{site}/agent", limits=LIMITS, allow_private=True)
        .body.decode()
        .startswith(f"Jeg er lyt-til-artiklen/{__version__} (reads articles aloud; contact: ")
    )


def test_packed_body(site: str) -> None:
    """A gzipped body is unpacked."""
    assert scrape(f"{site}/packed", limits=LIMITS, allow_private=True).body == PAGE


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        ("gone", FetchError, "answered 404 Not Found: check the address"),
        ("broken", FetchError, "answered 503 Service Unavailable: try again later"),
        ("nothing", FetchError, "empty page"),
        ("loop", FetchError, "after 5 redirects"),
        ("scheme", FetchError, "not an http or https address"),
        ("user", FetchError, "carries a user name"),
        ("long", FetchError, "not followed"),
        ("film", UnsupportedTypeError, "is video/mp4"),
        ("liar", UnsupportedTypeError, "is a PDF"),
        ("large", FetchError, "larger than the 4000 bytes"),
        ("bomb", FetchError, "larger than the 4000 bytes"),
        ("cut", FetchError, "broke off"),
        ("damaged", FetchError, "damaged in its packing"),
        ("twice", FetchError, "packed as gzip, gzip"),
        ("short", FetchError, "could not be fetched"),
    ],
)
def test_failed_fetches(site: str, path: str, error: type[SourceError], says: str) -> None:
    """What an address does wrong is told in one line that names it."""
    with pytest.raises(error, match=says) as caught:
        scrape(f"{site}/{path}", limits=LIMITS, allow_private=True)
    assert str(caught.value).isprintable()


def test_deadline_counts_the_whole(site: str) -> None:
    """A sender that drips without end is given up at the deadline, though each read is quick."""
    with pytest.raises(FetchError, match=r"did not answer within 0\.4 seconds"):
        scrape(f"{site}/drip", limits=Limits(timeout=0.4), allow_private=True)


def test_nobody_listens() -> None:
    """A refused connection is a fetch error in one line."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="could not be fetched"):
            scrape(f"http://127.0.0.1:{taken.getsockname()[1]}/", limits=LIMITS, allow_private=True)


@pytest.mark.parametrize(
    "address", ["http://", "https:///x", "http://[::1", "http://a:b@a.example/", "http://a.example:x/"]
)
def test_malformed_addresses(address: str) -> None:
    """An address that is none, or carries a password, is refused before any connection is made."""
    with pytest.raises(FetchError):
        scrape(address, limits=LIMITS)


def test_proxies_of_the_environment_are_ignored(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment redirects a fetch."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert scrape(f"{site}/page", limits=LIMITS, allow_private=True).body == PAGE


def test_offline() -> None:
    """When offline is asked for, no address is fetched and the error says why."""
    with pytest.raises(FetchError, match="offline was asked for"):
        scrape("https://a.example/", offline=True)


def test_files_need_no_network_library(tmp_path: Path) -> None:
    """Reading a file imports no network library and no parser."""
    source = saved(tmp_path, "a.txt", b"Ja, det er tekst.")
    heavy = "{'httpx', 'httpcore', 'bs4', 'lxml', 'trafilatura'}"
    code = "import sys; from reader.scraper import scrape; scrape(sys.argv[1]); "
    code += f"sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code, source], check=False, timeout=30).returncode == 0


@pytest.mark.parametrize("name", ["note.txt", "note"])
def test_pasted_html_is_a_page(tmp_path: Path, name: str) -> None:
    """A text that opens with an element of HTML, or soon holds several whole ones, is a page, whatever its name."""
    for text in ("<p>Broen lukker.</p>", "Broen\n<p>Den lukker.</p><p>Mandag.</p><p>Klokken 6.</p>"):
        for codec in ("utf-8-sig", "utf-16", "cp1252"):
            (tmp_path / name).write_bytes(text.encode(codec))
            assert scrape(str(tmp_path / name)).media_type == "text/html"
    (tmp_path / name).write_text("Han skrev <p> og </p> på tavlen.", "utf-8")
    assert scrape(str(tmp_path / name)).media_type == "text/plain"
