"""The web pages of an output folder: each article with its player, the list of all, and the player itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reader.errors import LytError, MissingSourceError, PublishError
from reader.files import Staging
from reader.library import PAGE, WITHDRAWN, episode_folders, sidecar
from reader.publisher.embed import SCRIPT, player_script
from reader.publisher.listing import Listing, listing_from
from reader.publisher.page import episode_page, library_page


def listing(folder: Path) -> Listing:
    """What a page tells of the episode in a folder. Raises MissingSourceError or ScriptError."""
    plain = sidecar(folder)
    if plain.get("status") == WITHDRAWN:
        raise MissingSourceError(f"the episode in {str(folder)!r} was withdrawn")
    return replace(listing_from(plain), slug=folder.resolve().name)  # whatever it was called when it was made


def write_page(folder: Path, *, paid: bool = False) -> Path:
    """Write the page of the episode in a folder.

    Raises PublishError for an article that is not free, unless that is meant; and every error of `listing`.
    """
    found = listing(folder)
    if found.article.is_free is False and not paid:
        raise PublishError("the article is not free, so it gets no public page; --paid makes one all the same")
    player_script()  # without which it would be no page
    with Staging(folder) as stage:
        stage.write(PAGE, episode_page(found))
    return folder / PAGE


def write_list(output: Path) -> Path:
    """Write the list of all articles that have a page, and the player that the pages share.

    Raises PublishError rather than write over an index.html that is not ours: beside ours the player stands.
    """
    if (output / PAGE).exists() and not (output / SCRIPT).exists():
        raise PublishError(f"{str(output / PAGE)!r} was there before: move it, or keep the episodes in another folder")
    script = player_script()
    shown = [found for folder in episode_folders(output) if (folder / PAGE).is_file() for found in _readable(folder)]
    with Staging(output) as stage:
        stage.write_bytes(SCRIPT, script)
        stage.write(PAGE, library_page(shown))
    return output / PAGE


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
        return library_page(shown).encode()
    folder = output / path.rstrip("/")
    is_episode = path.endswith("/") and folder.parent == output and folder in episode_folders(output)
    return episode_page(listing(folder)).encode() if is_episode else None


def _readable(folder: Path) -> Sequence[Listing]:
    try:
        return [listing(folder)]
    except LytError:
        return []
