"""Read a feed, and the maps that an index names, and enter into the journal what they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reader.errors import LytError, UnsupportedTypeError, UsageError
from reader.following.entries import entries_of
from reader.following.found import MOST_ENTRIES, Entry, Found, newest_first
from reader.following.journal import Document, Feed, Journal, Listed, Record, read_time, written_time
from reader.following.schedule import back_off
from reader.following.visits import Visits
from reader.scraper.feeds import BusyError, Validators
from reader.scraper.limits import shown

MOST_MAPS = 5  # of an index, in one round: those that changed last
LATEST = 86_400.0  # seconds by which an article may be older than the round that first finds it in a long map

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a feed: its documents as they are now, the entries that are `fresh`, and what went wrong.

    `fresh` are those of documents that were sent again. `late` are the keys of articles that are old, though they are
    seen for the first time.
    """

    documents: tuple[Document, ...]
    fresh: tuple[Entry, ...]
    late: frozenset[str] = frozenset()
    error: LytError | None = None


def read_feed(address: str, feed: Feed, visits: Visits) -> Read:
    """Read a feed or sitemap; of an index, those maps that changed. Raises LytError where it cannot be read."""
    document, found = _asked(address, feed.document(address), visits)
    if not document.parts:
        entries = found.entries if found else ()
        return Read((document,), entries, _long_known(entries, feed.since))
    before = feed.document(address)
    listed = frozenset(part.url for part in before.parts) if before else frozenset()
    return _maps(document, feed, listed, visits)


def _maps(index: Document, feed: Feed, listed: frozenset[str], visits: Visits) -> Read:
    """Read the maps of an index. `listed` are those that it named before."""
    documents = {part.url: feed.document(part.url) for part in index.parts}
    fresh: list[Entry] = []
    late: set[str] = set()
    error: LytError | None = None
    for part in _changed(index.parts, documents)[:MOST_MAPS]:
        before = documents[part.url]
        try:
            document, found = _asked(part.url, before, visits)
        except UsageError:
            raise
        except LytError as failure:
            error = error or failure
            continue
        documents[part.url] = replace(document, updated=part.updated, parts=())
        entries = found.entries if found else ()
        fresh += entries
        late |= _long_known(entries, feed.since)
        if feed.since and before is None:
            late |= {entry.key for entry in entries if _is_late(entry, feed.since, was_listed=part.url in listed)}
    return Read((index, *filter(None, documents.values())), tuple(newest_first(fresh)), frozenset(late), error)


def _long_known(entries: Sequence[Entry], since: float) -> frozenset[str]:
    """Which entries of a document that had more than are taken are older than its following: they come and go in it."""
    if not since or len(entries) < MOST_ENTRIES:
        return frozenset()
    return frozenset(one.key for one in entries if one.time and one.time.timestamp() < since - LATEST)


def _is_late(entry: Entry, since: float, *, was_listed: bool) -> bool:
    """Whether an entry of a map that is read for the first time is older than the following of its index."""
    return entry.time.timestamp() < since if entry.time else was_listed


def _changed(parts: Sequence[Listed], documents: dict[str, Document | None]) -> list[Listed]:
    """The parts that may have changed since they were read, the newest first."""

    def may_have(part: Listed) -> bool:
        before = documents[part.url]
        return before is None or part.updated is None or before.updated != part.updated

    return sorted(filter(may_have, parts), key=lambda part: read_time(part.updated) or _NEVER, reverse=True)


def _asked(address: str, before: Document | None, visits: Visits) -> tuple[Document, Found | None]:
    """What is at an address now; the second is None where it is still the document from before."""
    validators = Validators(before.url, before.etag, before.modified) if before else None
    answer = visits.fetch(address, validators)
    if answer.body is None and before:
        return before, None
    found = entries_of(answer.body or b"", answer.url, answer.media_type)
    if found.kind == "page" and found.feeds:  # a front page: the first feed that it names is its own
        answer = visits.fetch(found.feeds[0], None)
        found = entries_of(answer.body or b"", answer.url, answer.media_type)
    if found.kind == "page":
        raise UnsupportedTypeError(f"{shown(address)} is a web page, no feed: give the address of a feed or a sitemap")
    said = answer.validators
    names = tuple(entry.key for entry in found.entries)
    parts = tuple(Listed(part.url, written_time(part.updated)) for part in found.parts)
    return Document(address, said.url, said.etag, said.modified, names=names, parts=parts), found


def enter(journal: Journal, address: str, read: Read, now: float, *, first: int) -> int:
    """Enter what a feed names into the journal; give how many articles are passed over, which were there before it.

    At the first sight of a feed that is all but its `first` newest entries. The journal is not written yet.
    """
    feed = journal.feeds.get(address, Feed())
    passed_over = 0
    for place, entry in enumerate(read.fresh):
        record = journal.articles.get(entry.key)
        if record is None:
            is_old = entry.key in read.late or (not feed.since and place >= first)
            passed_over += is_old
            record = Record(entry.url, address, "passed over" if is_old else "new", now, now)
        journal.articles[entry.key] = _heard_of(record, entry, now)
    journal.feeds[address] = Feed(feed.since or now, now, read.documents, at=now)
    for key in journal.feeds[address].names:
        if key in journal.articles:
            journal.articles[key] = replace(journal.articles[key], named=now)
    return passed_over


def _heard_of(record: Record, entry: Entry, now: float) -> Record:
    """A record after a feed named its article again: one that was changed since begins anew."""
    moved = _has_moved(record, entry, now)
    told = replace(
        record,
        title=entry.title or record.title,
        published=written_time(entry.published) or record.published,
        updated=written_time(entry.updated) or record.updated,
    )
    if moved and record.state == "done":
        return replace(told, changed=True, quiet=False, tries=0)
    if moved and record.state in ("left out", "given up"):
        return replace(told, url=entry.url, state="new", reason=None, tries=0)
    return told


def _has_moved(record: Record, entry: Entry, now: float) -> bool:
    """Whether a feed gives a later time of change than before; one that lay in the future counts for nothing."""
    if entry.updated is None:
        return False
    before = read_time(record.updated)
    if before is None:
        return entry.updated.timestamp() > (record.looked or record.at or record.first)
    return entry.updated > before or (before.timestamp() > now and entry.updated != before)


def failed_feed(feed: Feed, error: LytError, now: float) -> Feed:
    """A feed after it could not be read; it waits as long as its server asks, and longer after each failure."""
    tries = feed.tries + 1
    return replace(feed, tries=tries, at=now, wait=back_off(tries, asked_wait(error)), reason=str(error))


def asked_wait(error: LytError) -> float | None:
    """How many seconds a server asks to be left alone."""
    return error.wait if isinstance(error, BusyError) else None
