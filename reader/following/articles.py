"""What becomes of one article: it is read, left out, looked at again, or tried again later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from reader import library
from reader.errors import (
    FetchError,
    LanguageError,
    LytError,
    NoArticleError,
    NotAnArticleError,
    ReservedError,
    TeaserError,
    UnsupportedTypeError,
    UsageError,
)
from reader.following.journal import Journal, Record
from reader.following.reading import asked_wait
from reader.following.schedule import MOST_TRIES, back_off
from reader.following.shelf import Held, Shelf, content_of
from reader.following.visits import Visits
from reader.model import Article, Episode
from reader.prepared import Prepared
from reader.refreshing import Refreshed, refresh
from reader.scraper.limits import shown
from reader.soundside import Progress, Watcher, perform
from reader.synthesizer import Ensemble
from reader.textside import forget, prepare

# What is wrong with these is nobody's fault, and will not pass: they are left out.
LEFT_OUT = (TeaserError, NotAnArticleError, ReservedError, LanguageError, UnsupportedTypeError)
WITHDRAWN = "it was withdrawn"
FEWEST_WORDS = 15
LARGEST_LOSS = 4  # an article that became this many times shorter was hardly corrected

Happening = Literal["new", "corrected", "left out", "failed", "given up", "gone", "feed"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an article, or to a `feed` that could not be read.

    `again` is in how many seconds it will be tried again. New episodes and corrected ones come with what they are.
    """

    kind: Happening
    address: str
    reason: str = ""
    error: LytError | None = None
    again: float | None = None
    episode: Episode | None = None
    refreshed: Refreshed | None = None
    folder: Path | None = None


class _LeftOutError(Exception):
    """Why an article that could be read is left out, and in which state it is then."""

    def __init__(self, reason: str, *, is_withdrawn: bool = False) -> None:
        super().__init__(reason)
        self.is_withdrawn = is_withdrawn


@dataclass(frozen=True, slots=True)
class Desk:
    """All that it takes to work on articles. `watch` gives a watcher for the article of an address."""

    journal: Journal
    shelf: Shelf
    visits: Visits
    voices: Sequence[Ensemble]
    now: Callable[[], float]
    watch: Callable[[str], Watcher]

    def read_new(self, key: str) -> Event | None:
        """Read an article that is not there yet; None where nothing happened. Raises UsageError."""
        return self._tried(key, self._read)

    def look_again(self, key: str) -> Event | None:
        """See whether an article was corrected, and read anew what was; None where nothing was. Raises UsageError."""
        return self._tried(key, self._look)

    def _tried(self, key: str, work: Callable[[str, Record], Event | None]) -> Event | None:
        record = self.journal.articles[key]
        try:
            return work(key, record)
        except UsageError:
            raise
        except _LeftOutError as left:
            return self._left_out(key, str(left), is_withdrawn=left.is_withdrawn)
        except LEFT_OUT as error:
            return self._left_out(key, str(error))
        except LytError as error:
            return self._failed(key, error)

    def _read(self, key: str, record: Record) -> Event:
        finished = self.shelf.of_id(record.id) if record.state == "begun" and record.id else None
        if finished and not finished.is_withdrawn:  # by a run that was killed before it could say so
            return self._done(key, library.stored(finished.folder).episode, record.content)
        if self.shelf.is_withdrawn(key):
            raise _LeftOutError(WITHDRAWN, is_withdrawn=True)
        with self.visits.article(record.url) as settings:
            prepared = prepare(record.url, settings)
        content = content_of(prepared.script.article)
        _check_length(prepared.script.article, record.url)
        self._check_double(prepared, content)
        self.journal.put(key, replace(record, state="begun", id=prepared.id, content=content))
        episode = perform(prepared, self.voices, settings, watch=self.watch(record.url))
        return self._done(key, episode, content)

    def _check_double(self, prepared: Prepared, content: str) -> None:
        same = self.shelf.of_id(prepared.id)
        if (same and same.is_withdrawn) or self._was_withdrawn(content):
            raise _LeftOutError(WITHDRAWN, is_withdrawn=True)
        if same:
            raise _LeftOutError(f"it is there already, as {same.folder.name}")
        alike = self.shelf.of_content(content)
        if alike:
            raise _LeftOutError(f"it has the same words as {alike.folder.name}")

    def _was_withdrawn(self, content: str) -> bool:
        """Whether an article with these words was withdrawn: of its episode nothing is left but its id."""
        ids = {record.id for record in self.journal.articles.values() if record.content == content and record.id}
        held = (self.shelf.of_id(episode_id) for episode_id in ids if episode_id)
        return any(one is not None and one.is_withdrawn for one in held)

    def _done(self, key: str, episode: Episode, content: str | None) -> Event:
        record = self.journal.articles[key]
        self.journal.unrenewed = True
        done = replace(record, state="done", id=episode.id, slug=episode.slug, content=content, looked=self.now())
        self.journal.put(key, _settled(done))
        return Event("new", record.url, episode=episode)

    def _look(self, key: str, record: Record) -> Event | None:
        held = self._held(record)
        try:
            with self.visits.article(record.url) as settings:
                if record.changed:
                    forget(record.url, settings)  # what was kept is from before the change
                lines = len(library.stored(held.folder).episode.script.lines)
                watch = _guarded(self._noting(self.watch(record.url)), lines, record.url)
                done = refresh(held.folder, settings, watch=watch)
        except FetchError as error:
            if not self.visits.is_gone(record.url):
                raise
            return self._gone(key, held.folder, error)
        return self._looked(key, held.folder, done)

    def _noting(self, watch: Watcher) -> Watcher:
        """A watcher that notes, as soon as a rendering begins, that the feeds will have to say more than they do.

        Who is killed between that rendering and the next line here cannot say so any more.
        """

        def note(progress: Progress) -> None:
            if not self.journal.unrenewed:
                self.journal.unrenewed = True
                self.journal.write()
            watch(progress)

        return note

    def _held(self, record: Record) -> Held:
        held = self.shelf.of_id(record.id) if record.id else None
        if held is None:
            raise _LeftOutError("its episode is no longer there")
        if held.is_withdrawn:
            raise _LeftOutError(WITHDRAWN, is_withdrawn=True)
        return held

    def _looked(self, key: str, folder: Path, done: Refreshed) -> Event | None:
        record = replace(_settled(self.journal.articles[key]), looked=self.now())
        if done.episode is None:
            self.journal.put(key, record)
            return None
        self.journal.put(key, replace(record, content=content_of(done.episode.script.article)))
        return Event("corrected", record.url, episode=done.episode, refreshed=done, folder=folder)

    def _gone(self, key: str, folder: Path, error: LytError) -> Event:
        record = _settled(self.journal.articles[key])
        self.journal.put(key, replace(record, looked=self.now(), quiet=True, reason=str(error)))
        return Event("gone", record.url, str(error), folder=folder)

    def _left_out(self, key: str, reason: str, *, is_withdrawn: bool = False) -> Event:
        """An episode that was read before stands as it is, until its feed says that it was changed."""
        record = replace(_settled(self.journal.articles[key]), reason=reason, looked=self.now())
        stays = record.state == "done" and self.shelf.of_id(record.id or "") is not None and not is_withdrawn
        if stays:
            self.journal.put(key, replace(record, quiet=True))
        else:
            self.journal.put(key, replace(record, state="withdrawn" if is_withdrawn else "left out"))
        return Event("left out", record.url, reason)

    def _failed(self, key: str, error: LytError) -> Event:
        record, now = self.journal.articles[key], self.now()
        tries = record.tries + 1
        wait = back_off(tries, asked_wait(error))
        is_over = tries >= MOST_TRIES
        failed = replace(record, tries=tries, at=now, wait=wait, reason=str(error))
        if record.state == "done":
            failed = replace(failed, quiet=is_over)
        else:
            failed = replace(failed, state="given up" if is_over else "failed")
        self.journal.put(key, failed)
        return Event("given up" if is_over else "failed", record.url, str(error), error, None if is_over else wait)


def _check_length(article: Article, url: str) -> None:
    """Raise NoArticleError for a page with hardly a word on it: nobody is there to see that it asks for a login."""
    words = sum(len(paragraph.text.split()) for paragraph in article.paragraphs)
    if words < FEWEST_WORDS:
        raise NoArticleError(f"{shown(url)} shows {words} words and no article: perhaps a login, or a check for robots")


def _guarded(watch: Watcher, lines: int, url: str) -> Watcher:
    """A watcher that stops a rendering which would leave hardly anything of an article that had so many lines."""

    def guard(progress: Progress) -> None:
        if progress.stage == "speaking" and progress.total * LARGEST_LOSS < lines:
            told = f"{progress.total} lines of an article that had {lines}"
            raise NoArticleError(f"{shown(url)} shows only {told}: perhaps a login; if that is right: lyt refresh")
        watch(progress)

    return guard


def _settled(record: Record) -> Record:
    """A record of which nothing is left to be done for now."""
    return replace(record, reason=None, tries=0, at=0.0, wait=0.0, changed=False, quiet=False)
