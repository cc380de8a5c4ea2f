"""One round: every feed is read, then what is new, then what may have been corrected."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reader.config import Settings
from reader.errors import FetchError, LytError, PartialError, UsageError
from reader.following.articles import Desk, Event, Happening
from reader.following.journal import Feed, Journal, Record, read_journal, read_time
from reader.following.reading import enter, failed_feed, read_feed
from reader.following.schedule import is_look_due, time_left
from reader.following.shelf import Shelf
from reader.following.visits import DELAY, Pace, Visits
from reader.soundside import Progress, Watcher
from reader.synthesizer import Ensemble

FIRST = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """Which feeds are followed; how many articles of one are read at first; seconds between two visits to a host.

    With `retry`, nothing waits that failed before, and what was left out is tried again.
    """

    feeds: tuple[str, ...]
    first: int = FIRST
    delay: float = DELAY
    retry: bool = False


def _unwatched(_progress: Progress) -> None:
    return None


def _nothing(_of: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Means:
    """What a round needs of the world. `now` is in seconds of the Unix epoch, `ticks` of a clock that nobody sets.

    `tell` hears of every event, `watch` gives a watcher for the article of an address, and `renew` renews what is
    published of an output folder.
    """

    tell: Callable[[Event], object] = _nothing
    watch: Callable[[str], Watcher] = lambda _address: _unwatched
    renew: Callable[[Path], object] = _nothing
    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round: its events in their order, and numbers of articles.

    Of so many `feeds` so many were `read`. `known` are articles that these name and that needed nothing; `waiting` are
    seconds for each feed that was left alone because it failed before. `renewal` is what went wrong with what is
    published.
    """

    feeds: int
    read: int
    events: tuple[Event, ...] = ()
    known: int = 0
    passed_over: int = 0
    waiting: Mapping[str, float] = field(default_factory=dict)
    renewal: LytError | None = None

    def count(self, *kinds: Happening) -> int:
        """How many events there were of some kinds."""
        return sum(event.kind in kinds for event in self.events)

    @property
    def soonest(self) -> float | None:
        """In how many seconds the first of all that failed is tried again."""
        return min((event.again for event in self.events if event.again is not None), default=None)

    def verdict(self) -> LytError | None:
        """The error of the whole round: a feed's own if no feed could be read, else that a part is missing."""
        errors = [event.error for event in self.events if event.kind == "feed" and event.error]
        if errors and not self.read:
            return errors[0]
        counts = {"feed": len(errors), "article": self.count("failed", "given up")}
        if self.waiting and not self.read:
            return PartialError("every feed failed before and waits; --retry tries it at once")
        told = [f"{number} {name}{'s' * (number > 1)}" for name, number in counts.items() if number]
        return PartialError(f"{' and '.join(told)} failed; the others are done") if told else self.renewal


def check_online(settings: Settings) -> None:
    """Raise FetchError where offline was asked for: nothing can be followed then."""
    if settings.offline:
        raise FetchError("no feed was read, because offline was asked for: take --offline (LYT_OFFLINE) away")


def follow_once(plan: Plan, settings: Settings, voices: Sequence[Ensemble], means: Means) -> Outcome:
    """Read the feeds of a plan, convert what is new into the settings' output folder, and refresh what was corrected.

    What fails is told, and tried again in a later round; it stops nothing else. Only one round may be at work in a
    folder (see `alone`). Raises ConfigError for a damaged journal or a wrong setting, OutputError where the folder
    cannot be written, FetchError where offline was asked for.
    """
    check_online(settings)
    return _Round(plan, settings, voices, means).run()


class _Round:
    def __init__(self, plan: Plan, settings: Settings, voices: Sequence[Ensemble], means: Means) -> None:
        output = Path(settings.output)
        self._plan = plan
        self._means = means
        self._journal: Journal = read_journal(output, means.now())
        visits = Visits(settings, Pace(plan.delay, means.ticks, means.sleep), plan.feeds)
        self._visits = visits
        self._desk = Desk(self._journal, Shelf(output), visits, voices, means.now, means.watch)
        self._events: list[Event] = []
        self._named: set[str] = set()
        self._well: set[str] = set()
        self._waiting: dict[str, float] = {}
        self._passed_over = self._read = 0

    def run(self) -> Outcome:
        for address in self._plan.feeds:
            self._read_feed(address)
        self._journal.write()
        to_read = self._to_read()
        self._work(self._desk.read_new, to_read)
        self._work(self._desk.look_again, [key for key in self._to_look_at() if key not in to_read])
        known = self._known()
        self._journal.drop_old(self._means.now(), frozenset(self._plan.feeds), frozenset(self._well))
        self._journal.write()
        renewal = self._renew()
        events = tuple(self._events)
        return Outcome(len(self._plan.feeds), self._read, events, known, self._passed_over, self._waiting, renewal)

    def _known(self) -> int:
        """How many articles that the feeds name needed nothing, and were there before."""
        happened = {event.address for event in self._events}
        return sum(self._journal.articles[key].url not in happened for key in self._named) - self._passed_over

    def _read_feed(self, address: str) -> None:
        now = self._means.now()
        feed = self._journal.feeds.get(address, Feed())
        left = time_left(feed.at, feed.wait, now) if feed.tries and not self._plan.retry else 0.0
        if left:
            self._waiting[address] = left
            return
        try:
            read = read_feed(address, feed, self._visits)
        except UsageError:
            raise
        except LytError as error:
            self._feed_failed(address, feed, error)
            return
        self._read += 1
        self._passed_over += enter(self._journal, address, read, self._means.now(), first=self._plan.first)
        self._named.update(key for key in self._journal.feeds[address].names if key in self._journal.articles)
        if read.error:
            self._feed_failed(address, replace(self._journal.feeds[address], tries=feed.tries), read.error)
        else:
            self._well.add(address)

    def _feed_failed(self, address: str, feed: Feed, error: LytError) -> None:
        failed = failed_feed(feed, error, self._means.now())
        self._journal.feeds[address] = failed
        self._tell(Event("feed", address, str(error), error, failed.wait))

    def _to_read(self) -> dict[str, Record]:
        feeds = self._plan.feeds
        return {
            key: record
            for key, record in self._journal.articles.items()
            if self._is_to_be_read(record) and (record.feed in feeds or key in self._named)
        }

    def _is_to_be_read(self, record: Record) -> bool:
        if record.state in ("new", "begun"):
            return True
        if self._plan.retry:
            return record.state in ("failed", "left out", "given up")
        return record.state == "failed" and not record.left(self._means.now())

    def _to_look_at(self) -> list[str]:
        now, feeds = self._means.now(), self._plan.feeds
        ours = ((key, one) for key, one in self._journal.articles.items() if one.feed in feeds or key in self._named)
        return [key for key, record in ours if self._is_due(key, record, now)]

    def _is_due(self, key: str, record: Record, now: float) -> bool:
        """Whether a finished article may have been corrected or taken down: its feed says so, or says nothing of it."""
        if record.state != "done" or record.quiet or record.left(now):
            return False
        is_told = key in self._named and record.updated is not None
        return record.changed or (not is_told and is_look_due(record.born(), record.looked, now))

    def _work(self, work: Callable[[str], Event | None], keys: Iterable[str]) -> None:
        """Work on articles one after another, the newest first."""
        for key in sorted(keys, key=lambda key: _age(self._journal.articles[key])):
            event = work(key)
            if event:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        self._events.append(event)
        self._means.tell(event)

    def _renew(self) -> LytError | None:
        """Renew what is published, if anything changed since it was renewed last, be it in an earlier run."""
        if not self._journal.unrenewed:
            return None
        try:
            self._means.renew(self._journal.output)
        except UsageError:
            raise
        except LytError as error:
            return error
        self._journal.unrenewed = False
        self._journal.write()
        return None


def _age(record: Record) -> float:
    time = read_time(record.published) or read_time(record.updated)
    return -(time.timestamp() if time else record.first)
