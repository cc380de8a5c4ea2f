"""Clips to one recording: 44.1 kHz, mono, MP3 at 96 kbit/s, with chapters.

    Clip, Clip ... -> stretches of clips and pauses, every frame counted (programme) -> MP3 frames (encoder)
    -> tag + Info header + frames, in one file (id3, mp3)

The counted frames are the time: nobody ever measures the finished file.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from reader.assembler.encoder import BIT_RATE, encoded, sound_folder
from reader.assembler.id3 import tag
from reader.assembler.mp3 import info_frame
from reader.assembler.programme import RATE, Programme
from reader.cachefolder import CacheFolder
from reader.files import writing
from reader.model import Clip, Recording, Script
from reader.timeline import chapter_times

__all__ = ["assemble", "sound_folder"]


def assemble(
    script: Script,
    clips: Iterable[Clip],
    path: Path,
    *,
    name: str | None = None,
    cache: CacheFolder | None = None,
) -> Recording:
    """Join the clips of a script, one for each line and in order, into the MP3 at `path`.

    `name` is what the file will be called in the end, if not its present name; `cache` keeps what was encoded. Raises
    AssemblyError; the clips are asked for one by one, so it passes on what their maker raises.
    """
    programme = Programme(script)
    frames = 0
    with writing(path), tempfile.TemporaryFile(dir=path.parent) as spool:
        for part in encoded(programme.stretches(clips), cache):
            spool.write(part.music)
            frames += part.count
        duration = programme.frames / RATE
        head = tag(script, chapter_times(script, programme.cues, duration), tuple(dict.fromkeys(programme.voices)))
        head += info_frame(BIT_RATE, RATE, frames=frames, music_bytes=spool.tell(), sound_frames=programme.frames)
        spool.seek(0)
        with path.open("wb") as file:
            file.write(head)
            shutil.copyfileobj(spool, file)
    size, digest = _measured(path)
    return Recording(name or path.name, duration, tuple(programme.cues), size, digest)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
