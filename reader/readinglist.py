"""A person's own podcast of articles that they saved: a folder whose name nobody guesses, and when each was added."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from reader.errors import ConfigError, MissingSourceError
from reader.files import Staging, writing
from reader.publisher.show import Show, is_token
from reader.publisher.wording import words_of

LIST = "list.json"
FORMAT = 1
TOKEN_BYTES = 24
PAGE = "index.html"  # or some servers would list the folder, and in it the one that nobody shall guess
NOTHING = '<!doctype html>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n<title>–</title>\n'


def shelf(folder: Path) -> Path | None:
    """Where a reading list keeps its episodes: the one folder inside it whose name is a token; None if it has none."""
    found = [path.parent for path in sorted(folder.glob(f"*/{LIST}")) if is_token(path.parent.name)]
    return found[0] if found else None


def new_shelf(folder: Path) -> Path:
    """Make the place for the episodes of a reading list. Raises OutputError."""
    made = folder / secrets.token_urlsafe(TOKEN_BYTES)
    with Staging(made) as stage:
        stage.write(LIST, _json({}))
    if not (folder / PAGE).exists():
        with Staging(folder) as stage:
            stage.write(PAGE, NOTHING)
    return made


def times_added(shelf: Path) -> dict[str, dt.datetime]:
    """When each article was added, by the id of its episode; nothing for a folder that is no reading list.

    Raises ConfigError for a list that cannot be read.
    """
    file = shelf / LIST
    try:
        plain = json.loads(file.read_bytes())
        if plain["format"] != FORMAT:
            raise ConfigError(f"{str(file)!r} is of format {plain['format']!r}, not {FORMAT}")
        return {str(key): _moment(value) for key, value in plain["added"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(f"{str(file)!r} cannot be read; remove it, and add the articles again") from error


def note_added(shelf: Path, episode_id: str, now: dt.datetime) -> None:
    """Note that an article was added; one that was there before moves up. Raises OutputError."""
    _write(shelf, times_added(shelf) | {episode_id: now})


def note_removed(shelf: Path, episode_id: str) -> None:
    """Note that an article was removed."""
    _write(shelf, {key: moment for key, moment in times_added(shelf).items() if key != episode_id})


def discard(folder: Path) -> None:
    """Remove what a withdrawal left of an episode, so that its article may be added again as if it never was there."""
    with writing(folder):
        shutil.rmtree(folder)


def private_show(base_url: str, language: str = "da") -> Show:
    """The show of a reading list, where its owner has said no more."""
    words = words_of(language)
    return Show(title=words["saved"], description=words["saved_about"], base_url=base_url, private=True)


def folder_named(shelf: Path, name: str, addresses: Mapping[str, str]) -> Path:
    """The episode that is meant by its slug or its address; `addresses` are the slugs by id.

    Raises MissingSourceError.
    """
    slug = name if name in addresses.values() else addresses.get(name)
    if slug is None:
        raise MissingSourceError(f"{name!r} is not on the list; lyt list shows what is")
    return shelf / slug


def _write(shelf: Path, added: Mapping[str, dt.datetime]) -> None:
    with Staging(shelf) as stage:
        stage.write(LIST, _json(added))


def _json(added: Mapping[str, dt.datetime]) -> str:
    plain = {"format": FORMAT, "added": {key: moment.isoformat() for key, moment in added.items()}}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return moment
