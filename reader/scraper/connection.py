"""Where connections are made: one deadline for all that happens on them, and a guard over where they lead.

httpx limits each read, so a sender that drips a byte a second is never late. Here every wait is cut to what is left of
the whole. A name is resolved once, and what was checked is what is connected to: a second look-up could differ.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from reader.scraper.guard import check_ip
from reader.scraper.limits import Limits

SocketOptions = Iterable[Any]


class Deadline:
    """A moment on the monotonic clock; `left` gives the seconds until then, or raises httpcore.ReadTimeout."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None = None) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class _HeaderRoom:
    """How many bytes of headers may still come; None while a body comes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left: int | None = most

    def begin(self) -> None:
        self._left = self._most

    def end(self) -> None:
        self._left = None

    def cut(self, wanted: int) -> int:
        if self._left is None:
            return wanted
        if self._left == 0:
            raise httpcore.RemoteProtocolError(f"its headers are longer than {self._most} bytes")
        return min(wanted, self._left)

    def take(self, count: int) -> None:
        if self._left is not None:
            self._left -= count


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, room: _HeaderRoom) -> None:
        self._stream = stream
        self._deadline = deadline
        self._room = room

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(self._room.cut(max_bytes), self._deadline.left(timeout))
        self._room.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(secured, self._deadline, self._room)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, room: _HeaderRoom, *, allow_private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._room = room
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        answers = _resolved(host, port, self._deadline.left(timeout))
        for ip in answers:
            check_ip(host, ip, allow_private=self._allow_private)
        failure: Exception = httpcore.ConnectError(f"the name {host} leads nowhere")
        for ip in answers:
            left = self._deadline.left(timeout)
            try:
                stream = self._inner.connect_tcp(ip, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline, self._room)
        raise failure


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """Every address of a name, from one look-up; in a thread, because the resolver itself knows no deadline."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(answer[4][0]) for answer in found)))
        except (OSError, ValueError, RuntimeError) as error:  # raised again where it was asked
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout from None
    if isinstance(answer, OSError | UnicodeError):
        raise httpcore.ConnectError(f"the name {host} is not known") from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Transport(httpx.BaseTransport):
    """Carries httpx's requests over a pool of our own connections."""

    def __init__(self, limits: Limits, *, allow_private: bool) -> None:
        self._room = _HeaderRoom(limits.max_header)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_Backend(Deadline(limits.timeout), self._room, allow_private=allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        self._room.begin()
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        self._room.end()
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        self._pool.close()


def client(limits: Limits, headers: dict[str, str], *, allow_private: bool = False) -> httpx.Client:
    """A client that takes nothing from the environment, follows no redirects and stops at the deadline.

    The deadline is `limits.timeout` seconds from now, for all its requests together. Its connections raise FetchError
    where a name leads to an address that `check_ip` refuses.
    """
    return httpx.Client(
        transport=_Transport(limits, allow_private=allow_private),
        trust_env=False,
        headers=headers,
        timeout=httpx.Timeout(limits.timeout, connect=limits.connect),
    )
