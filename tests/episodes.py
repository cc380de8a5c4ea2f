"""Small invented episodes: what stands in the folder of one as far as feeds are concerned, without any sound."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reader.publisher.listing import Listing, listing_from

SOUND = b"ID3"
SITE = "avis.example"
BASE = "https://lyd.avis.example/"

Chapter = tuple[str, float, float] | tuple[str, float, float, str, int]


def episode(slug: str, title: str, *texts: str, own: Mapping[str, Any] | None = None, **article: Any) -> dict[str, Any]:
    """The plain value of an episode.json; `own` are its fields outside of the article and its recording.

    Its sound is called, and as long, as `put` makes it.
    """
    own = dict(own or {})
    revision = own.get("revision", 1)
    url = f"https://{SITE}/{slug}"
    told = {"title": title, "paragraphs": [{"text": text} for text in texts or ("Det regner.",)], "url": url, **article}
    recording = {
        "path": f"{slug}.mp3" if revision == 1 else f"{slug}.r{revision}.mp3",
        "duration": own.pop("duration", 60.0),
        "bytes": own.pop("bytes", len(SOUND)),
        "sha256": "0" * 64,
    }
    chapters = own.pop("chapters", [])
    return {
        "format": 1,
        "id": told["url"] or slug,
        "slug": slug,
        "revision": revision,
        "status": "draft",
        "title": title,
        "voices": ["tone"],
        "handovers": [],
        "recording": recording,
        "chapters": [_chapter(number, chapter) for number, chapter in enumerate(chapters)],
        "article": {name: value for name, value in told.items() if value is not None},
        **own,
    }


def _chapter(number: int, chapter: Chapter) -> dict[str, Any]:
    """A chapter by its title, start and end in seconds and, where it is a quote, who speaks in which paragraph."""
    title, start, end = chapter[:3]
    plain = {
        "id": f"q{number}",
        "line": number,
        "title": title,
        "start_ms": round(start * 1000),
        "end_ms": round(end * 1000),
    }
    return plain | (dict(zip(("speaker", "paragraph"), chapter[3:], strict=True)) if chapter[3:] else {})


def put(output: Path, *plains: Mapping[str, Any]) -> list[Path]:
    """Write episodes into the folders that their slugs name, each with a file where its sound would be."""
    return [_put(output / plain["slug"], plain) for plain in plains]


def _put(folder: Path, plain: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / plain["recording"]["path"]).write_bytes(SOUND)
    (folder / "episode.json").write_text(json.dumps(plain), "utf-8")
    return folder


def listings(plains: Sequence[Mapping[str, Any]]) -> list[Listing]:
    """What others are told of episodes."""
    return [listing_from(plain) for plain in plains]
