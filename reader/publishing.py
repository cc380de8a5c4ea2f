"""Bring an output folder to where it is served: as a site with its feeds, and of its episodes those that they carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reader import library
from reader.errors import PublishError
from reader.feeds import carried, renew_feeds
from reader.library import PAGE
from reader.pages import MISSING, SITEMAP, listing, update_page, write_list
from reader.publisher import CHAPTERS
from reader.publisher.embed import SCRIPT
from reader.publisher.listing import Listing
from reader.readinglist import shelf
from reader.shows import SHOWS, feed_files, kept_shows
from reader.slugs import revised
from reader.transfer import Shipment, rehearsed, take_away, targets_of, transfer

PLAYER_FILES = ("sentences.vtt", "chapters.vtt")

Watch = Callable[[int, int], object]


def _unwatched(_done: int, _total: int) -> None:
    return None


def publish(
    output: Path, target: str, *, rehearse: bool = False, everything: bool = False, watch: Watch = _unwatched
) -> Shipment:
    """Make the site of an output folder anew, and send to a target what it has not yet.

    Sound goes first and feeds go last, so that no client is led to what is not there; then what is published no more is
    taken away; sound that was corrected stays until the next time. `rehearse` sends nothing, `everything` sends also
    what is there already. Raises PublishError where no show is in the folder, or the target cannot be written.
    """
    sites = _sites(output)
    if not sites:
        way = "say where it is served: lyt add --base-url URL" if shelf(output) else "make one with lyt feed"
        raise PublishError(f"{str(output)!r} has no feed to publish: {way}")
    parts = [[f"{prefix}{name}" for name in _renewed(site)] for prefix, site in sites]
    names = sorted((name for part in parts for name in part), key=_phase)
    shown = {name.rpartition("/")[0] for name in names}

    def stays(name: str) -> bool:
        """An earlier revision of an article that is still there: somebody may have the feed that named it."""
        return name.endswith((".mp3", ".json", ".vtt", ".srt", ".txt")) and name.rpartition("/")[0] in shown

    if rehearse:
        return rehearsed(output, names, target, stays=stays, everything=everything)
    return transfer(output, names, target, stays=stays, everything=everything, watch=watch)


def addresses(output: Path) -> list[str]:
    """Where the feeds of an output folder are served."""
    return [show.address for _, site in _sites(output) for show in kept_shows(site)]


def copies_of(folder: Path) -> list[tuple[Path, str, str]]:
    """Where an episode's folder was published, by itself or within a folder further above.

    Gives each time the folder that was published, the target, and what the episode's folder is called there.
    """
    output = folder.parent
    roots = ((output, folder.name), (output.parent, f"{output.name}/{folder.name}"))
    return [(root, target, name) for root, name in roots for target in targets_of(root)]


def take_down(root: Path, target: str, name: str) -> int:
    """Remove the copies of an episode from a target, and then publish again, so that no feed or page names it there.

    Gives how many files went. Raises PublishError.
    """
    gone = take_away(root, target, lambda file: file.startswith(f"{name}/"))
    publish(root, target)
    return len(gone)


def _sites(output: Path) -> list[tuple[str, Path]]:
    """The folders that have feeds: this one itself, or those in it, as the hidden one of a reading list."""
    if any(show.private for show in kept_shows(output)):
        raise PublishError(f"what is private is published with its folder: name the one above, {str(output.parent)!r}")
    inner = [(f"{file.parent.name}/", file.parent) for file in sorted(output.glob(f"*/{SHOWS}"))]
    return [("", output), *inner] if (output / SHOWS).is_file() else inner


def _renewed(site: Path) -> list[str]:
    """The names of all files of a site, after its pages, list and feeds were made anew; no other file is for others."""
    own: dict[str, tuple[str, ...]] = {}
    for slug in carried(site):
        found = listing(site / slug)
        update_page(site / slug, found)
        own[slug] = (found.audio, *_documents_of(found))
    renew_feeds(site)
    write_list(site, only=own)
    names = [f"{slug}/{name}" for slug, files in own.items() for name in _there(site / slug, *files)]
    shows = kept_shows(site)
    names += [name for name in (SCRIPT, MISSING, SITEMAP, PAGE) if (site / name).is_file()]
    names += [show.picture for show in shows]
    return names + [file.name for show in shows for file in reversed(feed_files(site, show.name))]


def _documents_of(found: Listing) -> list[str]:
    """What goes with the sound of an episode, for clients, the player and readers."""
    named = [revised(name, found.revision) for name in (*found.transcripts, CHAPTERS)]
    return [*named, *PLAYER_FILES, *filter(None, [found.cover]), PAGE]


def _there(folder: Path, audio: str, *documents: str) -> Iterator[str]:
    """The files of an episode that are there: sound in all revisions, what goes with each, and its documents."""
    for recording in library.recordings(folder, audio):
        yield recording.name
        yield from (file.name for file in library.companions(folder, recording))
    yield from (name for name in documents if (folder / name).is_file())


def _phase(name: str) -> int:
    """When a file is sent: sound, then what goes with it, pages, lists of pages, archives, and feeds at the end."""
    is_page, is_feed, is_inner = name.endswith(".html"), name.endswith(".xml"), "/" in name
    order: Sequence[bool] = (
        name.endswith(".mp3"),
        not (is_page or is_feed),
        is_page and is_inner,
        is_page or name.endswith(SITEMAP),
        ".archive-" in name,
    )
    return order.index(True) if True in order else len(order)
