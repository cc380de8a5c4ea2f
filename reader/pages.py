"""The web pages of an output folder, as files beside its episodes: a site that any web server can serve."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from reader.errors import LytError, MissingSourceError, PublishError
from reader.files import Staging, writing
from reader.library import PAGE, WITHDRAWN, episode_folders, sidecar
from reader.publisher.embed import SCRIPT, player_script
from reader.publisher.listing import Listing, listing_from
from reader.publisher.moments import day_of
from reader.publisher.page import FeedLink, episode_page, library_page, missing_page, sitemap_xml
from reader.shows import kept_shows

MISSING, SITEMAP = "404.html", "sitemap.xml"


def listing(folder: Path) -> Listing:
    """What a page tells of the episode in a folder. Raises MissingSourceError or ScriptError."""
    plain = sidecar(folder)
    if plain.get("status") == WITHDRAWN:
        raise MissingSourceError(f"the episode in {str(folder)!r} was withdrawn")
    return listing_in(folder, plain)


def listing_in(folder: Path, plain: Mapping[str, Any]) -> Listing:
    """The same, by what the sidecar says. Raises ScriptError."""
    name = folder.resolve().name if folder.name in ("", "..") else folder.name
    return listing_from({**plain, "slug": name})  # whatever it was called when it was made


def page_of(folder: Path, found: Listing) -> str:
    """The page of an episode, as it stands in its folder."""
    return episode_page(found, feed_links(folder.resolve().parent))


def feed_links(output: Path) -> list[FeedLink]:
    """The feeds of an output folder, as its pages tell of them."""
    return [FeedLink(show.title, show.file, show.private) for show in kept_shows(output)]


def write_page(folder: Path, *, paid: bool = False) -> Path:
    """Write the page of the episode in a folder.

    Raises PublishError for an article that is not free, unless that is meant; and every error of `listing`.
    """
    found = listing(folder)
    if found.article.is_free is False and not paid:
        raise PublishError("the article is not free, so it gets no public page; --paid makes one all the same")
    player_script()  # without which it would be no page
    update_page(folder, found)
    return folder / PAGE


def update_page(folder: Path, found: Listing) -> None:
    """Write a page that says something else than before; the disk is asked for nothing where it does not."""
    page, text = folder / PAGE, page_of(folder, found)
    if not (page.is_file() and page.read_bytes() == text.encode("utf-8", "replace")):
        with Staging(folder) as stage:
            stage.write(PAGE, text)


def renew_pages(output: Path) -> None:
    """Write the pages that are there, and their list, anew: what they tell of feeds has changed."""
    for folder in sorted(page.parent for page in output.glob(f"*/{PAGE}")):
        for found in _readable(folder):
            update_page(folder, found)
    renew_list(output)


def write_list(output: Path, only: Collection[str] | None = None) -> Path:
    """Write the list of all articles that have a page, and the player that the pages share.

    With it come a page for addresses where nothing is and, where the folder's address is known, a sitemap. `only` these
    slugs are named, if it is given. Raises PublishError rather than write over an index.html that is not ours: beside
    ours the player stands.
    """
    if (output / PAGE).exists() and not (output / SCRIPT).exists():
        raise PublishError(f"{str(output / PAGE)!r} was there before: move it, or keep the episodes in another folder")
    script = player_script()
    with_page = (folder for folder in episode_folders(output) if (folder / PAGE).is_file())
    shown = [found for folder in with_page if only is None or folder.name in only for found in _readable(folder)]
    feeds, address = feed_links(output), next((show.base_url for show in kept_shows(output)), "")
    is_public = bool(address) and not any(feed.is_private for feed in feeds)
    with Staging(output) as stage:
        stage.update_bytes(SCRIPT, script)
        stage.update(MISSING, missing_page(urlsplit(address).path or "/", _language(shown)))
        if is_public:
            stage.update(SITEMAP, sitemap_xml(_addresses(shown, address)))
        stage.update(PAGE, library_page(shown, feeds))
    if not is_public:
        with writing(output / SITEMAP):
            (output / SITEMAP).unlink(missing_ok=True)
    return output / PAGE


def _addresses(shown: Sequence[Listing], root: str) -> Iterator[tuple[str, str | None]]:
    yield root, None
    for found in shown:
        dates = map(day_of, (found.article.modified, found.article.published))
        yield f"{root}{quote(found.slug)}/", next(filter(None, dates), None)


def _language(shown: Sequence[Listing]) -> str:
    languages = [found.article.language for found in shown]
    return max(languages, key=languages.count, default="da")


def renew_list(output: Path) -> None:
    """Write the list anew, if there is one of ours."""
    if all((output / name).is_file() for name in (PAGE, SCRIPT)):
        write_list(output)


def made_page(output: Path, path: str) -> bytes | None:
    """A page as it would be written, by its address in the output folder; None for what is no page."""
    if path == SCRIPT:
        return player_script()
    if path == "":
        shown = [found for folder in episode_folders(output) for found in _readable(folder)]
        return library_page(shown, feed_links(output)).encode()
    folder = output / path.rstrip("/")
    is_episode = path.endswith("/") and folder.parent == output and folder in episode_folders(output)
    return page_of(folder, listing(folder)).encode() if is_episode else None


def _readable(folder: Path) -> Sequence[Listing]:
    try:
        return [listing(folder)]
    except LytError:
        return []
