"""What a page, a list or a feed tells of an episode: all of it from episode.json, so that nothing else is opened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reader.errors import ScriptError
from reader.interchange import from_plain
from reader.model import Article
from reader.publisher.sidecar import TRANSCRIPT

TRANSCRIPTS = (TRANSCRIPT, "transcript.srt", "transcript.txt")


@dataclass(frozen=True, slots=True)
class ListedChapter:
    """A chapter from `start` to `end` in seconds, and the number of the paragraph that it begins in, if in one.

    `speaker` is whose words open it, if they are a quote.
    """

    id: str
    title: str
    start: float
    end: float
    paragraph: int | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """An episode as others are told of it. `audio`, `cover` and `transcripts` are files in its folder.

    `duration` is seconds; `revision` counts the renderings of a published article. Raises ScriptError for times that
    are none, and for names that lead elsewhere.
    """

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
    revision: int = 1
    transcripts: tuple[str, ...] = (TRANSCRIPT,)

    def __post_init__(self) -> None:
        times = (self.duration, *(time for chapter in self.chapters for time in (chapter.start, chapter.end)))
        if not all(math.isfinite(time) and time >= 0 for time in times):
            raise ScriptError("a time of the episode is none")
        for name in (self.slug, self.audio, self.cover):
            if name is not None and not _is_name(name):
                raise ScriptError(f"the episode names {name!r}, which is no file of its folder")
        is_picture = self.cover is None or self.cover.endswith(".jpg")
        if not (self.audio.endswith(".mp3") and is_picture and set(self.transcripts) <= set(TRANSCRIPTS)):
            raise ScriptError("the episode names files of its folder that are not for others")


def _is_name(name: str) -> bool:
    """Whether it can only be a file or folder right here, on any system and in any address."""
    is_plain = name.isprintable() and not any(mark in name for mark in "/\\:")
    return is_plain and name not in ("", ".", "..")


def listing_from(sidecar: Mapping[str, Any]) -> Listing:
    """Read the plain value of an episode.json. Raises ScriptError for one that is damaged."""
    try:
        recording = sidecar["recording"]
        plain = {name: sidecar[name] for name in ("id", "slug", "title", "article", "voices")} | {
            "audio": recording["path"],
            "duration": recording["duration"],
            "bytes": recording["bytes"],
            "chapters": [_chapter(chapter) for chapter in _listed(sidecar["chapters"])],
            "cover": sidecar.get("cover"),
            "revision": sidecar.get("revision", 1),
            "transcripts": sidecar.get("transcripts", [TRANSCRIPT]),
        }
        plain["title"].encode()  # an escape may stand for half a character
        return from_plain(Listing, plain, "episode")
    except ScriptError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ScriptError(f"its episode.json is damaged ({error}); read the article again") from error


def _listed(plain: object) -> list[Any]:
    if not isinstance(plain, list):
        raise TypeError("its chapters are no list")
    return plain


def _chapter(plain: Mapping[str, Any]) -> dict[str, Any]:
    times = {"start": plain["start_ms"] / 1000, "end": plain["end_ms"] / 1000}
    return {name: plain.get(name) for name in ("id", "title", "paragraph", "speaker")} | times
