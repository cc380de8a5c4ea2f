"""lyt add, list and remove: a podcast of one's own, of articles to be heard later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import clock, counted, one_line, printable, result, result_json, tell
from reader.cli.read import read_sources
from reader.errors import LytError, MissingSourceError
from reader.publisher.listing import Listing

DEFAULT = "reading-list"
place = options.option(
    "--list", "place", metavar="DIR", default=DEFAULT, show_default=True, help="The folder of the reading list."
)
base_url = options.option("--base-url", metavar="URL", help="Where that folder is served. It is remembered.")


@click.command(epilog="Example: lyt add https://avis.example/artikel --base-url https://mit.example/lyd")
@click.argument("sources", metavar="ARTICLE...", nargs=-1)
@place
@base_url
@options.of_sound
@options.of_script
@options.of_source
@options.as_json
def add(sources: Sequence[str], place: str, base_url: str | None, *, as_json: bool, **given: Any) -> None:
    """Save articles to be heard later, in a podcast of your own.

    ARTICLE is an address, or a file. Its episodes and its feed lie in a folder with a name that nobody guesses, inside
    DIR: whoever knows the address can hear them, and nobody else. --base-url alone only says where DIR is served.
    """
    from reader.readinglist import new_shelf, note_added, shelf

    if not (sources or base_url):
        raise click.UsageError("name an article: its address, or a file")
    config = given.pop("config")
    if base_url is not None:
        _check_address(base_url)
    folder = shelf(Path(place)) or new_shelf(Path(place))
    settings = options.settings_from(config, **given, output=str(folder))
    added: list[str] = []
    try:
        for episode in read_sources(sources, settings, as_json=as_json) if sources else ():
            note_added(folder, episode.id, dt.datetime.now(dt.UTC).replace(microsecond=0))
            added.append(episode.slug)
    finally:
        if added or base_url:
            address = _renew(folder, base_url)
            if not as_json:
                _tell_address(address)


@click.command("list")
@place
@options.as_json
def list_articles(place: str, *, as_json: bool) -> None:
    """Show the articles of your reading list, the newest first, and the address of its feed."""
    from reader.shows import kept_shows

    folder = _shelf(place)
    found = _articles(folder)
    for moment, article in found:
        shown = {
            "slug": article.slug,
            "id": article.id,
            "title": article.title,
            "site": article.article.site,
            "duration": round(article.duration, 3),
            "added": moment.isoformat(),
        }
        site = f" ({printable(article.article.site)})" if article.article.site else ""
        line = (
            f"{moment:%Y-%m-%d}  {clock(article.duration):>7}  {printable(article.title)}{site}\n{'':21}{article.slug}"
        )
        result_json(shown) if as_json else result(line)
    address = next((show.address for show in kept_shows(folder)), "")
    if not as_json:
        total = sum(article.duration for _, article in found)
        tell(f"{counted(len(found), 'article')}, {clock(total)} in all")
        _tell_address(address)


@click.command()
@click.argument("names", metavar="ARTICLE...", nargs=-1, required=True)
@place
@options.cache
@options.no_cache
@options.offline
@options.config
@options.as_json
def remove(names: Sequence[str], place: str, config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Take articles off your reading list, with their sound and its published copies; they can be added again.

    ARTICLE is its address, or its name in lyt list, or as much of it as no other has.
    """
    from reader.cli.library import for_each, take_down_all
    from reader.library import sidecar
    from reader.publishing import copies_of
    from reader.readinglist import folder_named, note_removed
    from reader.withdrawal import withdraw

    folder = _shelf(place)
    settings = options.settings_from(config, output=str(folder), **given)
    slugs = _slugs(folder)

    def take_off(name: str) -> str:
        episode = folder_named(folder, name, slugs)
        known, copies = sidecar(episode)["id"], copies_of(episode.resolve())
        try:
            withdraw(episode, settings)
            note_removed(folder, known)
        finally:
            take_down_all(copies, offline=settings.offline)
        result_json({"slug": episode.name, "removed": True}) if as_json else result(f"removed  {episode.name}")
        return episode.name

    for_each(names, take_off, as_json=as_json)


def _shelf(place: str) -> Path:
    from reader.readinglist import shelf

    folder = shelf(Path(place))
    if folder is None:
        raise MissingSourceError(f"there is no reading list in {place!r}: lyt add URL begins one")
    return folder


def _articles(folder: Path) -> list[tuple[dt.datetime, Listing]]:
    """What is on a list, each with the moment when it was added, the newest first; what is damaged is told of."""
    from reader.library import episodes
    from reader.pages import listing_in
    from reader.readinglist import times_added

    added = times_added(folder)
    unknown = dt.datetime.min.replace(tzinfo=dt.UTC)
    found: list[tuple[dt.datetime, Listing]] = []
    for episode, plain in episodes(folder):
        try:
            one = listing_in(episode, plain)
            found.append((added.get(one.id, unknown), one))
        except LytError as error:
            tell(f"lyt: {printable(episode.name)}: {one_line(error)}")
    return sorted(found, key=lambda row: (row[0], row[1].slug), reverse=True)


def _slugs(folder: Path) -> dict[str, str]:
    """The slug of each article on a list, by every address that it is known by."""
    from reader.library import episodes, stored

    found: dict[str, str] = {}
    for episode, plain in episodes(folder):
        found[plain["id"]] = episode.name
        with suppress(LytError):
            source = stored(episode).rendering.source
            found |= {source: episode.name} if source else {}
    return found


def _renew(folder: Path, base_url: str | None) -> str:
    """Write the feed of a list, if it is known where it is served; give its address, or nothing."""
    from reader.feeds import write_feeds
    from reader.readinglist import private_show
    from reader.shows import kept_shows

    kept = kept_shows(folder)
    above = base_url or (kept[0].base_url.rstrip("/").rpartition("/")[0] if kept else "")
    if not above:
        return ""
    address = f"{above.rstrip('/')}/{folder.name}/"  # whatever the folder was called before
    language = next((article.article.language for _, article in _articles(folder)), "da")
    shows = [replace(show, base_url=address) for show in kept or [private_show(address, language)]]
    return write_feeds(folder, shows, pictures=not kept)[0].show.address


def _check_address(url: str) -> None:
    from reader.publisher.show import is_web_address

    if not is_web_address(url):
        raise click.BadParameter("it must be the web address of a folder", param_hint="--base-url")


def _tell_address(address: str) -> None:
    if address:
        tell(f"Your podcast, for you alone: {printable(address)}")
    else:
        tell("To hear it on your phone, put the folder where it is served, and say where: lyt add --base-url URL")
