"""Clips to one recording: 44.1 kHz, mono, MP3 at 96 kbit/s, with chapters, as loud as radio wants it, and proved.

    Clip, Clip ... -> clips and pauses on the disk, every frame counted and every level known (programme, spool)
    -> the gain of each voice (levelling) -> MP3 frames (encoder) -> tag + Info header + frames, in one file (id3, mp3)
    -> heard from end to end (hearing), beside its script (proof)

The counted frames are the time: nobody ever measures the finished file to learn one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from reader.assembler.hearing import Heard, listen
from reader.assembler.id3 import tag
from reader.assembler.jingles import jingle
from reader.assembler.mastering import Mastering, Studio, Watch
from reader.assembler.programme import RATE, Programme
from reader.assembler.proof import prove
from reader.assembler.spool import Spool
from reader.cachefolder import CacheFolder
from reader.errors import UnprovenError
from reader.files import writing
from reader.model import Clip, Recording, Script

__all__ = ["Heard", "Mastering", "Watch", "assemble", "jingle", "listen", "load", "prove", "tag"]

USUAL = Mastering()


def _unwatched(_stage: str, _done: int, _total: int) -> None:
    return None


def load() -> None:
    """Import what is else imported when it is first needed: for whoever has to wait for voices anyway."""
    for module in ("lameenc", "soundfile"):
        import_module(module)


def assemble(
    script: Script,
    clips: Iterable[Clip],
    path: Path,
    *,
    cache: CacheFolder | None = None,
    mastering: Mastering = USUAL,
    watch: Watch = _unwatched,
) -> Recording:
    """Join the clips of a script, one for each line and in order, into the MP3 at `path`.

    `cache` keeps what was encoded; `watch` is told how far encoding and checking are. Raises AssemblyError, also where
    the finished recording is not what its script says; the clips are asked for one by one, so it passes on what their
    maker raises.
    """
    with writing(path), Spool(path.parent) as spool:
        programme = Programme(script, spool)
        if mastering.intro:
            programme.add_jingle(mastering.intro)
        for clip in clips:
            programme.add(clip)
        if mastering.outro:
            programme.add_jingle(mastering.outro)
        programme.end()
        heard = Studio(script, programme, spool, mastering, cache, watch).master(path)
        size, digest = _measured(path)
    recording = Recording(path.name, programme.frames / RATE, tuple(programme.cues), size, digest)
    return recording if heard is None else _proved(script, recording, heard, mastering)


def _proved(script: Script, recording: Recording, heard: Heard, mastering: Mastering) -> Recording:
    proof = prove(script, recording, heard, mastering.loudness)
    if proof.problems:
        raise UnprovenError(f"the recording is not what its script says: {'; '.join(proof.problems)}")
    return replace(recording, loudness=round(heard.loudness, 2), true_peak=round(heard.true_peak, 2), proof=proof)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
