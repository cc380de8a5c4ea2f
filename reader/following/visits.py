"""Visit other people's servers politely: by their robots.txt, and with some time between two visits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from reader import scraper
from reader.config import Settings
from reader.errors import FetchError, ReservedError
from reader.following.entries import MOST_BYTES
from reader.scraper.feeds import Answer, Validators, fetch_feed, is_gone
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown
from reader.scraper.robots import EVERYTHING_DISALLOWED, allowed, fetch_robots

DELAY = 1.0  # seconds between two visits to one host


@dataclass(frozen=True, slots=True)
class Pace:
    """At least `delay` seconds lie between the end of one visit to a host and the start of the next."""

    delay: float = DELAY
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def visit(self, host: str) -> Iterator[None]:
        """Wait for one's turn."""
        if host in self._last:
            wait = self._last[host] + self.delay - self.ticks()
            if wait > 0:
                self.sleep(wait)
        try:
            yield
        finally:
            self._last[host] = self.ticks()


class Visits:
    """The visits of one round: it asks each site for its rules once. Only hosts of `feeds` may be no public ones."""

    def __init__(self, settings: Settings, pace: Pace, feeds: Sequence[str]) -> None:
        self._settings = settings
        self._pace = pace
        self._own = frozenset(map(_host, feeds))
        self._robots: dict[str, str | FetchError] = {}
        self._asked: set[str] = set()

    def fetch(self, address: str, validators: Validators | None) -> Answer:
        """A feed, if its site lets programs fetch it. Raises FetchError, or ReservedError where it does not."""
        limits = replace(self._limits, max_bytes=MOST_BYTES)
        with self.visit(address):
            return fetch_feed(address, limits, allow_private=self._may_be_private(address), validators=validators)

    def is_gone(self, address: str) -> bool:
        """Whether its server says that a page was taken away."""
        with self.visit(address):
            return is_gone(address, self._limits, allow_private=self._may_be_private(address))

    @contextmanager
    def article(self, address: str) -> Iterator[Settings]:
        """While an article is fetched; gives the settings to do it with. Raises ReservedError where it may not be."""
        settings = replace(self._settings, allow_private=self._may_be_private(address))
        self._check(address)
        origin = scraper.parsed(address, allow_private=settings.allow_private).origin
        if settings.unattended and origin not in self._asked:  # reading will ask for it, and finds it remembered
            self._asked.add(origin)
            with self._pace.visit(_host(address)):
                scraper.site_reserves(address, limits=self._limits, allow_private=settings.allow_private)
        with self._pace.visit(_host(address)):
            yield settings

    @contextmanager
    def visit(self, address: str) -> Iterator[None]:
        """While something is fetched. Raises ReservedError where programs may not."""
        self._check(address)
        with self._pace.visit(_host(address)):
            yield

    @property
    def _limits(self) -> Limits:
        return replace(DEFAULT_LIMITS, timeout=self._settings.timeout)

    def _may_be_private(self, address: str) -> bool:
        return self._settings.allow_private and _host(address) in self._own

    def _check(self, address: str) -> None:
        robots = self._robots_of(address)
        if isinstance(robots, FetchError):
            raise robots
        if allowed(address, robots):
            return
        if robots is EVERYTHING_DISALLOWED:  # no site's own words: its server failed
            raise FetchError(f"the robots.txt for {shown(address)} cannot be had now: try again later")
        raise ReservedError(f"{shown(address)} may not be fetched by programs: the robots.txt of its site says so")

    def _robots_of(self, address: str) -> str | FetchError:
        private = self._may_be_private(address)
        origin = scraper.parsed(address, allow_private=private).origin
        if origin not in self._robots:
            with self._pace.visit(_host(address)):
                try:
                    self._robots[origin] = fetch_robots(address, self._limits, allow_private=private)
                except FetchError as error:
                    self._robots[origin] = error
        return self._robots[origin]


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
