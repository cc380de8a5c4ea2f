"""The connections over which pages are fetched: with a guard over where they lead, and little room for headers."""

from __future__ import annotations

from functools import partial

import httpcore
import httpx

from reader.connections import Backend, Clock, Deadline, Stream, Transport
from reader.scraper.guard import check_ip
from reader.scraper.limits import Limits


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


class _RoomyStream(Stream):
    def __init__(self, stream: httpcore.NetworkStream, clock: Clock, *, room: _HeaderRoom) -> None:
        super().__init__(stream, clock)
        self._room = room

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = super().read(self._room.cut(max_bytes), timeout)
        self._room.take(len(data))
        return data


class _RoomyTransport(Transport):
    def __init__(self, pool: httpcore.ConnectionPool, room: _HeaderRoom) -> None:
        super().__init__(pool)
        self._room = room

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._room.begin()
        response = super().handle_request(request)
        self._room.end()
        return response


def client(limits: Limits, headers: dict[str, str], *, allow_private: bool = False) -> httpx.Client:
    """A client that takes nothing from the environment, follows no redirects and stops at the deadline.

    The deadline is `limits.timeout` seconds from now, for all its requests together. Its connections raise FetchError
    where a name leads to an address that `check_ip` refuses.
    """
    room = _HeaderRoom(limits.max_header)
    backend = Backend(
        Deadline(limits.timeout),
        check=partial(check_ip, allow_private=allow_private),
        stream=partial(_RoomyStream, room=room),
    )
    pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=backend)
    return httpx.Client(
        transport=_RoomyTransport(pool, room),
        trust_env=False,
        headers=headers,
        timeout=httpx.Timeout(limits.timeout, connect=limits.connect),
    )
