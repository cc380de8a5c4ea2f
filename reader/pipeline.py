"""The stages in their order: from the address, file or text of an article to the files of an episode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reader.casting import choose_voices
from reader.config import Settings
from reader.model import Episode
from reader.soundside import Watcher, perform
from reader.textside import prepare


def narrate(
    source: str,
    target: str | Path = "output",
    *,
    voice: str | None = None,
    quote_voice: str | None = None,
    settings: Settings | None = None,
    watch: Watcher | None = None,
) -> Episode:
    """Turn an article into an episode: a folder of its own inside `target`, with an MP3 and all that goes with it.

    `source` is an address, a path, or "-" for standard input. `voice` and `quote_voice` win over the settings. `watch`
    is told of every line that has sound. Raises LytError; then nothing is left behind, and nothing that was there is
    changed.
    """
    told = settings or Settings()
    settings = replace(told, output=str(target), voice=voice or told.voice, quote_voice=quote_voice or told.quote_voice)
    voices = choose_voices(settings)
    return perform(prepare(source, settings), voices, settings, watch=watch)
