"""A server of voices on the loopback interface, with every fault that a download may meet."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from voices.catalogue import Entry, File

MODEL = bytes(range(256)) * 1200  # 307,200 bytes
CONFIG = b'{"audio": {"sample_rate": 22050}}'


class Exchange(BaseHTTPRequestHandler):
    """One request, and the bricks of which answers are built."""

    server_of: VoiceServer

    def begin(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def answer(self, *, most: int | None = None, heeds_range: bool = True) -> None:
        """Send what is wanted, as a good server does, but of the body `most` bytes."""
        body = self.server_of.contents[self.path]
        told = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        same = self.headers.get("if-range") in (self.server_of.etag, self.server_of.modified)
        names = {"etag": self.server_of.etag, "last_modified": self.server_of.modified}
        headers = {name: value for name, value in names.items() if value}
        if told and same and heeds_range:
            start = int(told[1])
            stretch = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self.begin(206, content_length=len(body) - start, content_range=stretch, **headers)
            body = body[start:]
        else:
            self.begin(200, content_length=len(body), **headers)
        self.wfile.write(body[:most])
        self.wfile.flush()

    def do_GET(self) -> None:
        self.server_of.asked.append((self.path, self.headers.get("range"), self.headers.get("if-range")))
        fault = self.server_of.faults.pop(0) if self.server_of.faults else None
        (fault or Exchange.answer)(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Fault = Callable[[Exchange], None]


@dataclass
class VoiceServer:
    """What lies where, what was asked (path, Range, If-Range), and what befalls the next requests."""

    port: int = 0
    etag: str | None = '"one"'
    modified: str | None = None
    contents: dict[str, bytes] = field(default_factory=lambda: {"/voice.onnx": MODEL, "/voice.onnx.json": CONFIG})
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)

    def entry(self, **changes: object) -> Entry:
        """A voice that lies here, as a catalogue would have it."""
        files = tuple(
            File(
                f"test_voice{path.removeprefix('/voice')}",
                len(body),
                f"http://127.0.0.1:{self.port}{path}",
                sha256=hashlib.sha256(body).hexdigest(),
            )
            for path, body in (("/voice.onnx", MODEL), ("/voice.onnx.json", CONFIG))
        )
        return Entry(**{"name": "test_voice", "engine": "piper", "files": files, **changes})  # type: ignore[arg-type]


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client may go when it likes."""


@contextmanager
def serving_voices() -> Iterator[VoiceServer]:
    """A server that answers until the block is left."""
    told = VoiceServer()
    handler = type("Handler", (Exchange,), {"server_of": told})
    with _QuietServer(("127.0.0.1", 0), handler) as server:
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join(5)


def cut(after: int) -> Fault:
    """Close the connection after so many bytes of the body."""
    return lambda exchange: exchange.answer(most=after)


def ignores_range(exchange: Exchange) -> None:
    """Send the whole, whatever was asked for."""
    exchange.answer(heeds_range=False)


def status(code: int, **headers: object) -> Fault:
    """Answer with a status and no file."""
    return lambda exchange: exchange.begin(code, content_length=0, **headers)


def sends(body: bytes, code: int = 200, **headers: object) -> Fault:
    """Send something else, of which the end is where the connection is closed."""

    def fault(exchange: Exchange) -> None:
        exchange.begin(code, **headers)
        exchange.wfile.write(body)

    return fault


def holds(after: int, go_on: threading.Event) -> Fault:
    """Send so many bytes, and then nothing for as long as one must wait."""

    def fault(exchange: Exchange) -> None:
        exchange.answer(most=after)
        go_on.wait(20)

    return fault
