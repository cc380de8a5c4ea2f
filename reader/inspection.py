"""Check an episode as it stands on the disk: its sound beside its script, and every file beside every other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reader import publisher
from reader.assembler import listen, prove, tag
from reader.errors import AssemblyError
from reader.library import PAGE, Stored, stored
from reader.model import Proof
from reader.pages import listing, page_of
from reader.timeline import chapter_times

Watch = Callable[[str, int, int], object]

FILES_AGREE = "all files say the same"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one episode: the rules that hold, and the problems."""

    slug: str
    checks: tuple[str, ...]
    problems: tuple[str, ...]
    proof: Proof | None = None
    loudness: float | None = None
    true_peak: float | None = None


def inspect(folder: Path, watch: Watch = lambda _stage, _done, _total: None) -> Verdict:
    """Listen to the episode in a folder again, and compare all its files. Raises LytError where there is none."""
    found = stored(folder)
    recording = found.episode.recording
    disagreements = tuple(_disagreements(found))
    agreement = () if disagreements else (FILES_AGREE,)
    try:
        heard = listen(folder / recording.path, lambda done, total: watch("checking", done, total))
    except (AssemblyError, OSError) as error:
        problem = f"{recording.path} cannot be heard: {error}"
        return Verdict(found.episode.slug, agreement, (problem, *disagreements))
    proof = prove(found.episode.script, recording, heard, found.rendering.loudness)
    return Verdict(
        found.episode.slug,
        proof.checks + agreement,
        proof.problems + disagreements,
        proof,
        round(heard.loudness, 2),
        round(heard.true_peak, 2),
    )


def _disagreements(found: Stored) -> Iterator[str]:
    folder, episode = found.folder, found.episode
    recording, script = episode.recording, episode.script
    listed = listing(folder)
    for name, text in publisher.documents(episode, publisher.kinds_of(listed.transcripts)).items():
        file = folder / name
        if not file.is_file():
            yield f"{name} is missing"
        elif file.read_bytes() != text.encode():
            yield f"{name} is not what script and cues say"
    page = folder / PAGE
    if page.is_file() and page.read_text("utf-8", "replace") != page_of(folder, listed):
        yield f"{PAGE} is not what the episode says; lyt page writes it anew"
    mp3 = folder / recording.path
    if not mp3.is_file():
        yield f"{recording.path} is missing"
        return
    cover = folder / episode.cover if episode.cover else None
    if cover and not cover.is_file():
        yield f"{episode.cover} is missing"
        return
    with mp3.open("rb") as file_:
        if hashlib.file_digest(file_, "sha256").hexdigest() != recording.sha256:
            yield f"{recording.path} is not the file that was made: its SHA-256 differs"
        times = chapter_times(script, recording.cues, recording.duration)
        wanted = tag(script, times, episode.voices, cover.read_bytes() if cover else None)
        file_.seek(0)
        if file_.read(len(wanted)) != wanted:
            yield f"{recording.path} has not the chapters, title and cover that script and cues say"
