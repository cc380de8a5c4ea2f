"""episode.json: everything that a feed or a page needs, so that neither ever opens the MP3."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from reader.interchange import to_plain
from reader.model import Episode, shown_title
from reader.publisher.chapters import times_of
from reader.timeline import ChapterTime

FORMAT = 1
TRANSCRIPT = "transcript.vtt"  # what every episode has


def sidecar_json(episode: Episode, transcripts: Sequence[str] = (TRANSCRIPT,)) -> str:
    """The episode with its article and chapters, without the script and the cues (they have files of their own).

    `transcripts` are the names of its transcripts, where it has more than the usual one.
    """
    plain: dict[str, Any] = {
        "format": FORMAT,
        "id": episode.id,
        "slug": episode.slug,
        "revision": episode.revision,
        "status": episode.status,
        "title": shown_title(episode.script),
        "voices": list(episode.voices),
        "handovers": [to_plain(handover) for handover in episode.handovers],
        "recording": {name: value for name, value in to_plain(episode.recording).items() if name != "cues"},
        "chapters": [_chapter(episode, time) for time in times_of(episode)],
        "article": to_plain(episode.script.article),
    }
    plain |= {"cover": episode.cover} if episode.cover else {}
    plain |= {"transcripts": list(transcripts)} if len(transcripts) > 1 else {}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _chapter(episode: Episode, time: ChapterTime) -> dict[str, Any]:
    """A chapter with its times, and the number of the paragraph that it begins in, if it begins in one."""
    paragraph = episode.script.lines[time.chapter.line].paragraph
    plain: dict[str, Any] = to_plain(time.chapter)
    plain |= {} if paragraph is None else {"paragraph": paragraph}
    return plain | {"start_ms": time.start_ms, "end_ms": time.end_ms}
