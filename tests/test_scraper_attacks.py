"""Attacks on the scraper, judged by the connections that are really opened and by what comes out."""

from __future__ import annotations

import gzip
import os
import socket
import stat
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpcore
import pytest

from reader.errors import FetchError, MissingSourceError
from reader.scraper import Limits, scrape

LIMITS = Limits(max_bytes=100_000, timeout=10)
PAGE = b"<!doctype html><p>Ja, det er en side."
Send = Callable[[socket.socket], None]


@dataclass
class Server:
    """Answers each connection as its test says, and counts the connections."""

    listener: socket.socket
    send: Send = lambda _: None
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/a"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                if self.stopping.is_set():
                    connection.close()
                    return
                self.connections += 1
                with connection, suppress(OSError):
                    connection.settimeout(10)
                    connection.recv(65536)
                    self.send(connection)

    def stop(self) -> None:
        self.stopping.set()
        with suppress(OSError), socket.create_connection(self.listener.getsockname(), 1):
            pass


@pytest.fixture
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        server.stop()
        thread.join(10)


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were really connected to; none of them is let through."""
    opened: list[str] = []

    def connect(_: object, host: str, *rest: object) -> httpcore.NetworkStream:
        opened.append(host)
        raise httpcore.ConnectError("refused by the test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return opened


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Stand in for the resolver: each look-up gets the next answer, the last one again and again."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def raw(*parts: bytes) -> Send:
    return lambda connection: connection.sendall(b"".join(parts))


def without_end(start: bytes, part: bytes) -> Send:
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(part)

    return send


def test_rebinding_finds_no_second_look_up(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    """A name is looked up once, and the address that was checked is the one connected to."""
    asked = resolver(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(FetchError, match="refused by the test"):
        scrape("http://avis.example/")
    assert (asked, connected) == (["avis.example"], ["93.184.216.34"])


def test_answers_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    """Where one address of a name does not answer, the next one is tried."""
    resolver(monkeypatch, ["93.184.216.34", "2606:4700::1111"])
    with pytest.raises(FetchError):
        scrape("http://avis.example/")
    assert connected == ["93.184.216.34", "2606:4700::1111"]


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "64:ff9b::7f00:1"])
def test_one_special_answer_refuses_the_name(monkeypatch: pytest.MonkeyPatch, connected: list[str], ip: str) -> None:
    """A name with one special address among public ones is refused, and no connection is opened."""
    resolver(monkeypatch, ["93.184.216.34", ip])
    with pytest.raises(FetchError, match=f"avis.example was refused: it leads to {ip}"):
        scrape("https://avis.example/")
    assert connected == []


def test_private_servers_see_no_connection(server: Server) -> None:
    """A server on a private address is not even connected to."""
    server.send = raw(b"HTTP/1.1 200 OK\r\n\r\n", PAGE)
    with pytest.raises(FetchError, match="--allow-private"):
        scrape(server.address, limits=LIMITS)
    assert server.connections == 0
    assert scrape(server.address, limits=LIMITS, allow_private=True).body == PAGE


@pytest.mark.parametrize("target", ["http://169.254.169.254/", "http://2130706433/", "http://[::ffff:a9fe:a9fe]/"])
def test_redirects_into_the_network(server: Server, target: str) -> None:
    """A redirect to a metadata service or a disguise is refused even where private hosts are allowed."""
    server.send = raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ", target.encode(), b"\r\n\r\n")
    with pytest.raises(FetchError, match="was refused"):
        scrape(server.address, limits=LIMITS, allow_private=True)
    assert server.connections == 1


def test_refresh_is_not_followed(server: Server) -> None:
    """A Refresh header is no redirect."""
    server.send = raw(b"HTTP/1.1 200 OK\r\nRefresh: 0; url=/b\r\nContent-Length: 37\r\n\r\n", PAGE)
    assert scrape(server.address, limits=LIMITS, allow_private=True).body == PAGE
    assert server.connections == 1


@pytest.mark.parametrize(
    ("start", "part", "says"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"x" * 500 + b"\r\n", "headers are longer"),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 500, "headers are longer"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", "headers are longer"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"<p>x" * 100, "larger than"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(bytes(10**6)), "larger than"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n", zlib.compress(bytes(10**6)), "larger than"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6),
            b"x" * 500,
            "packed into more",
        ),
    ],
)
def test_senders_without_end(server: Server, start: bytes, part: bytes, says: str) -> None:
    """Headers, interim answers, bodies and packings without end are cut off at their limits."""
    server.send = without_end(start, part)
    with pytest.raises(FetchError, match=says):
        scrape(server.address, limits=LIMITS, allow_private=True)


def test_headers_without_end_after_a_redirect(server: Server) -> None:
    """Each answer has its own room for headers: the one at the end of a redirect is cut off as the first would be."""
    endless = without_end(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"x" * 500 + b"\r\n")

    def send(connection: socket.socket) -> None:
        server.send = endless
        connection.sendall(b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: /b\r\n\r\n")

    server.send = send
    with pytest.raises(FetchError, match="headers are longer"):
        scrape(server.address, limits=LIMITS, allow_private=True)
    assert server.connections == 2


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_senders_that_fall_silent(server: Server, start: bytes) -> None:
    """A sender that stops in its headers or its body, and keeps the line, is given up at the deadline."""

    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.recv(1)  # which comes when the other side gives up

    server.send = send
    with pytest.raises(FetchError, match=r"did not answer within 0\.3 seconds"):
        scrape(server.address, limits=Limits(timeout=0.3), allow_private=True)


@pytest.mark.parametrize("pack", [zlib.compress, lambda body: zlib.compress(body)[2:-4]])
def test_deflate(server: Server, pack: Callable[[bytes], bytes]) -> None:
    """A deflated page is unpacked, wrapped as the standard has it or bare as some servers send it."""
    server.send = raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n", pack(PAGE))
    assert scrape(server.address, limits=LIMITS, allow_private=True).body == PAGE


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 37\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n25\r\n" + PAGE,
        b"no HTTP at all",
        b"",
    ],
)
def test_broken_answers(server: Server, answer: bytes) -> None:
    """An answer that breaks off, contradicts itself or is none is an error in one line, not a short article."""
    server.send = raw(answer)
    with pytest.raises(FetchError, match="could not be fetched") as caught:
        scrape(server.address, limits=LIMITS, allow_private=True)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("header", "expected"), [("1", True), ("0", False), ("maybe", None), ("", None)])
def test_reserved_rights(server: Server, header: str, *, expected: bool | None) -> None:
    """What a server says of text and data mining is handed on."""
    server.send = raw(b"HTTP/1.1 200 OK\r\nTDM-Reservation: ", header.encode(), b"\r\n\r\n", PAGE)
    assert scrape(server.address, limits=LIMITS, allow_private=True).reserved is expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders exist on POSIX only")
def test_a_path_that_becomes_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that turns into a pipe after it was looked at is refused, and not waited for."""
    pipe, text = tmp_path / "a.txt", tmp_path / "b.txt"
    text.write_text("Tekst.")
    os.mkfifo(pipe)
    regular = text.stat()
    assert stat.S_ISREG(regular.st_mode)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: regular)
    with pytest.raises(MissingSourceError, match="device, pipe or socket"):
        scrape(str(pipe))
