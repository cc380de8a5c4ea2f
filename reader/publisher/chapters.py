"""The chapters for browsers (WebVTT) and for podcast clients (Podcasting 2.0 JSON), from the same times."""

from __future__ import annotations

import json

from reader.model import Episode
from reader.publisher.webvtt import VttCue, document, escaped
from reader.timeline import ChapterTime, chapter_times

JSON_VERSION = "1.2.0"


def chapters_vtt(episode: Episode) -> str:
    """One cue a chapter; the cue's name is the anchor on the page."""
    return document(
        VttCue(time.start_ms / 1000, time.end_ms / 1000, escaped(time.chapter.title), time.chapter.id)
        for time in times_of(episode)
    )


def chapters_json(episode: Episode) -> str:
    """Podcasting 2.0's chapters, version 1.2."""
    url = (episode.script.article.url or "").partition("#")[0]
    chapters = [_chapter(time, url) for time in times_of(episode)]
    return json.dumps({"version": JSON_VERSION, "chapters": chapters}, ensure_ascii=False, indent=1) + "\n"


def times_of(episode: Episode) -> tuple[ChapterTime, ...]:
    """The chapters of an episode with their times."""
    return chapter_times(episode.script, episode.recording.cues, episode.recording.duration)


def _chapter(time: ChapterTime, url: str) -> dict[str, str | float]:
    chapter: dict[str, str | float] = {
        "startTime": time.start_ms / 1000,
        "endTime": time.end_ms / 1000,
        "title": time.chapter.title,
    }
    return chapter | {"url": f"{url}#{time.chapter.id}"} if url else chapter
