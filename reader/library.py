"""The episodes in an output folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reader.errors import LytError, MissingSourceError, ScriptError
from reader.files import sign_of, writing
from reader.interchange import from_plain, script_from_json
from reader.model import Episode, Handover, Proof, Recording
from reader.rendering import Rendering, rendering_from_json
from reader.slugs import distinct, revised

SIDECAR, SCRIPT, RENDERING, COVER, PAGE = "episode.json", "script.json", "render.json", "cover.jpg", "index.html"
WITHDRAWN = "withdrawn"
HEAD_BYTES = 16_384  # the id stands in the first lines of a sidecar

_REVISION = re.compile(r"(?:\.r[0-9]+)?\.mp3")


@dataclass(frozen=True, slots=True)
class Stored:
    """An episode as it stands in its folder, and how it was made."""

    folder: Path
    episode: Episode
    rendering: Rendering


def stored(folder: Path) -> Stored:
    """The episode in a folder. Raises MissingSourceError where there is none, ScriptError where it is damaged."""
    plain = sidecar(folder)
    if plain.get("status") == WITHDRAWN:
        raise MissingSourceError(f"the episode in {str(folder)!r} was withdrawn")
    try:
        script, _ = script_from_json((folder / SCRIPT).read_text("utf-8"))
        rendering = rendering_from_json((folder / RENDERING).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MissingSourceError(f"{str(folder)!r} holds no whole episode: {error}; read the article again") from error
    try:
        _check_names(folder, plain["recording"]["path"], plain.get("cover") or COVER)
        recording = _recording(plain["recording"], rendering)
        episode = Episode(
            str(plain["id"]),
            str(plain["slug"]),
            int(plain["revision"]),
            plain["status"],
            script,
            recording,
            tuple(map(str, plain["voices"])),
            tuple(from_plain(Handover, row, "handover") for row in plain["handovers"]),
            plain.get("cover"),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise ScriptError(f"{str(folder / SIDECAR)!r} is damaged ({error}); read the article again") from error
    return Stored(folder, episode, rendering)


def _check_names(folder: Path, *names: str) -> None:
    """Raise ScriptError for files that are not in the folder itself."""
    for name in names:
        if Path(name).name != name:
            raise ScriptError(f"{str(folder / SIDECAR)!r} names a file outside of its folder: {name!r}")


def _recording(plain: dict[str, Any], rendering: Rendering) -> Recording:
    proof = from_plain(Proof, plain["proof"], "proof") if plain.get("proof") else None
    bare = from_plain(Recording, {**plain, "cues": [], "proof": None}, "recording")
    return replace(bare, cues=rendering.cues, proof=proof)


def sidecar(folder: Path) -> dict[str, Any]:
    """What the sidecar in a folder says. Raises MissingSourceError where there is none, ScriptError for any other."""
    try:
        plain = json.loads((folder / SIDECAR).read_bytes())
    except OSError as error:
        raise MissingSourceError(f"{str(folder)!r} is no episode: it has no {SIDECAR}") from error
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"{str(folder / SIDECAR)!r} is damaged; read the article again") from error
    if not isinstance(plain, dict) or not isinstance(plain.get("id"), str):
        raise ScriptError(f"{str(folder / SIDECAR)!r} is damaged; read the article again")
    return plain


def episode_folders(output: Path) -> list[Path]:
    """The folders of all episodes in an output folder that were not withdrawn, by name."""
    return [folder for folder, _ in episodes(output)]


def episodes(output: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """All episodes of an output folder that were not withdrawn, by name, with what their sidecars say."""
    return ((folder, plain) for folder, plain in _readable(output) if plain.get("status") != WITHDRAWN)


def recording_name(slug: str, revision: int) -> str:
    """What the sound of an episode is called. What a feed has named is never replaced: the next has another name."""
    return revised(f"{slug}.mp3", revision)


def recordings(folder: Path, name: str) -> list[Path]:
    """The sound of an episode in all its revisions that are there; `name` is one of them."""
    own = re.compile(re.escape(_REVISION.sub("", name)) + _REVISION.pattern)
    return sorted(path for path in folder.iterdir() if own.fullmatch(path.name))


def companions(folder: Path, recording: Path) -> list[Path]:
    """What goes with one revision of an episode's sound: chapters and transcripts under names of that revision."""
    revision = re.search(r"\.(r[0-9]+)\.mp3", recording.name)
    return sorted(folder.glob(f"*.{revision[1]}.*")) if revision else []


def sidecars(output: Path) -> Iterator[dict[str, Any]]:
    """Every episode of a folder as its sidecar says; what is no readable sidecar is passed over."""
    return (plain for _, plain in _readable(output))


def _readable(output: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(output.glob(f"*/{SIDECAR}")):
        with suppress(LytError):
            yield path.parent, sidecar(path.parent)


def slug_for(output: Path, episode_id: str, wanted: str) -> str:
    """The slug of an episode: the one that it already has in `output`, else `wanted`, made distinct.

    Whatever else stands in the folder under a name, an episode or not, keeps it; a folder in which this very episode is
    being made, or was when its run was killed, is its own. Raises OutputError.
    """
    with writing(output):
        names = sorted(path.name for path in output.iterdir()) if output.is_dir() else []
    needle = json.dumps(episode_id, ensure_ascii=False).encode("utf-8", "replace")
    files = [output / name / SIDECAR for name in names]
    own = (path for path in files if _holds(path, needle) and _id_of(path) == episode_id)
    begun = (path for path in files if not path.exists() and (path.parent / sign_of(episode_id)).exists())
    known = next(own, None) or next(begun, None)
    return known.parent.name if known else distinct(wanted, frozenset(names))


def _holds(path: Path, needle: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return needle in file.read(HEAD_BYTES + len(needle))
    except OSError:
        return False


def _id_of(path: Path) -> object:
    try:
        return json.loads(path.read_bytes()).get("id")
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
