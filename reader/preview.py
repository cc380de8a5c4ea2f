"""Show an output folder in a browser: a server for this machine alone, which can send any stretch of a recording.

A page that is opened from the disk cannot seek in audio, nor can one that comes from Python's own server, which knows
no ranges. Only what would be published is shown: a folder's other files are nobody's business, also here.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePath
from socketserver import TCPServer
from typing import Any, BinaryIO
from urllib.parse import quote, unquote_to_bytes

from reader.errors import LytError, PublishError

Maker = Callable[[str], bytes | None]
"""Makes the page that stands in no file, by its path without the leading slash: "", "<slug>/", "lyt.js".

None where there is none. Several threads may ask at once. What it raises of this project's errors, or of the disk's, is
answered with 500 and its message.
"""

_HERE = "127.0.0.1"
_NAMES = (_HERE, "localhost", "[::1]")
_PATIENCE = 30  # seconds for each wait
_CHUNK = 64 * 1024
_METHODS = ("GET", "HEAD")
_PAGE = "index.html"
_KINDS = {
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/xml",
}
_CHAPTERS = (re.compile(r"chapters(\.r[0-9]+)?\.json"), "application/json+chapters")
_ALWAYS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_RANGE = re.compile(r"bytes=([0-9]{0,99})-([0-9]{0,99})", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[/\\:\0]")  # a colon is a drive, or a stream behind a file, on Windows


def _nothing(_path: str) -> None:
    """A Maker that makes no page."""


def preview_server(folder: Path, port: int = 0, made: Maker = _nothing) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that shows the folder, and the pages that `made` makes where no file stands.

    Its serve_forever() and shutdown() are the caller's to call. A `port` of 0 takes one that is free. Raises
    PublishError where the port is taken or may not be used.
    """
    try:
        return _Server(folder, port, made)
    except (OSError, OverflowError) as error:
        raise PublishError(f"cannot serve on port {port}: {_reason(error)}; choose another with --port") from error


def address_of(server: ThreadingHTTPServer) -> str:
    """Where a browser finds the server."""
    return f"http://{_HERE}:{server.server_port}/"


def _reason(error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return "ports are numbered from 0 to 65535"
    if error.errno == errno.EADDRINUSE:
        return "it is taken"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "this account may not use it"
    return error.strerror or type(error).__name__


class _Server(ThreadingHTTPServer):
    """Knows the folder and the Maker; each connection has a thread, which ends with the program."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # on Windows it would share a port that is taken
    allow_reuse_port = False
    request_queue_size = 64

    def __init__(self, folder: Path, port: int, made: Maker) -> None:
        self.root = Path(os.path.realpath(folder))
        self.made = made
        super().__init__((_HERE, port), _Handler)

    def server_bind(self) -> None:
        """Take the port, without asking the network what this machine is called, as the class above would."""
        TCPServer.server_bind(self)
        self.server_name = _HERE
        self.server_port = int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is one of this program."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@dataclass(frozen=True)
class _Place:
    """What is asked for: its path as the Maker knows it, and where it would stand on the disk, behind all links.

    `kind` is its media type; None where such a file is not shown, also if a link calls it otherwise.
    """

    path: str
    real: Path
    kind: str | None

    def mode(self) -> int:
        """The mode of what stands there; 0 where nothing does that can be seen."""
        try:
            return self.real.stat().st_mode
        except OSError:
            return 0


def _place(root: Path, target: str) -> _Place | None:
    """What the path of a request asks for; None where nothing of such a name is shown, whether it is there or not."""
    try:
        start, *names = [unquote_to_bytes(name.encode("latin-1")).decode("utf-8") for name in target.split("/")]
    except UnicodeError:
        return None
    if start or not names:
        return None
    path = "/".join(names)
    names[-1] = names[-1] or _PAGE
    if not _may_be_shown(names):
        return None
    real = Path(os.path.realpath(root.joinpath(*names)))
    if not real.is_relative_to(root) or not _may_be_shown(real.relative_to(root).parts):
        return None
    return _Place(path, real, _kind_of(names[-1]) if _kind_of(real.name) else None)


def _may_be_shown(names: Iterable[str]) -> bool:
    """Whether the parts of a path are names, none of them hidden, and none that a file system reads as more."""
    return all(name and not name.startswith(".") and not _FORBIDDEN.search(name) for name in names)


def _kind_of(name: str) -> str | None:
    return _CHAPTERS[1] if _CHAPTERS[0].fullmatch(name) else _KINDS.get(PurePath(name).suffix)


def _stretch(told: str, size: int) -> range | None:
    """The bytes that a Range header asks for: empty where there are none such, None where the whole is to be sent.

    That is also the answer to several ranges, and to what is no range at all.
    """
    match = _RANGE.fullmatch(told)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        wanted = int(match[2])
        return range(max(0, size - wanted), size) if size or not wanted else None
    first, last = int(match[1]), int(match[2]) if match[2] else size - 1
    if match[2] and last < first:
        return None
    return range(first, min(last + 1, size))


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: _Server
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # so that also what cannot be understood is answered with a status
    timeout = _PATIENCE
    disable_nagle_algorithm = True  # a short body waits for no word from the client that the head has come

    def parse_request(self) -> bool:
        """Whether the request is one to answer; if not, that has been said."""
        if not super().parse_request():
            return False
        if len(self.requestline.split()) < 3:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return False
        if self._told("Transfer-Encoding") or self._told("Content-Length") not in ("", "0"):
            self.close_connection = True  # a body is not read, and must not be taken for the next request
        if not self._is_meant():
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        if self.command not in _METHODS:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(_METHODS)})
            return False
        return True

    def handle_expect_100(self) -> bool:
        """No body is waited for: the answer comes at once."""
        return True

    def do_GET(self) -> None:
        """Send the file, the way to the folder, or the page that is made."""
        place = _place(self.server.root, self.path.partition("?")[0])
        mode = place.mode() if place else 0
        if place is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif stat.S_ISREG(mode):
            self._send_file(place)
        elif stat.S_ISDIR(mode) and not place.path.endswith("/"):
            self._lead_to(place)
        elif mode:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send_made(place)

    do_HEAD = do_GET  # noqa: N815  the name that http.server asks for

    def _send_file(self, place: _Place) -> None:
        try:
            file = place.real.open("rb") if place.kind else None
        except OSError:
            file = None
        if file is None or place.kind is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send_stretch(file, place.kind)

    def _send_stretch(self, file: BinaryIO, kind: str) -> None:
        """Send what is wanted of a file: all, a part, or only that it is what the client has."""
        now = os.fstat(file.fileno())
        tag, modified = f'"{now.st_size:x}-{now.st_mtime_ns:x}"', formatdate(now.st_mtime, usegmt=True)
        headers = {"ETag": tag, "Last-Modified": modified, "Accept-Ranges": "bytes"}
        known = self._told("If-None-Match")
        if known == "*" or tag in re.findall(r'"[^"]*"', known):
            self._begin(HTTPStatus.NOT_MODIFIED, headers)
            return
        is_heeded = self.command == "GET" and self._told("If-Range") in ("", tag, modified)
        part = _stretch(self._told("Range"), now.st_size) if is_heeded else None
        if part is not None and not part:
            headers["Content-Range"] = f"bytes */{now.st_size}"
            self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
            return
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{now.st_size}"
        sent = range(now.st_size) if part is None else part
        headers |= {"Content-Type": kind, "Content-Length": str(len(sent))}
        self._begin(HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT, headers)
        if self.command == "GET":
            self._copy(file, sent)

    def _copy(self, file: BinaryIO, stretch: range) -> None:
        left = len(stretch)
        file.seek(stretch.start)
        while left and (chunk := file.read(min(left, _CHUNK))):
            self.wfile.write(chunk)
            left -= len(chunk)
        if left:
            self.close_connection = True  # the file became shorter meanwhile: nobody shall wait for the rest

    def _send_made(self, place: _Place) -> None:
        """Send the page that the Maker makes of the path, or the way to it if only the last slash is missing."""
        kind = place.kind
        try:
            page = self.server.made(place.path) if kind else None
            leads_on = not kind and self.server.made(f"{place.path}/") is not None
        except (LytError, OSError) as error:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, text=str(error))
            return
        if leads_on:
            self._lead_to(place)
        elif page is None or kind is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, page, {"Content-Type": kind})

    def _lead_to(self, place: _Place) -> None:
        """Say that the same path with a slash is meant, and keep what stands behind a question mark."""
        query = quote("".join(self.path.partition("?")[1:]), safe="%?=&;:@/,+$!'()*~", encoding="latin-1")
        self._refuse(HTTPStatus.PERMANENT_REDIRECT, {"Location": f"/{quote(place.path)}/{query}"})

    def _is_meant(self) -> bool:
        """Whether the client asked for this machine: a name out there that was made to lead here is not it."""
        hosts = {name + port for name in _NAMES for port in ("", f":{self.server.server_port}")}
        return self._told("Host").lower() in hosts

    def _told(self, name: str) -> str:
        """A header of the request, all its lines in one; empty where it is missing."""
        return ", ".join(self.headers.get_all(name, [])).strip()

    def _refuse(self, status: HTTPStatus, headers: Mapping[str, str] | None = None, text: str = "") -> None:
        """Answer with a status and a line of plain text."""
        body = f"{text or status.phrase}\n".encode("utf-8", "replace")
        self._send(status, body, {**(headers or {}), "Content-Type": _KINDS[".txt"]})

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        self._begin(status, {**headers, "Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in {**headers, **_ALWAYS}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Answer a request that cannot be understood: nothing behind it can be, so the connection ends."""
        self.close_connection = True
        self._refuse(HTTPStatus(code))

    def version_string(self) -> str:
        """What this server calls itself: not by the version of Python."""
        return "lyt"

    def log_message(self, *_: object) -> None:
        """Say nothing: the command line says what is worth it."""
