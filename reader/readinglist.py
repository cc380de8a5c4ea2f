"""A person's own podcast of articles that they saved: a folder whose name nobody guesses, and when each was added."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from reader.errors import ConfigError, MissingSourceError
from reader.files import Staging, alone_in
from reader.publisher.show import Show, is_token
from reader.publisher.wording import words_of

LIST = "list.json"
FORMAT = 1
TOKEN_BYTES = 24
PAGE = "index.html"  # or some servers would list the folder, and in it the one that nobody shall guess
NOTHING = '<!doctype html>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n<title>–</title>\n'


def shelf(folder: Path) -> Path | None:
    """Where a reading list keeps its episodes: the folder inside it that has a list; None if there is none.

    Raises ConfigError for one with a name that could be guessed.
    """
    found = next((path.parent for path in sorted(folder.glob(f"*/{LIST}"))), None)
    if found and not is_token(found.name):
        raise ConfigError(f"the name of {str(found)!r} could be guessed: rename it, to {_token()} for example")
    return found


def new_shelf(folder: Path) -> Path:
    """Make the place for the episodes of a reading list, if no other run has made it since. Raises OutputError."""
    with alone_in(folder):
        made = shelf(folder)
        if made is None:
            made = folder / _token()
            with Staging(made) as stage:
                stage.write(LIST, _json({}))
        if not (folder / PAGE).exists():
            with Staging(folder) as stage:
                stage.write(PAGE, NOTHING)
    return made


def _token() -> str:
    return next(filter(is_token, iter(lambda: secrets.token_urlsafe(TOKEN_BYTES), "")))


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
    with alone_in(shelf):
        _write(shelf, times_added(shelf) | {episode_id: now})


def note_removed(shelf: Path, episode_id: str) -> None:
    """Note that an article was removed."""
    with alone_in(shelf):
        _write(shelf, {key: moment for key, moment in times_added(shelf).items() if key != episode_id})


def private_show(base_url: str, language: str) -> Show:
    """The show of a reading list, in the language of its articles, where its owner has said no more."""
    words = words_of(language)
    return Show(title=words["saved"], description=words["saved_about"], base_url=base_url, private=True)


def folder_named(shelf: Path, name: str, addresses: Mapping[str, str]) -> Path:
    """The episode that is meant by its slug, a part of it that no other has, or its address.

    `addresses` are the slugs by address. Raises MissingSourceError.
    """
    slugs = set(addresses.values())
    if name in slugs or name in addresses:
        return shelf / addresses.get(name, name)
    meant = [slug for slug in slugs if name and name in slug]
    if len(meant) > 1:
        raise MissingSourceError(f"{name!r} may mean {len(meant)} articles on the list: say more of it")
    if not meant:
        raise MissingSourceError(f"{name!r} is not on the list; lyt list shows what is")
    return shelf / meant[0]


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
