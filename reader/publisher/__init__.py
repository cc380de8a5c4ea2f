"""An episode as text: transcript, chapters, sidecar, pages with the player. Pure: Episode -> str."""

from __future__ import annotations

from collections.abc import Collection

from reader.model import Episode
from reader.publisher.article import article_page
from reader.publisher.chapters import chapters_json, chapters_vtt
from reader.publisher.embed import (
    LAYOUTS,
    SCRIPT,
    Embedding,
    audio_object,
    embed_html,
    integrity,
    player_html,
    player_script,
)
from reader.publisher.listing import Listing, listing_from
from reader.publisher.page import episode_page, library_page
from reader.publisher.sidecar import sidecar_json
from reader.publisher.transcript import sentences_vtt, transcript_srt, transcript_txt, transcript_vtt

__all__ = [
    "LAYOUTS",
    "SCRIPT",
    "Embedding",
    "Listing",
    "article_page",
    "audio_object",
    "chapters_json",
    "chapters_vtt",
    "documents",
    "embed_html",
    "episode_page",
    "integrity",
    "library_page",
    "listing_from",
    "player_html",
    "player_script",
    "sentences_vtt",
    "sidecar_json",
    "transcript_srt",
    "transcript_txt",
    "transcript_vtt",
]

DOCUMENTS = ("transcript.vtt", "sentences.vtt", "chapters.vtt", "chapters.json", "episode.json")
ON_REQUEST = {"srt": ("transcript.srt", transcript_srt), "txt": ("transcript.txt", transcript_txt)}


def documents(episode: Episode, transcripts: Collection[str] = ()) -> dict[str, str]:
    """The text files that stand beside an episode's MP3, by name; the last one points to all others.

    `transcripts` are those that are wanted besides the usual ones: "srt", "txt".
    """
    writers = (transcript_vtt, sentences_vtt, chapters_vtt, chapters_json, sidecar_json)
    wanted = [ON_REQUEST[name] for name in ON_REQUEST if name in transcripts]
    return {name: write(episode) for name, write in [*wanted, *zip(DOCUMENTS, writers, strict=True)]}


def names_on_request() -> tuple[str, ...]:
    """The files that only some episodes have."""
    return tuple(name for name, _ in ON_REQUEST.values())
