"""The shows of an output folder: what lyt.toml says of them, and what was asked for when their feeds were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from reader.config import FILE_NAME, read_toml
from reader.errors import ConfigError, ScriptError
from reader.interchange import from_plain, to_plain
from reader.publisher.show import FEED, Show, is_name

SHOWS = "shows.json"
FORMAT = 1

_ENCLOSURE = re.compile(r'<enclosure url="[^"]*/([^/"]+/[^/"]+)"')


def configured_shows(path: Path | None) -> tuple[Show, ...]:
    """The shows of a settings file; without `path`, of lyt.toml in this folder. Raises ConfigError.

    `[show]` is the one whose feed is feed.xml. Each `[shows.NAME]` is another, which has what `[show]` says where it
    says nothing itself; beside these, a `[show]` without a title is none, and only says what they share.
    """
    file = path or Path(FILE_NAME)
    if path is None and not file.is_file():
        return ()
    plain = read_toml(file)
    shared, several = plain.get("show", {}), plain.get("shows", {})
    if not isinstance(shared, dict) or not isinstance(several, dict):
        raise ConfigError(f"{str(file)!r}: shows are tables: [show], or [shows.NAME]")
    tables = {FEED: shared} if shared and (not several or "title" in shared) else {}
    tables |= {name: {**shared, **_table(file, name, own)} for name, own in several.items()}
    return tuple(_show(file, name, table) for name, table in tables.items())


def _table(file: Path, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{str(file)!r}: shows.{name} must be a table: [shows.{name}]")
    return value


def _show(file: Path, name: str, table: Mapping[str, Any]) -> Show:
    known = {field.name for field in fields(Show)} - {"name"}
    unknown = sorted(table.keys() - known)
    if unknown:
        advice = f"it may have: {', '.join(sorted(known))}"
        raise ConfigError(f"{str(file)!r}: the show {name!r} has an unknown key {unknown[0]!r}; {advice}")
    try:
        show = from_plain(Show, {"name": name, **table}, f"show {name!r}")
        cover = str((file.parent / Path(show.cover).expanduser()).resolve()) if show.cover else ""
        return with_folder_address(replace(show, cover=cover))
    except ScriptError as error:
        example = ', such as ["avis.example"]' if str(error).endswith("must be a list") else ""
        raise ConfigError(f"{str(file)!r}: {error}{example}") from error


def with_folder_address(show: Show) -> Show:
    """The show with a final slash at the end of its base URL, if it has one."""
    return replace(show, base_url=f"{show.base_url.rstrip('/')}/") if show.base_url else show


def kept_shows(output: Path) -> tuple[Show, ...]:
    """The shows whose feeds were written in an output folder. Raises ConfigError for a file that is none of ours."""
    file = output / SHOWS
    try:
        plain = json.loads(file.read_bytes())
        if plain["format"] != FORMAT:
            raise ConfigError(f"{str(file)!r} is of format {plain['format']!r}, not {FORMAT}: write the feed anew")
        shows = [from_plain(Show, show, "show") for show in plain["shows"]]
        if not all(is_name(show.name) for show in shows):
            raise ConfigError(f"{str(file)!r} has a name that no show may have: write the feed anew")
        return tuple(_where_it_lies(show, output) for show in shows)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, LookupError, TypeError, RecursionError, ScriptError) as error:
        raise ConfigError(f"{str(file)!r} cannot be read; remove it, and write the feed anew with lyt feed") from error


def _where_it_lies(show: Show, output: Path) -> Show:
    """The show; of a private one the address ends as its folder is called now: its owner may have renamed it."""
    if not (show.private and show.base_url):
        return show
    above = show.base_url.rstrip("/").rpartition("/")[0]
    return replace(show, base_url=f"{above}/{output.resolve().name}/")


def current_shows(output: Path, config: Path | None) -> tuple[Show, ...]:
    """The shows of an output folder as they should be written: those of the settings file, or else those it has.

    A base URL that the file does not say is the one that the folder knows. What is private stays that, whatever
    settings lie where one happens to be. Raises ConfigError.
    """
    kept = kept_shows(output)
    known = {show.name: show.base_url for show in kept}
    shows = kept if any(show.private for show in kept) else configured_shows(config) or kept
    return tuple(replace(show, base_url=show.base_url or known.get(show.name, "")) for show in shows)


def shows_json(shows: Sequence[Show]) -> str:
    """What `kept_shows` reads."""
    plain = {"format": FORMAT, "shows": [to_plain(show) | {"name": show.name} for show in shows]}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def feed_files(output: Path, name: str) -> list[Path]:
    """The documents of a show's feed: the feed itself, and its archives."""
    own = re.compile(re.escape(name) + r"(\.archive-[0-9]+)?\.xml")
    return sorted(path for path in output.glob("*.xml") if own.fullmatch(path.name))


def listed_sounds(output: Path) -> frozenset[str]:
    """What the feeds of an output folder name as sound: "slug/file.mp3"."""
    return frozenset(_enclosures(output))


def _enclosures(output: Path) -> Iterator[str]:
    for show in kept_shows(output):
        for file in feed_files(output, show.name):
            yield from map(unquote, map(unescape, _ENCLOSURE.findall(file.read_text("utf-8", "replace"))))
