"""What a run tells in the end: where the episode is, and who spoke it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reader.cli.console import clock, printable, result, result_json, tell
from reader.model import MOST_CHAPTERS, Episode, shown_title

NOTES = {
    "espeak": "eSpeak NG is quick and works offline, but sounds like a machine. More natural, online: --voice gtts",
    "gtts": "gTTS sent the text to Google; offline voices keep it here.",
}


def report(source: str, episode: Episode, output: str, *, as_json: bool) -> None:
    """Say where an episode is: its MP3 on stdout, the rest on stderr; or everything as one line of JSON."""
    folder = Path(output) / episode.slug
    mp3 = folder / episode.recording.path
    chapters = len(episode.script.chapters)
    if as_json:
        result_json(
            {
                "source": source,
                "slug": episode.slug,
                "title": shown_title(episode.script),
                "folder": str(folder),
                "mp3": str(mp3),
                "duration": round(episode.recording.duration, 3),
                "chapters": chapters,
                "voice": ", ".join(episode.voices),
                "lines": len(episode.script.lines),
                "cached": 0,
            }
        )
        return
    result(str(mp3))
    tell(f"  {printable(shown_title(episode.script))}")
    tell(f"  {clock(episode.recording.duration)} long, {chapters} chapter{'' if chapters == 1 else 's'}")
    if episode.script.article.reserved:
        tell("  the page's owner reserves it against text and data mining: keep the recording to yourself")
    if chapters == MOST_CHAPTERS:
        tell(f"  {MOST_CHAPTERS} chapters are the most; the shortest beyond that are merged into those before them")


def voice_note(voices: Sequence[str]) -> str:
    """Which voices spoke, and what a person should know of them."""
    spoken_by = f"Voice: {', '.join(dict.fromkeys(voices))}."
    engines = dict.fromkeys(voice.partition(":")[0] for voice in voices)
    return " ".join([spoken_by, *(NOTES[engine] for engine in engines if engine in NOTES)])
