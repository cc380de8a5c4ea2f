"""An S3-compatible store on the loopback interface, for tests of what is published."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest

BUCKET = "avisen"


@dataclass
class Request:
    """What was asked of the store: the key without the bucket, and the query by name."""

    method: str
    key: str
    query: dict[str, str]
    headers: Message


@dataclass
class Stored:
    """An object, and the headers that it came with."""

    body: bytes
    headers: Message


@dataclass
class Bucket:
    """The objects by key, and what was asked. `refused` answers a request with a status and a code of S3, if it does.

    Of the parts of what is large nothing is kept where `keeps` is false.
    """

    port: int = 0
    objects: dict[str, Stored] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    refused: Callable[[Request], tuple[int, str] | None] = lambda _request: None
    keeps: bool = True
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    begun: dict[str, Message] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keys(self, method: str) -> list[str]:
        """The keys that one method was used on, in order; a file in parts counts when they become one."""
        return [r.key for r in self.asked if r.method == method and "partNumber" not in r.query]

    def headers(self, key: str) -> dict[str, str | None]:
        """How an object is served."""
        return {name: self.objects[key].headers[name] for name in ("Content-Type", "Cache-Control")}


@contextmanager
def storing() -> Iterator[Bucket]:
    """A store with one bucket, until the block is left."""
    bucket = Bucket()

    class Handler(_Handler):
        pass

    Handler.bucket = bucket
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        bucket.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield bucket
        server.shutdown()
        thread.join(5)


def use(bucket: Bucket, patch: pytest.MonkeyPatch, home: str) -> None:
    """Have the store be found as usual, and nobody's own credentials."""
    for name, value in {
        "HOME": home,
        "AWS_ENDPOINT_URL": bucket.address,
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "very-secret-indeed",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        patch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        patch.delenv(name, raising=False)


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def _answered(self) -> None:
        body = self._body(int(self.headers["content-length"] or 0))
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        _, name, key = [*unquote(address.path).split("/", 2), ""][:3]
        request = Request(self.command, key, query, self.headers)
        self.bucket.asked.append(request)
        refusal = self.bucket.refused(request) or ((404, "NoSuchBucket") if name != BUCKET else None)
        if refusal:
            status, code = refusal
            self._send(status, f"<Error><Code>{code}</Code><Message>the secret is {self.path}</Message></Error>")
        else:
            getattr(self, f"_{self.command.lower()}")(request, body)

    do_PUT = do_GET = do_HEAD = do_DELETE = do_POST = _answered  # noqa: N815  the names that http.server asks for

    def _body(self, size: int) -> bytes:
        if self.bucket.keeps or "partNumber" not in self.path:
            return self.rfile.read(size)
        while size > 0:
            size -= len(self.rfile.read(min(size, 1 << 16)))
        return b""

    def _put(self, request: Request, body: bytes) -> None:
        upload = self.bucket.parts.get(request.query.get("uploadId", ""))
        if "partNumber" in request.query and upload is None:
            self._send(404, "<Error><Code>NoSuchUpload</Code></Error>")
            return
        if upload is not None:
            upload[int(request.query["partNumber"])] = body
        else:
            self.bucket.objects[request.key] = Stored(body, request.headers)
        self._send(200, headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})

    def _post(self, request: Request, body: bytes) -> None:
        if "uploads" in request.query:
            upload = f"upload-{len(self.bucket.begun)}"
            self.bucket.begun[upload], self.bucket.parts[upload] = request.headers, {}
            self._send(
                200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            )
        elif "uploadId" in request.query:
            parts = self.bucket.parts.pop(request.query["uploadId"])
            whole = b"".join(parts[number] for number in sorted(parts))
            self.bucket.objects[request.key] = Stored(whole, self.bucket.begun.pop(request.query["uploadId"]))
            self._send(200, '<CompleteMultipartUploadResult><ETag>"e-1"</ETag></CompleteMultipartUploadResult>')
        elif "delete" in request.query:
            for element in ET.fromstring(body).iter():
                if element.tag.endswith("Key"):
                    self.bucket.objects.pop(element.text or "", None)
            self._send(200, "<DeleteResult/>")

    def _delete(self, request: Request, _body: bytes) -> None:
        if "uploadId" in request.query:
            self.bucket.parts.pop(request.query["uploadId"], None)
        else:
            self.bucket.objects.pop(request.key, None)
        self._send(204)

    def _get(self, request: Request, _body: bytes) -> None:
        if not request.key:
            self._list(request.query.get("prefix", ""))
        elif request.key in self.bucket.objects:
            stored = self.bucket.objects[request.key]
            self._send(200, stored.body, {"Content-Type": stored.headers["Content-Type"] or ""})
        else:
            self._send(404, "<Error><Code>NoSuchKey</Code></Error>")

    _head = _get

    def _list(self, prefix: str) -> None:
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(stored.body)}</Size></Contents>"
            for key, stored in sorted(self.bucket.objects.items())
            if key.startswith(prefix)
        )
        self._send(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>")

    def _send(self, status: int, body: str | bytes = b"", headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def part_numbers(bucket: Bucket) -> list[int]:
    """The parts in which files came, in their order."""
    return sorted(
        int(r.query["partNumber"]) for r in bucket.asked if re.fullmatch("[0-9]+", r.query.get("partNumber", ""))
    )
