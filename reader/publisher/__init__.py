"""An episode as text: transcript, chapters, sidecar. Pure: Episode -> str.

Pages are made by `page`, and the player is put on them by `embed`, both from a `listing`; few runs need them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from reader.model import Episode
from reader.publisher.article import article_page
from reader.publisher.chapters import chapters_json, chapters_vtt
from reader.publisher.sidecar import TRANSCRIPT, sidecar_json
from reader.publisher.transcript import sentences_vtt, transcript_srt, transcript_txt, transcript_vtt
from reader.slugs import revised

__all__ = [
    "article_page",
    "chapters_json",
    "chapters_vtt",
    "documents",
    "sentences_vtt",
    "sidecar_json",
    "transcript_srt",
    "transcript_txt",
    "transcript_vtt",
]

CHAPTERS = "chapters.json"
DOCUMENTS = (TRANSCRIPT, "sentences.vtt", "chapters.vtt", CHAPTERS, "episode.json")
ON_REQUEST = {"srt": ("transcript.srt", transcript_srt), "txt": ("transcript.txt", transcript_txt)}


def documents(episode: Episode, transcripts: Collection[str] = ()) -> dict[str, str]:
    """The text files that stand beside an episode's MP3, by name; the last one points to all others.

    `transcripts` are those that are wanted besides the usual ones: "srt", "txt". What a feed names stands there once
    more under the name of a later revision: who has the sound of an earlier one finds what belongs to that.
    """
    wanted = [ON_REQUEST[name] for name in ON_REQUEST if name in transcripts]
    sidecar = partial(sidecar_json, transcripts=[TRANSCRIPT, *(name for name, _ in wanted)])
    writers: list[Callable[[Episode], str]] = [transcript_vtt, sentences_vtt, chapters_vtt, chapters_json, sidecar]
    texts = {name: write(episode) for name, write in [*wanted, *zip(DOCUMENTS, writers, strict=True)]}
    named = {revised(name, episode.revision): texts[name] for name in (TRANSCRIPT, *dict(wanted), CHAPTERS)}
    return named | texts


def kinds_of(names: Collection[str]) -> tuple[str, ...]:
    """Which of the transcripts on request are among the names of files."""
    return tuple(kind for kind, (name, _) in ON_REQUEST.items() if name in names)


def names_on_request() -> tuple[str, ...]:
    """The files that only some episodes have."""
    return tuple(name for name, _ in ON_REQUEST.values())
