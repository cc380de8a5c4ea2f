"""Fetch one file whose size and digest are known before: what broke off goes on where it stopped.

What has arrived lies beside its place in a `.part` file, and in a `.tag` file what its server called that version. Not
a byte more than the file has is kept, and nothing is believed before its digest is right.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import VoiceError
from voices.catalogue import File
from voices.installing.disk import sync

if TYPE_CHECKING:
    import httpx

MOST_REDIRECTS = 5
LONGEST_TAG = 5000  # bytes

_HEADERS = {"User-Agent": "lyt-til-artiklen", "Accept": "*/*", "Accept-Encoding": "identity"}
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")
_STRETCH = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)")
_WHOLE, _STRETCH_OF_IT, _NO_SUCH_STRETCH, _TOO_MANY, _BROKEN = 200, 206, 416, 429, 500
_REDIRECTS = (301, 302, 303, 307, 308)
_REASONS = {
    401: "asks for a login; look for a newer version of this program",
    403: "refuses it to this machine; try from another network",
    404: "has it no more; look for a newer version of this program",
    410: "has it no more; look for a newer version of this program",
    451: "withholds it for legal reasons",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds, and how often to try.

    `tries` are counted anew after one that brought `worth` bytes. A try ends when less than `trickle` bytes come in
    `stall` seconds. `patience` is for another process that is installing the same voice and gets no further.
    """

    connect: float = 10
    read: float = 30
    stall: float = 60
    trickle: int = 60_000
    tries: int = 4
    worth: int = 1_000_000
    longest_wait: float = 30
    patience: float = 300


class CutOffError(VoiceError):
    """The download broke off and may go on at the next try; `wait` is what the server asked for, in seconds."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Download:
    """One file on its way into a folder; `arrived` is told how many bytes of it are there, whenever more are."""

    file: File
    folder: Path
    arrived: Callable[[int], object]

    @property
    def part(self) -> Path:
        """Where the bytes lie until all are there."""
        return self.folder / f"{self.file.name}.part"

    @property
    def tag(self) -> Path:
        """Where it is remembered what version they are of."""
        return self.folder / f"{self.file.name}.tag"

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def discard(self) -> None:
        """Forget what has arrived."""
        self.part.unlink(missing_ok=True)
        self.tag.unlink(missing_ok=True)


def download(wanted: Download, client: httpx.Client, limits: Limits, sleep: Callable[[float], object]) -> None:
    """Have the whole file lie in its part, checked and safe on the disk. Raises VoiceError, or OSError of the disk."""
    failures = 0
    while (before := _usable_size(wanted)) < wanted.file.bytes:
        try:
            _try_once(wanted, before, client, limits)
        except CutOffError as error:
            failures = 1 if wanted.size >= before + limits.worth else failures + 1
            if failures >= limits.tries:
                raise VoiceError(f"{error}; run again later, it goes on where it stopped") from error
            sleep(min(max(2.0 ** (failures - 1), error.wait), limits.longest_wait))
    if not is_right(wanted.part, wanted.file):
        wanted.discard()
        raise VoiceError(
            f"{wanted.file.name!r} arrived, but is not the file that the catalogue means, and was thrown away: "
            "run again, and if that changes nothing, look for a newer version of this program"
        )
    sync(wanted.part)


def is_right(path: Path, file: File) -> bool:
    """Whether a file is there and has the size and the digest that it must have. Raises OSError."""
    if not path.is_file() or path.stat().st_size != file.bytes:
        return False
    kind, digest = file.digest
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest() == digest


def _usable_size(wanted: Download) -> int:
    """How many bytes need not be fetched again; what cannot be gone on with is thrown away."""
    size = wanted.size
    if size == wanted.file.bytes:
        return size
    if size == 0 or size > wanted.file.bytes or _validator_of(wanted) is None:
        wanted.discard()
        return 0
    return size


def _try_once(wanted: Download, offset: int, client: httpx.Client, limits: Limits) -> None:
    headers = dict(_HEADERS)
    wanted.arrived(offset)
    if offset:
        headers |= {"Range": f"bytes={offset}-", "If-Range": _validator_of(wanted) or ""}
    with _network(wanted.file), _answer(wanted.file, headers, client, limits) as response:
        if response.status_code == _STRETCH_OF_IT:
            _check_stretch(wanted, response, offset)
        else:
            offset = 0
            _check_whole(wanted, response)
            wanted.discard()
            _remember(wanted, response)
        _take_in(wanted, response, offset, limits)


@contextmanager
def _network(file: File) -> Iterator[None]:
    """Turn the errors of the network into ours."""
    import httpx  # noqa: PLC0415  only an installation needs it

    try:
        yield
    except httpx.TransportError as error:
        host = httpx.URL(file.address).host
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            advice = "if a proxy stands between, name its certificates in SSL_CERT_FILE"
            raise VoiceError(f"{host} cannot prove that it is {host}, so nothing was fetched: {advice}") from error
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            advice = "check the connection, and HTTPS_PROXY if there is a proxy"
            raise CutOffError(f"{host} cannot be reached: {advice}") from error
        raise CutOffError(f"the connection to {host} broke off ({type(error).__name__})") from error


@contextmanager
def _answer(file: File, headers: dict[str, str], client: httpx.Client, limits: Limits) -> Iterator[httpx.Response]:
    """What stands at the end of the redirects; each leads to https, or from loopback to loopback."""
    import httpx  # noqa: PLC0415

    start = url = httpx.URL(file.address)
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    for _ in range(MOST_REDIRECTS + 1):
        if url.userinfo or not (url.scheme == "https" or (_is_loopback(start) and _is_loopback(url))):
            raise VoiceError(f"{file.name!r} would come over an open line ({url.scheme}), so it was not fetched")
        with client.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=False) as response:
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                yield response
                return
            url = url.join(response.headers["location"])
    raise VoiceError(f"{file.name!r} was not fetched: its address leads on and on, more than {MOST_REDIRECTS} times")


def _is_loopback(url: httpx.URL) -> bool:
    try:
        return url.scheme == "http" and ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def _check_stretch(wanted: Download, response: httpx.Response, offset: int) -> None:
    told = _STRETCH.fullmatch(response.headers.get("content-range", ""))
    if not told or int(told[1]) != offset or told[2] not in ("*", str(wanted.file.bytes)):
        wanted.discard()
        raise CutOffError(f"{response.url.host} sent another stretch of {wanted.file.name!r} than was asked for")
    _check_packing(wanted, response)


def _check_whole(wanted: Download, response: httpx.Response) -> None:
    """Refuse whatever shows by its first lines that it is not the whole file."""
    name, host, status = wanted.file.name, response.url.host, response.status_code
    if status == _NO_SUCH_STRETCH:
        wanted.discard()
        raise CutOffError(f"{host} could not go on with {name!r}")
    if status == _TOO_MANY or status >= _BROKEN:
        told = response.headers.get("retry-after", "")
        raise CutOffError(f"{host} is busy (status {status})", float(told) if re.fullmatch("[0-9]{1,6}", told) else 0)
    if status != _WHOLE:
        reason = _REASONS.get(status, "does not send it")
        raise VoiceError(f"{name!r} was not fetched: {host} {reason} (status {status})")
    _check_packing(wanted, response)
    told = response.headers.get("content-length", str(wanted.file.bytes))
    if told != str(wanted.file.bytes) or response.headers.get("content-type", "").startswith("text/html"):
        what = "a web page" if "html" in response.headers.get("content-type", "") else "another file"
        raise VoiceError(f"{name!r} was not fetched: {host} sends {what}; does this network ask for a login first?")


def _check_packing(wanted: Download, response: httpx.Response) -> None:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise VoiceError(f"{wanted.file.name!r} was not fetched: {response.url.host} packs it, which nobody asked for")


def _take_in(wanted: Download, response: httpx.Response, size: int, limits: Limits) -> None:
    """Put the bytes of an answer behind the `size` that are there."""
    begun, at_begin = time.monotonic(), size
    with wanted.part.open("ab") as part:
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > wanted.file.bytes:
                break
            part.write(chunk)
            part.flush()
            wanted.arrived(size)
            if time.monotonic() - begun >= limits.stall:
                if size - at_begin < limits.trickle:
                    raise CutOffError(f"{response.url.host} sends next to nothing")
                begun, at_begin = time.monotonic(), size
    if size > wanted.file.bytes:
        wanted.discard()
        raise VoiceError(f"{wanted.file.name!r} was thrown away: {response.url.host} sends more than its size")
    if size < wanted.file.bytes:
        raise CutOffError(f"{response.url.host} stopped after {size} of {wanted.file.bytes} bytes")


def _remember(wanted: Download, response: httpx.Response) -> None:
    """Keep what the server calls this version; a weak ETag would not do to go on from a byte."""
    etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    validator = modified if etag.startswith("W/") or not etag else etag
    if _VALIDATOR.fullmatch(validator):
        wanted.tag.write_text(json.dumps({"address": wanted.file.address, "validator": validator}), "utf-8")


def _validator_of(wanted: Download) -> str | None:
    """What the server called the version of which a part is there; None where nothing is known of this address."""
    try:
        with wanted.tag.open("rb") as opened:
            plain = json.loads(opened.read(LONGEST_TAG))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(plain, dict) or plain.get("address") != wanted.file.address:
        return None
    validator = plain.get("validator")
    return validator if isinstance(validator, str) and _VALIDATOR.fullmatch(validator) else None
