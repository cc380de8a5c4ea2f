"""Take in the body of an answer, unpacked, without ever holding more than was asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reader.errors import FetchError
from reader.scraper.limits import shown

if TYPE_CHECKING:
    import httpx

ENCODINGS = "gzip, deflate"
_GZIP = zlib.MAX_WBITS | 16


def unpacked(response: httpx.Response, name: str, room: int) -> bytes:
    """The first `room` bytes of the body, after taking off at most one layer of gzip or deflate.

    Raises FetchError for another packing, a damaged one, or one that breaks off.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    chunks = _at_most(response.iter_raw(), room)
    if encoding in ("", "identity"):
        return b"".join(chunks)
    if encoding in ("gzip", "x-gzip"):
        return _inflated(chunks, room, name, _GZIP)
    if encoding == "deflate":
        return _inflated(chunks, room, name, None)
    raise FetchError(f"{name} is packed as {shown(encoding)}, which was not asked for: it cannot be read")


def _at_most(chunks: Iterable[bytes], room: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:room]
        room -= len(chunk)
        if room <= 0:
            return


def _inflated(chunks: Iterable[bytes], room: int, name: str, window: int | None) -> bytes:
    """Unpack until the end of the packing; what is sent after it is not read. No window: it shows in the first byte."""
    body = bytearray()
    unpacker = None
    taken = 0
    try:
        for chunk in filter(None, chunks):
            unpacker = unpacker or zlib.decompressobj(window or _deflate_window(chunk))
            taken += len(chunk)
            body += unpacker.decompress(chunk, room - len(body))
            if len(body) == room or unpacker.eof:
                return bytes(body)
    except zlib.error:
        raise FetchError(f"{name} is damaged in its packing: try again later") from None
    if taken >= room:
        raise FetchError(f"{name} is packed into more bytes than an article may have: not fetched")
    raise FetchError(f"{name} broke off before its end: try again later")


def _deflate_window(chunk: bytes) -> int:
    """The standard means zlib's wrapping by "deflate"; some servers send the bare stream."""
    return zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS
