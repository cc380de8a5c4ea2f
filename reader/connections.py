"""httpx over connections that heed a deadline for all that happens on them.

httpx limits each read, so a sender that drips a byte a second is never late. Here every wait is cut to what is left of
the whole, also that for the look-up of a name, which is done once: what was checked is what is connected to.
"""

from __future__ import annotations

import copy
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, Self

import httpcore
import httpx

SocketOptions = Iterable[Any]


class Clock(Protocol):
    """Whatever knows how long there is still to wait."""

    def left(self, timeout: float | None = None) -> float:
        """The seconds that are left, at most `timeout`. Raises httpcore.ReadTimeout where none are."""


class Deadline:
    """A moment on the monotonic clock, so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None = None) -> float:
        """The seconds that are left, at most `timeout`. Raises httpcore.ReadTimeout where none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class Stream(httpcore.NetworkStream):
    """A connection whose waits are cut to what its clock has left."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes."""
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of the bytes."""
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Self:
        """The same, encrypted."""
        encrypted = copy.copy(self)
        left = self._clock.left(timeout)
        encrypted._stream = self._stream.start_tls(ssl_context, server_hostname, left)  # noqa: SLF001  our own
        return encrypted

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection beneath."""
        return self._stream.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Connects to the first address of a name that answers.

    All of them must pass `check`, which is given the name and an address and raises what it likes. `stream` makes what
    is read from and written to.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        check: Callable[[str, str], object] = lambda _host, _ip: None,
        stream: Callable[[httpcore.NetworkStream, Clock], Stream] = Stream,
    ) -> None:
        self._inner = httpcore.SyncBackend()
        self._clock, self._check, self._stream = clock, check, stream

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        """A connection. Raises httpcore.ConnectError or httpcore.ConnectTimeout where none can be had."""
        found = _addresses(host, port, self._clock.left(timeout))
        for ip in found:
            self._check(host, ip)
        failure: Exception = httpcore.ConnectError(f"the name {host} leads nowhere")
        for ip in found:
            left = self._clock.left(timeout)
            try:
                connected = self._inner.connect_tcp(ip, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return self._stream(connected, self._clock)
        raise failure


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """Every address of a name, from one look-up; in a thread, because the resolver itself knows no deadline."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(answer[4][0]) for answer in found)))
        except (OSError, ValueError, RuntimeError) as error:  # it has a thread to cross
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"the name {host} is not known") from answer
    return answer


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """Carries httpx's requests over a pool of such connections. Raises httpcore's errors."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the answer's body is still to be read."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
