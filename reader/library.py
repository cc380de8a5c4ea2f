"""The episodes in an output folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reader.files import sign_of, writing
from reader.slugs import distinct

SIDECAR = "episode.json"
HEAD_BYTES = 16_384  # the id stands in the first lines of a sidecar


def sidecars(output: Path) -> Iterator[dict[str, Any]]:
    """Every episode of a folder as its sidecar says; what is no readable sidecar is passed over."""
    for path in sorted(output.glob(f"*/{SIDECAR}")):
        try:
            plain = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(plain, dict) and isinstance(plain.get("id"), str):
            yield plain


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
