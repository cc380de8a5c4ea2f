"""What a run tells in the end: where the episode is, and who spoke it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.cli.console import (
    ProgressBar,
    clock,
    counted,
    lines_told,
    printable,
    result,
    result_json,
    share_told,
    tell,
)
from reader.interchange import to_plain
from reader.model import MOST_CHAPTERS, Episode, Recording, shown_title
from reader.publisher.chapters import times_of

if TYPE_CHECKING:
    from reader.soundside import Progress

NOTES = {
    "espeak": "eSpeak NG is quick and works offline, but sounds like a machine. "
    "More natural: lyt voices install da (offline), or --voice gtts (online).",
    "piper": "Whether it may be used commercially: lyt voices.",
    "gtts": "gTTS sent the text to Google; offline voices keep it here.",
    "http": "The text was sent to the service that you chose.",
}


class Watch:
    """Watches a run: draws a bar for each of its stages, and remembers how many lines needed not be spoken again."""

    def __init__(self, label: str) -> None:
        self.cached = 0
        self._label = label
        self._stage = ""
        self._bar: ProgressBar | None = None

    def __call__(self, progress: Progress) -> None:
        if progress.stage == "speaking":
            self.cached = progress.cached
        if self._bar is None or progress.stage != self._stage:
            self.end()
            told = lines_told if progress.stage == "speaking" else share_told
            self._stage, self._bar = progress.stage, ProgressBar(f"{progress.stage} {self._label}", told)
        self._bar.update(progress.done, progress.total)

    def end(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.clear()


def report(source: str, episode: Episode, output: str, *, cached: int, as_json: bool) -> None:
    """Say where an episode is: its MP3 on stdout, the rest on stderr; or everything as one line of JSON."""
    folder = Path(output) / episode.slug
    mp3 = folder / episode.recording.path
    if as_json:
        result_json(_plain(source, episode, folder, mp3, cached))
        return
    chapters, lines = len(times_of(episode)), len(episode.script.lines)
    result(str(mp3))
    tell(f"  {printable(shown_title(episode.script))}")
    tell(f"  {clock(episode.recording.duration)} long, {counted(chapters, 'chapter')}")
    tell(f"  {proof_told(episode.recording)}")
    if cached:
        tell(f"  {cached} of {lines} lines had been spoken before")
    for handover in episode.handovers:
        tell(f"  from line {handover.line + 1} on {handover.voice} speaks: {printable(handover.reason)}")
    if episode.script.article.reserved:
        tell("  the page's owner reserves it against text and data mining: keep the recording to yourself")
    if len(episode.script.chapters) == MOST_CHAPTERS:
        tell(f"  {MOST_CHAPTERS} chapters are the most; the shortest beyond that are merged into those before them")


def _plain(source: str, episode: Episode, folder: Path, mp3: Path, cached: int) -> dict[str, Any]:
    return {
        "source": source,
        "slug": episode.slug,
        "title": shown_title(episode.script),
        "folder": str(folder),
        "mp3": str(mp3),
        "duration": round(episode.recording.duration, 3),
        "chapters": len(times_of(episode)),
        "voice": ", ".join(episode.voices),
        "handovers": [to_plain(handover) for handover in episode.handovers],
        "lines": len(episode.script.lines),
        "loudness": episode.recording.loudness,
        "true_peak": episode.recording.true_peak,
        "verified": episode.recording.proof is not None,
        "cached": cached,
    }


def proof_told(recording: Recording) -> str:
    """What listening to a recording showed, in one line."""
    proof = recording.proof
    if proof is None:
        return "not checked"
    left_out = ", ".join(f"{omission.characters} {omission.reason}" for omission in proof.omissions)
    spoken = f"{proof.spoken} of {proof.characters} characters are spoken"
    told = f"{spoken} (not {left_out})" if left_out else f"all {proof.characters} characters are spoken"
    return f"checked: {told}, {recording.loudness:.1f} LUFS, {recording.true_peak:.1f} dBTP"


def voice_note(voices: Sequence[str]) -> str:
    """Which voices spoke, and what a person should know of them."""
    spoken_by = f"Voice: {', '.join(dict.fromkeys(voices))}."
    engines = dict.fromkeys(voice.partition(":")[0] for voice in voices)
    return " ".join([spoken_by, *(NOTES[engine] for engine in engines if engine in NOTES)])
