"""What is remembered from round to round: of each feed what it named, of each article what became of it.

It is one file in the output folder, written whole after every article: a run that is killed loses at most the article
that it was working on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from reader.errors import ConfigError, ScriptError
from reader.files import Staging
from reader.following.found import Entry
from reader.following.schedule import time_left
from reader.interchange import from_plain, to_plain

FILE = "follow.json"
FORMAT = 1
KEPT_SECONDS = 90 * 86_400.0  # for an article, after a feed has named it for the last time

State = Literal["new", "begun", "done", "left out", "failed", "given up", "passed over", "withdrawn"]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of an index, and when it says that it was changed."""

    url: str
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What was last read at an address: the keys of the articles that it names, or the `parts` of an index.

    `etag` and `modified` hold for `url`, where its redirects ended. `updated` is what the index said of it then.
    """

    address: str
    url: str = ""
    etag: str | None = None
    modified: str | None = None
    updated: str | None = None
    names: tuple[str, ...] = ()
    parts: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of a feed: since when it is followed (0: it was never read), and how it fares."""

    since: float = 0.0
    read: float = 0.0
    documents: tuple[Document, ...] = ()
    tries: int = 0
    at: float = 0.0
    wait: float = 0.0
    reason: str | None = None

    def document(self, address: str) -> Document | None:
        """What was last read at an address of this feed."""
        return next((one for one in self.documents if one.address == address), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of all articles that it names."""
        return tuple(name for document in self.documents for name in document.names)


@dataclass(frozen=True, slots=True)
class Record:
    """An article that a feed named, and what became of it. `first` and `named` are when that was, first and last.

    `id`, `slug` and `content` (a hash of its words) are those of its episode. After a failure it waits from `at` for
    `wait` seconds. `looked` is when its page was last seen; `changed`: its feed says that it is another one since;
    `quiet`: nothing is expected of it until its feed says so.
    """

    url: str
    feed: str
    state: State
    first: float
    named: float
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    id: str | None = None
    slug: str | None = None
    content: str | None = None
    reason: str | None = None
    tries: int = 0
    at: float = 0.0
    wait: float = 0.0
    looked: float = 0.0
    changed: bool = False
    quiet: bool = False

    def left(self, now: float) -> float:
        """How many seconds it still waits after a failure."""
        return time_left(self.at, self.wait, now) if self.tries else 0.0

    def born(self) -> float:
        """When it appeared: when it was published, but never after it was first seen."""
        published = read_time(self.published)
        return min(published.timestamp(), self.first) if published else self.first


@dataclass(slots=True)
class Journal:
    """The journal of an output folder. `unrenewed`: something changed since the folder's feeds were last written."""

    output: Path
    feeds: dict[str, Feed] = field(default_factory=dict)
    articles: dict[str, Record] = field(default_factory=dict)
    unrenewed: bool = False

    def write(self) -> None:
        """Write it, whole or not at all. Raises OutputError."""
        plain = {
            "format": FORMAT,
            "unrenewed": self.unrenewed,
            "feeds": {address: to_plain(feed) for address, feed in self.feeds.items()},
            "articles": {key: to_plain(record) for key, record in self.articles.items()},
        }
        with Staging(self.output) as stage:
            stage.write(FILE, json.dumps(plain) + "\n")  # ASCII: titles of others may hold half a character

    def put(self, key: str, record: Record) -> None:
        """Remember what became of an article, for good."""
        self.articles[key] = record
        self.write()

    def drop_old(self, now: float, feeds: frozenset[str], well: frozenset[str]) -> None:
        """Forget what no feed has named for long. Of the `feeds` that are followed, only those that went well count."""
        for key, record in list(self.articles.items()):
            may_go = record.feed in well or record.feed not in feeds
            if may_go and now - record.named > KEPT_SECONDS:
                del self.articles[key]
        for address, feed in list(self.feeds.items()):
            if address not in feeds and now - max(feed.read, feed.at) > KEPT_SECONDS:
                del self.feeds[address]


def read_journal(output: Path, now: float) -> Journal:
    """The journal of an output folder; an empty one where there is none. Times that are still to come count as now.

    Raises ConfigError for a file that is no journal, or a damaged one.
    """
    path = output / FILE
    try:
        plain = json.loads(path.read_bytes())
        feeds = {key: _clamped(feed, now) for key, feed in _table(plain, "feeds", Feed).items()}
        articles = {key: _clamped(record, now) for key, record in _table(plain, "articles", Record).items()}
    except FileNotFoundError:
        return Journal(output)
    except OSError as error:
        raise ConfigError(f"the journal {str(path)!r} cannot be read: {error.strerror}; remove it") from error
    except (ValueError, RecursionError, OverflowError, ScriptError) as error:
        told = str(error) if isinstance(error, ScriptError) else "it is not whole JSON"
        raise ConfigError(
            f"the journal {str(path)!r} is damaged or was written by another program ({told}): remove it; the episodes "
            "that are there stay, and are not read twice"
        ) from error
    return Journal(output, feeds, articles, plain.get("unrenewed") is True)


def _table(plain: Any, name: str, kind: type[Value]) -> dict[str, Value]:
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise ScriptError(f"it does not say that its format is {FORMAT}")
    rows = plain.get(name)
    if not isinstance(rows, dict):
        raise ScriptError(f"{name} must be an object")
    return {key: from_plain(kind, row, name) for key, row in rows.items()}


def _clamped(value: Value, now: float) -> Value:
    """With no time that is still to come: the clock was set back since."""
    times = {
        name: getattr(value, name)
        for name in ("since", "read", "at", "first", "named", "looked")
        if hasattr(value, name)
    }
    ahead = {name: now for name, time in times.items() if not time <= now}
    return replace(value, **ahead) if ahead else value  # type: ignore[type-var]  # every value here is a dataclass


def entry_of(record: Record) -> Entry:
    """The entry of which a record remembers what its feed said."""
    return Entry(record.url, record.title, read_time(record.published), read_time(record.updated))


def written_time(time: datetime | None) -> str | None:
    """A time as it stands in the journal."""
    return time.astimezone(UTC).isoformat() if time else None


def read_time(text: str | None) -> datetime | None:
    """A time as it stood in the journal; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
