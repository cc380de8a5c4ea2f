"""An episode as text: transcript, chapters, sidecar. Pure: Episode -> str."""

from __future__ import annotations

from reader.model import Episode
from reader.publisher.article import article_page
from reader.publisher.chapters import chapters_json, chapters_vtt
from reader.publisher.sidecar import sidecar_json
from reader.publisher.transcript import sentences_vtt, transcript_vtt

__all__ = [
    "article_page",
    "chapters_json",
    "chapters_vtt",
    "documents",
    "sentences_vtt",
    "sidecar_json",
    "transcript_vtt",
]


def documents(episode: Episode) -> dict[str, str]:
    """The text files that stand beside an episode's MP3, by name; the last one points to all others."""
    return {
        "transcript.vtt": transcript_vtt(episode),
        "sentences.vtt": sentences_vtt(episode),
        "chapters.vtt": chapters_vtt(episode),
        "chapters.json": chapters_json(episode),
        "episode.json": sidecar_json(episode),
    }
