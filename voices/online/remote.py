"""What every voice on the network shares: a request that ends in time, tries that wait, and a pace that is kept.

A service is asked over connections that are kept open, TLS always verified and redirects never followed. Whatever it
does ends in its answer or in one VoiceError within the deadline; no message holds any of what was sent or received.
"""

from __future__ import annotations

import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from reader.errors import VoiceError

if TYPE_CHECKING:
    import httpx

    from voices.online.transport import Deadlines

T = TypeVar("T")

MOST_ERROR_BYTES = 65_536
ROUNDING_S = 1e-6
_TOO_MANY, _PASSING_STATUSES = 429, frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much to wait for, in seconds and bytes, and how often to ask for one piece.

    `deadline` is for a whole request, `silence` for each wait in it. Before the second try passes about `first_wait`,
    then twice as long each time; a service that asks for more than `longest_wait` is given up.
    """

    deadline: float = 30
    connect: float = 5
    silence: float = 20
    bytes: int = 2_000_000
    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time and chance come from: a monotonic clock in seconds, a sleep, and a number between 0 and 1."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted to a service. Its repr hides what it holds: a header may be a secret, and the body is text."""

    address: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered."""

    status: int
    body: bytes = field(repr=False)


class PassingFaultError(VoiceError):
    """A fault that may be gone at the next try.

    `wait` is what the service asked for, in seconds; `is_busy` says that it wants fewer requests from everybody.
    """

    def __init__(self, message: str, wait: float | None = None, *, is_busy: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.is_busy = is_busy


class Pace:
    """Lets through so many at once, and so many a second, from any number of threads."""

    def __init__(self, at_once: int = 1, per_second: float = 2, timing: Timing | None = None) -> None:
        self.at_once = at_once
        self.timing = timing or Timing()
        self._gap = 1 / per_second
        self._room = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._next = self.timing.now()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until it is the caller's turn, and take one of the places while the block runs."""
        with self._room:
            while (wait := self._take()) > ROUNDING_S:
                self.timing.sleep(wait)
            yield

    def hold(self, seconds: float) -> None:
        """Let nobody begin for so many seconds from now, whoever waits already included."""
        with self._lock:
            self._next = max(self._next, self.timing.now() + seconds)

    def _take(self) -> float:
        """Take the next moment if it has come, else say how long until then: a hold may come in between."""
        with self._lock:
            now = self.timing.now()
            wait = self._next - now
            if wait <= ROUNDING_S:
                self._next = now + self._gap
            return wait


class Service:
    """A service on the network, called `name` in messages. Threads may share it; `close` lets go of its connections.

    `detail` may say, of an answer that refuses and the request it refuses, what the service gives as its reason.
    """

    def __init__(
        self,
        name: str,
        *,
        limits: Limits | None = None,
        pace: Pace | None = None,
        detail: Callable[[Answer, Request], str] | None = None,
    ) -> None:
        self.name = name
        self.limits = limits or Limits()
        self.pace = pace or Pace()
        self._detail = detail
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._closing: weakref.finalize[..., Service] | None = None

    def ask(self, request: Request, read: Callable[[Answer], T]) -> T:
        """What `read` makes of the answer to a request; it is asked again where it, or the answer, is a passing fault.

        Raises VoiceError, and whatever else `read` raises.
        """
        for attempt in range(1, self.limits.tries + 1):
            try:
                with self.pace.turn():
                    answer = self._exchange(request)
                return read(answer)
            except PassingFaultError as fault:
                wait = self._wait(fault, attempt)
                if attempt == self.limits.tries or wait > self.limits.longest_wait:
                    raise
                self._pause(wait, is_for_all=fault.is_busy)
        raise VoiceError("no try was allowed; raise the limit of tries")

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        with self._lock:
            if self._closing is not None:
                self._closing()
            self._line = self._closing = None

    def _wait(self, fault: PassingFaultError, attempt: int) -> float:
        """How long to wait after a try that failed: what the service asks for and a little, or ever longer."""
        own = self.limits.first_wait * 2.0 ** (attempt - 1) * (0.5 + self.pace.timing.chance())
        if fault.wait is None:
            return min(own, self.limits.longest_wait)
        if fault.wait > self.limits.longest_wait:
            return fault.wait
        return min(fault.wait + own / 10, self.limits.longest_wait)

    def _pause(self, seconds: float, *, is_for_all: bool) -> None:
        if is_for_all:
            self.pace.hold(seconds)  # the next turn waits for it, in this thread as in the others
        else:
            self.pace.timing.sleep(seconds)

    def _exchange(self, request: Request) -> Answer:
        """One request and its answer, or one VoiceError, within the deadline."""
        line = self._open(request.address)
        line.deadlines.begin(self.limits.deadline)
        httpx, httpcore = import_module("httpx"), import_module("httpcore")
        try:
            return self._send(line.client, request)
        except httpcore.ConnectTimeout as error:
            seconds = min(self.limits.connect, self.limits.deadline)
            raise PassingFaultError(
                f"{self.name} could not be reached within {seconds:g} seconds; check the network and try again"
            ) from error
        except httpcore.TimeoutException as error:
            seconds = min(self.limits.silence, self.limits.deadline)
            raise PassingFaultError(
                f"{self.name} did not answer within {seconds:g} seconds; try again later"
            ) from error
        except httpcore.ProxyError as error:
            raise self._refused_by_proxy(str(error)[:3]) from error
        except httpcore.LocalProtocolError as error:
            raise VoiceError(f"{self.name} could not be asked: the request is not well formed") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise self._broken(error) from error
        except (OSError, ValueError, httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._wrong_settings(error) from error

    def _open(self, address: str) -> _Line:
        """The open line to the service, made when it is first needed: reading the certificates takes a while."""
        with self._lock:
            if self._line is None:
                httpx, transport = import_module("httpx"), import_module("voices.online.transport")
                deadlines = transport.Deadlines()
                try:
                    client = transport.open_client(address, deadlines, self.pace.at_once)
                except (OSError, ValueError, httpx.InvalidURL) as error:
                    raise self._wrong_settings(error) from error
                self._line = _Line(client, deadlines)
                self._closing = weakref.finalize(self, client.close)
            return self._line

    def _send(self, client: httpx.Client, request: Request) -> Answer:
        limits = self.limits
        waits = {"connect": limits.connect, "read": limits.silence, "write": limits.silence, "pool": limits.silence}
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", **request.headers}
        sent = client.build_request(
            "POST", request.address, content=request.body, headers=headers, extensions={"timeout": waits}
        )
        response = client.send(sent, stream=True)
        try:
            return self._read(response, request)
        finally:
            response.close()

    def _read(self, response: httpx.Response, request: Request) -> Answer:
        status = response.status_code
        if status != 200:
            reason = ""
            if self._detail and not 300 <= status < 400:
                reason = self._detail(Answer(status, self._body(response, MOST_ERROR_BYTES)), request)
            raise self._refused(status, response.headers.get("Retry-After"), reason)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise VoiceError(f"{self.name} sent a compressed answer, which nobody asked for; try again later")
        return Answer(status, self._body(response, self.limits.bytes))

    def _body(self, response: httpx.Response, most: int) -> bytes:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > most:
                raise VoiceError(f"{self.name} sent more than {most} bytes, which no speech has; try again later")
        return bytes(body)

    def _refused(self, status: int, retry_after: str | None, reason: str) -> VoiceError:
        because = f": {reason}" if reason else ""
        if status in _PASSING_STATUSES or status >= 500:
            wait = seconds_to_wait(retry_after, datetime.now(UTC))
            asked = "" if wait is None else f", asks to wait {wait:.0f} seconds"
            return PassingFaultError(
                f"{self.name} is not answering now (HTTP {status}{asked}){because}; try again later",
                wait,
                is_busy=status == _TOO_MANY or wait is not None,
            )
        if 300 <= status < 400:
            return VoiceError(f"{self.name} sent us elsewhere (HTTP {status}), perhaps to a captcha; try again later")
        return VoiceError(
            f"{self.name} refused (HTTP {status}){because}; check the voice's settings, or choose another"
        )

    def _refused_by_proxy(self, status: str) -> VoiceError:
        if status in ("401", "403", "405", "407"):
            return VoiceError(f"the proxy lets nobody through to {self.name} (HTTP {status}); check the proxy settings")
        return PassingFaultError(f"the proxy found no way to {self.name}; check the network and try again")

    def _broken(self, error: Exception) -> VoiceError:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return VoiceError(
                f"the certificate of {self.name} is not trusted here; check proxy and certificate settings"
            )
        return PassingFaultError(f"the connection to {self.name} failed or broke off; check the network and try again")

    def _wrong_settings(self, error: Exception) -> VoiceError:
        kind = type(error).__name__
        return VoiceError(f"{self.name} could not be asked ({kind}); check proxy and certificate settings")


@dataclass(frozen=True, slots=True)
class _Line:
    client: httpx.Client
    deadlines: Deadlines


def seconds_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks for: it holds seconds or a date; None where it holds neither."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
