"""What a page, a list or a feed tells of an episode: all of it from episode.json, so that nothing else is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from reader.errors import ScriptError
from reader.interchange import from_plain
from reader.model import Article


@dataclass(frozen=True, slots=True)
class ListedChapter:
    """A chapter with its start in seconds, and the number of the paragraph that it begins in, if it begins in one."""

    id: str
    title: str
    start: float
    paragraph: int | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """An episode as others are told of it. `audio` and `cover` are names of files in its folder, `duration` seconds."""

    id: str
    slug: str
    title: str
    article: Article
    audio: str
    duration: float
    bytes: int
    voices: tuple[str, ...]
    chapters: tuple[ListedChapter, ...]
    cover: str | None = None


def listing_from(sidecar: Mapping[str, Any]) -> Listing:
    """Read the plain value of an episode.json. Raises ScriptError for one that is damaged."""
    try:
        recording = sidecar["recording"]
        return Listing(
            str(sidecar["id"]),
            _name(sidecar["slug"]),
            str(sidecar["title"]),
            from_plain(Article, sidecar["article"], "article"),
            _name(recording["path"]),
            float(recording["duration"]),
            int(recording["bytes"]),
            tuple(map(str, sidecar["voices"])),
            tuple(map(_chapter, sidecar["chapters"])),
            _name(sidecar["cover"]) if sidecar.get("cover") else None,
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ScriptError(f"the episode.json of {sidecar.get('slug')!r} is damaged ({error}); read it again") from error


def _name(name: str) -> str:
    """The name of a file or folder, and no way out of where it stands."""
    if PurePath(name).name != name or "\\" in name:
        raise ValueError(f"{name!r} is outside of its folder")
    return name


def _chapter(plain: Mapping[str, Any]) -> ListedChapter:
    start = int(plain["start_ms"]) / 1000
    return ListedChapter(str(plain["id"]), str(plain["title"]), start, plain.get("paragraph"), plain.get("speaker"))
