"""An httpx client for one service: trusted certificates, the user's proxy, and a deadline for each request.

Connections are kept for the next request, and nothing else is: no cookies, no redirects.
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
import urllib.request
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from reader.connections import Backend, Deadline, Transport
from voices.online.near import is_near

KEPT_OPEN_S = 30


class Deadlines(threading.local):
    """When the request of the calling thread must be done; each thread has its own deadline."""

    def __init__(self) -> None:
        self._deadline = Deadline(float("inf"))

    def begin(self, seconds: float) -> None:
        """Let the calling thread's request end in so many seconds."""
        self._deadline = Deadline(seconds)

    def left(self, timeout: float | None = None) -> float:
        """The seconds that are left, at most `timeout`. Raises httpcore.ReadTimeout where none are."""
        return self._deadline.left(timeout)


def open_client(address: str, deadlines: Deadlines, connections: int) -> httpx.Client:
    """A client for the service at `address`; begin a deadline in the thread of each request before it is sent.

    A near host is spoken to directly, another one through the proxy that the environment names. Raises OSError where
    the environment names certificates that cannot be read, ValueError or httpx.InvalidURL where its proxy is none.
    """
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)  # below that, they log what the service says
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    transport = Transport(_pool(address, Backend(deadlines), connections))
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
