"""An httpx client for one service: trusted certificates, the user's proxy, and a deadline over all that happens.

httpx limits each read, so a sender that drips a byte a second is never late. Here every wait of a request is cut to
what is left of its deadline; connections are kept for the next request, and nothing else is: no cookies, no redirects.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from voices.online.remote import is_near

SocketOptions = Iterable[Any]

KEPT_OPEN_S = 30


class Deadline(threading.local):
    """The moment when the request of the calling thread must be done; each thread has its own."""

    def __init__(self) -> None:
        self._end = float("inf")

    def begin(self, seconds: float) -> None:
        """Let the calling thread's request end in so many seconds."""
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None = None) -> float:
        """The seconds that are left, at most `timeout`. Raises httpcore.ReadTimeout where none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"the name {host} leads nowhere")
        for ip in _resolved(host, port, self._deadline.left(timeout)):
            left = self._deadline.left(timeout)
            try:
                stream = self._inner.connect_tcp(ip, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """Every address of a name; looked up in a thread, because the resolver itself knows no deadline."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(answer[4][0]) for answer in found)))
        except (OSError, ValueError) as error:  # it has a thread to cross
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


class _Transport(httpx.BaseTransport):
    """Carries httpx's requests over a pool of connections that know the deadline. Raises httpcore's errors."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
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
        self._pool.close()


def open_client(address: str, deadline: Deadline, connections: int) -> httpx.Client:
    """A client for the service at `address`; set `deadline` in the thread of each request before it is sent.

    A near host is spoken to directly, another one through the proxy that the environment names. Raises OSError where
    the environment names certificates that cannot be read, ValueError or httpx.InvalidURL where its proxy is none.
    """
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)  # below that, they log what the service says
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    transport = _Transport(_pool(address, _Backend(deadline), connections))
    return httpx.Client(transport=transport, trust_env=False, follow_redirects=False, cookies=cookies)


def _pool(address: str, backend: httpcore.NetworkBackend, connections: int) -> httpcore.ConnectionPool:
    settings: dict[str, Any] = {
        "ssl_context": _trust(),
        "max_connections": None,  # one whose handshake fails stays in the pool for ever, and must not fill it
        "max_keepalive_connections": connections,
        "keepalive_expiry": KEPT_OPEN_S,
        "network_backend": backend,
    }
    proxy = _proxy(address)
    if proxy is None:
        return httpcore.ConnectionPool(**settings)
    url = proxy.url
    proxy_url = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return httpcore.HTTPProxy(proxy_url, proxy_auth=proxy.raw_auth, **settings)


def _proxy(address: str) -> httpx.Proxy | None:
    """The proxy that environment or system name for an address, its name and password apart."""
    parts = urlsplit(address)
    if is_near(parts.hostname or "") or urllib.request.proxy_bypass(parts.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy is None:
        return None
    checked = httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}")
    if checked.url.scheme not in ("http", "https"):
        raise ValueError("only proxies of the kinds http and https are known")
    return checked


def _trust() -> ssl.SSLContext:
    """Who may vouch for a server: the certificates that the environment names, else those that come with httpx."""
    file = os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE")
    folder = os.environ.get("SSL_CERT_DIR")
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    return httpx.create_ssl_context(trust_env=False)
