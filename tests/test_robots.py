"""The reader of robots.txt: RFC 9309's rules, and its meaning of failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reader.errors import FetchError
from reader.scraper.limits import Limits
from reader.scraper.robots import allowed, may_fetch

SITE = "https://avis.example"


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /\nUser-agent: LYT-til-Artiklen/1.0\nAllow: /", "/a", True),
        ("User-agent: other\nUser-agent: lyt-til-artiklen\nDisallow: /a", "/a/b", False),
        ("User-agent: lyt-til-artiklen-plus\nDisallow: /", "/a", True),
        ("User-agent: lyt-til-artiklen\nDisallow: /a\n\nUser-agent: lyt-til-artiklen\nDisallow: /b", "/b", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*c*e", "/abcde", False),
        ("User-agent: *\nDisallow: /a*c*e", "/aec", True),
        ("User-agent: *\nDisallow: /ab*b$", "/ab", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a?b=", "/a?b=c", False),
        ("User-agent: *\nDisallow: /blå", "/bl%c3%a5", False),
        ("User-agent: *\nDisallow: /%7Ea", "/~a", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("\ufeffUSER-AGENT : * # all\r\nCrawl-delay: 9\r\nDISALLOW:/a # no", "/a", False),
        ("Disallow: /", "/a", True),
        ("<html>Not found</html>", "/a", True),
    ],
)
def test_rules(rules: str, path: str, expected: bool) -> None:
    """The longest matching rule of our own groups decides, then of everyone's; a tie allows."""
    assert allowed(SITE + path, rules) is expected


def test_many_stars_are_no_trap() -> None:
    """A pattern of a hundred thousand stars is matched without trying every way of parting it."""
    assert allowed(f"{SITE}/{'a' * 8000}", "User-agent: *\nDisallow: /" + "*a" * 7999 + "*b")


class Handler(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        body = b"User-agent: *\nDisallow: /secret\n" if self.path == "/robots.txt" else b"no"
        self.send_response(type(self).status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize(
    ("status", "path", "expected"),
    [(200, "/a", True), (200, "/secret/a", False), (404, "/secret", True), (403, "/secret", True), (503, "/a", False)],
)
def test_what_a_status_means(
    site: str,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    path: str,
    expected: bool,
) -> None:
    """A site without rules allows everything, and one that fails allows nothing."""
    monkeypatch.setattr(Handler, "status", status)
    assert may_fetch(site + path, limits=Limits(timeout=10), allow_private=True) is expected


def test_the_guard_stands_here_too(site: str) -> None:
    """The rules of a private host are not asked for."""
    with pytest.raises(FetchError, match="was refused"):
        may_fetch(f"{site}/a")
