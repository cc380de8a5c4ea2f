"""A news site on the loopback interface, for tests of what is fetched."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import pytest

from reader.scraper import tdmrep

HOST = "avis.example"
PUBLIC_IP = "93.184.216.34"


@dataclass
class Answer:
    """What is sent for one path; a request that names the answer's ETag gets 304."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """Answers by path, and what was asked: path and If-None-Match of each request."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serving() -> Iterator[Site]:
    """A site that answers until the block is left."""
    site = Site()
    tdmrep._file.cache_clear()  # ports come back

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers["if-none-match"]
            site.asked.append((self.path, tag))
            answer = site.answers.get(self.path, Answer("no", 404))
            is_same = tag is not None and tag == answer.headers.get("etag")
            whole = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
            body = b"" if is_same else whole
            self.send_response(304 if is_same else answer.status)
            for name, value in {
                "content-type": "text/html",
                "content-length": str(len(body)),
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join(5)


def make_public(site: Site, patch: pytest.MonkeyPatch) -> None:
    """Let every name lead to a public address, and every connection to the site."""
    connect = httpcore.SyncBackend.connect_tcp

    def look_up(_host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC_IP, port))]

    def connected(backend: httpcore.SyncBackend, host: str, _port: int, *rest: Any) -> httpcore.NetworkStream:
        assert host == PUBLIC_IP
        patch.setattr(socket, "getaddrinfo", real)
        try:
            return connect(backend, "127.0.0.1", site.port, *rest)
        finally:
            patch.setattr(socket, "getaddrinfo", look_up)

    real = socket.getaddrinfo
    patch.setattr(socket, "getaddrinfo", look_up)
    patch.setattr(httpcore.SyncBackend, "connect_tcp", connected)
