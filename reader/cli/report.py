"""What a run tells in the end: where the episode is, and who spoke it."""

from __future__ import annotations

from pathlib import Path

from reader.cli.console import clock, printable, result, result_json, tell
from reader.model import Episode, shown_title
from voices import resolve

GTTS_NOTE = "gTTS sent the text of the article to Google; offline voices keep it here."
ESPEAK_NOTE = "eSpeak NG is quick and works offline, but sounds like a machine. More natural, online: --voice gtts"


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
    tell(f"  {clock(episode.recording.duration)} min., {chapters} chapter{'' if chapters == 1 else 's'}")


def voice_note(voice: str, episode: Episode) -> str:
    """Which voice spoke, and what a person should know of it."""
    engine = resolve(voice).partition(":")[0]
    notes = {"gtts": GTTS_NOTE, "espeak": ESPEAK_NOTE}
    spoken_by = f"Voice: {', '.join(episode.voices)}."
    return f"{spoken_by} {notes[engine]}" if engine in notes else spoken_by
