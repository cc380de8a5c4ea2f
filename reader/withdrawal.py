"""Take an episode away: its files, the sentences of it that were kept, and the page that it came from."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from reader import library, publisher
from reader.config import Settings
from reader.errors import LytError, MissingSourceError
from reader.feeds import renew_feeds
from reader.files import Staging, writing
from reader.pages import renew_list
from reader.soundside import kept_by


def withdraw(folder: Path, settings: Settings) -> str:
    """Withdraw the episode in a folder; give its slug.

    What is left is a note that it was: so it comes back to no feed, and its slug goes to no other article. Reading the
    article again by hand brings it back. Raises LytError where no episode is there.
    """
    plain = library.sidecar(folder)
    if plain.get("status") == library.WITHDRAWN:
        raise MissingSourceError(f"the episode in {str(folder)!r} was withdrawn before")
    slug = str(plain.get("slug", folder.name))
    _forget(folder, settings)
    note = {key: plain[key] for key in ("format", "id", "slug", "revision") if key in plain}
    with Staging(folder) as stage:
        stage.write(
            library.SIDECAR, json.dumps(note | {"status": library.WITHDRAWN}, ensure_ascii=False, indent=1) + "\n"
        )
    names = {library.SCRIPT, library.RENDERING, library.COVER, library.PAGE}
    names |= {*publisher.DOCUMENTS, *publisher.names_on_request()}
    with writing(folder):
        sound = library.recordings(folder, f"{slug}.mp3")
        companions = [file for recording in sound for file in library.companions(folder, recording)]
        for file in [*(folder / name for name in names - {library.SIDECAR}), *companions, *sound]:
            file.unlink(missing_ok=True)
    output = folder.resolve().parent
    renew_list(output)
    renew_feeds(output)
    return slug


def _forget(folder: Path, settings: Settings) -> None:
    """Remove from the cache what this episode was made of, as far as it is known."""
    kept = kept_by(settings)
    if kept is None:
        return
    with suppress(LytError):
        rendering = library.stored(folder).rendering
        for cache, keys in ((kept.clips.folder, rendering.clips), (kept.sound, rendering.sound)):
            for key in keys:
                cache.remove_key(key)
        if rendering.source:
            from reader.textside import forget  # noqa: PLC0415  few episodes come from an address

            forget(rendering.source, settings)
