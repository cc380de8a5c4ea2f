"""The feeds of an output folder, made of the episode.json files in it and of nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from reader import library
from reader.errors import ConfigError, LytError, PublishError
from reader.files import Staging, alone_in, writing
from reader.pages import feed_links, listing, listing_in, renew_list, renew_pages
from reader.publisher.feed import Entry, Place, distinct_titles, feed_xml, is_ours
from reader.publisher.languages import is_language
from reader.publisher.moments import moment_of, short_day
from reader.publisher.show import Show, faults, guid_of, reason_against
from reader.readinglist import times_added
from reader.shows import SHOWS, feed_files, kept_shows, listed_sounds, shows_json

Reasons = dict[str, list[str]]
_UNDATED = dt.datetime.min.replace(tzinfo=dt.UTC)


class Row(NamedTuple):
    """What must be known of an episode to give it its place among ten thousand; the rest is read as it is written."""

    moment: dt.datetime
    slug: str
    title: str
    day: str
    audio: str
    language: str
    revision: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a show: how many episodes it carries, in how many archives, and which not, by the reason."""

    show: Show
    file: Path
    episodes: int
    archives: int
    left_out: Mapping[str, Sequence[str]]


def write_feeds(output: Path, shows: Sequence[Show], *, pictures: bool = True) -> list[Written]:
    """Write the feeds of shows over the episodes of an output folder, with their archives and covers.

    Files that stay the same are not touched. The folder remembers the shows, so that its feeds can be renewed; feeds of
    shows that it had before go, and so does sound that neither the old feeds name nor the new ones. With `pictures`,
    covers are made again. Raises ConfigError for a show that lacks what directories want, PublishError rather than
    write over a feed that is not ours.
    """
    check(shows)
    with alone_in(output):
        return _write(output, shows, pictures=pictures)


def _write(output: Path, shows: Sequence[Show], *, pictures: bool) -> list[Written]:
    before = {show.name: show for show in kept_shows(output)}
    links_before = feed_links(output)
    shows = [_with_guid(show, before.get(show.name)) for show in shows]
    _check_places(output, [show for show in shows if show.name not in before])
    found, left_out = _rows(output, shows)
    later = [row for rows in found.values() for row in rows if row.revision > 1]
    heard_before = listed_sounds(output) if later else frozenset[str]()
    written: list[Written] = []
    with Staging(output) as stage:
        for show in shows:
            rows = found[show.name]
            _write_picture(stage, output, show, rows, anew=pictures)
            for place, text in _documents(output, show, rows):
                stage.update(place.file or show.file, text)
            written.append(Written(show, output / show.file, len(rows), _archives(show, rows), left_out[show.name]))
        stage.update(SHOWS, shows_json(shows))
    _remove_stale(output, {*before, *found}, written)
    if later:
        _remove_superseded(output, later, heard_before | listed_sounds(output))
    renew_list(output) if feed_links(output) == links_before else renew_pages(output)
    return written


def renew_feeds(output: Path) -> list[Path]:
    """Write the feeds of an output folder anew, if it has any, as they were asked for; give where they are."""
    shows = kept_shows(output)
    return [one.file for one in write_feeds(output, shows, pictures=False)] if shows else []


def carried(output: Path) -> list[str]:
    """The slugs of all episodes that the shows of an output folder carry, in their order by name."""
    found, _ = _rows(output, kept_shows(output))
    return sorted({row.slug for rows in found.values() for row in rows})


def check(shows: Sequence[Show]) -> None:
    """Raise ConfigError for all that shows lack, with the options that mend it."""
    for show in shows:
        wrong = list(faults(show))
        if wrong:
            named = f"the feed {show.file}" if len(shows) > 1 else "the feed"
            raise ConfigError(f"{named} cannot be written: {'; '.join(wrong)}")


def _check_places(output: Path, new: Sequence[Show]) -> None:
    for show in new:
        if (output / show.file).exists() and not is_ours((output / show.file).read_text("utf-8", "replace")):
            raise PublishError(f"{str(output / show.file)!r} was there before: move it, or give the show another name")


def _with_guid(show: Show, before: Show | None) -> Show:
    """The show with its guid for good: that of its first feed, wherever it is served since."""
    guid = show.guid or (before.guid if before else "") or (guid_of(show.address) if show.base_url else "")
    return replace(show, guid=guid)


def _rows(output: Path, shows: Sequence[Show]) -> tuple[dict[str, list[Row]], dict[str, Reasons]]:
    """The episodes of each show, the oldest first, and those that each leaves out, by the reason."""
    rows: dict[str, list[Row]] = {show.name: [] for show in shows}
    left_out: dict[str, Reasons] = {show.name: defaultdict(list) for show in shows}
    added = times_added(output) if any(show.private for show in shows) else {}
    seen: set[str] = set()
    for folder, plain in library.episodes(output):
        row = _row(folder, plain, added)
        fault = _fault(folder, plain, row, seen)
        if not fault:
            seen.add(plain["id"])
        for show in shows:
            reason = fault or reason_against(show, plain["article"])
            if reason:
                left_out[show.name][reason].append(folder.name)
            elif row:
                rows[show.name].append(row)
    for found in rows.values():
        found.sort(key=lambda row: (row.moment, row.slug))
    return rows, left_out


def _fault(folder: Path, plain: Mapping[str, Any], row: Row | None, seen: Collection[str]) -> str | None:
    """What is wrong with an episode, whatever show it may be for."""
    if folder.is_symlink():
        return "a link to another folder"
    if row is None:
        return "damaged"
    if not _has_sound(folder, plain):
        return "without their sound"
    return "in two folders" if plain["id"] in seen else None


def _row(folder: Path, plain: Mapping[str, Any], added: Mapping[str, dt.datetime]) -> Row | None:
    """An episode by its sidecar; None for one that is damaged."""
    try:
        found = listing_in(folder, plain)
    except LytError:
        return None
    article = found.article
    moment = added.get(found.id) or moment_of(article.published) or _UNDATED
    language = article.language if is_language(article.language) else "da"
    return Row(moment, found.slug, found.title, short_day(article.published), found.audio, language, found.revision)


def _has_sound(folder: Path, plain: Mapping[str, Any]) -> bool:
    """Whether the file that will be named is there, and as long as will be said."""
    try:
        recording = plain["recording"]
        size = (folder / recording["path"]).stat().st_size
        return bool(size == recording["bytes"])
    except (OSError, LookupError, TypeError, ValueError):
        return False


def _archives(show: Show, rows: Sequence[Row]) -> int:
    """How many documents an archive has: as many as the oldest episodes fill.

    So none of them ever changes, for whoever has it; what fills none yet is in the feed itself, as the newest of those
    in the archive may be.
    """
    return len(rows) // show.episodes if len(rows) > show.episodes else 0


def _documents(output: Path, show: Show, rows: Sequence[Row]) -> Iterator[tuple[Place, str]]:
    """The archives of a show, the oldest first, and its feed, which comes last: nobody is led to what is not there."""
    titles = list(distinct_titles((row.title, row.day) for row in rows))
    language = show.language or _most_common([row.language for row in rows])
    names = [f"{show.name}.archive-{number + 1}.xml" for number in range(_archives(show, rows))]
    starts = [*range(0, len(names) * show.episodes, show.episodes), max(0, len(rows) - show.episodes)]
    for start, older, file, newer in zip(starts, ["", *names], [*names, ""], [*names[1:], "", ""], strict=False):
        part = slice(start, start + show.episodes)
        entries = _entries(output, list(zip(rows[part], titles[part], strict=True)))
        yield Place(file, older, newer), "".join(feed_xml(show, entries, Place(file, older, newer), language))


def _entries(output: Path, rows: Sequence[tuple[Row, str]]) -> Iterator[Entry]:
    """The episodes of a document, the newest first."""
    for row, title in reversed(rows):
        folder = output / row.slug
        yield Entry(listing(folder), title, _known(row), (folder / library.PAGE).is_file())


def _known(row: Row) -> dt.datetime | None:
    return None if row.moment == _UNDATED else row.moment


def _most_common(languages: Sequence[str]) -> str:
    return Counter(languages).most_common(1)[0][0] if languages else "da"


def _write_picture(stage: Staging, output: Path, show: Show, rows: Sequence[Row], *, anew: bool) -> None:
    if (output / show.picture).is_file() and not anew:
        return
    from reader.cover import cover_from_file, drawn_cover  # noqa: PLC0415  its library is a heavy one

    language = show.language or _most_common([row.language for row in rows])
    author = show.author if show.author != show.title else None
    if show.cover and Path(show.cover).resolve() == (output / show.picture).resolve():
        raise ConfigError(f"the cover {show.cover!r} stands where the feed's own will: keep it elsewhere")
    picture = cover_from_file(Path(show.cover)) if show.cover else drawn_cover(show.title, author, language)
    stage.update_bytes(show.picture, picture)


def _remove_stale(output: Path, names: set[str], written: Sequence[Written]) -> None:
    """Remove the feeds and covers of shows that are no more, and archives that are no longer reached."""
    wanted = {one.show.picture for one in written} | {one.show.file for one in written}
    wanted |= {f"{one.show.name}.archive-{number}.xml" for one in written for number in range(1, one.archives + 1)}
    for name in names:
        for file in [*feed_files(output, name), output / Show(name).picture]:
            if file.name not in wanted:
                with writing(file):
                    file.unlink(missing_ok=True)


def _remove_superseded(output: Path, rows: Sequence[Row], named: frozenset[str]) -> None:
    """Remove earlier revisions that nobody can be listening to: neither the last feed nor the new one `named` them."""
    for row in rows:
        for file in library.recordings(output / row.slug, row.audio):
            if file.name != row.audio and f"{row.slug}/{file.name}" not in named:
                for gone in (*library.companions(output / row.slug, file), file):
                    with writing(gone):
                        gone.unlink(missing_ok=True)
