"""The names of published files: paths below the folder, in the spelling of addresses."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

_FORBIDDEN = "\\:"  # a folder on Windows, and a drive, or a stream behind a file


def is_inside(name: str) -> bool:
    """Whether a name stays in the folder that it is joined to, on every system, and can be shown."""
    plain = name.isprintable() and not any(mark in name for mark in _FORBIDDEN)
    return plain and all(part not in ("", ".", "..") for part in name.split("/"))


def temporary_of(name: str) -> str:
    """The hidden name beside a file's own under which it arrives: the same each time, so that no run leaves two."""
    path = PurePosixPath(name)
    return str(path.with_name(f".{hashlib.sha256(path.name.encode()).hexdigest()[:16]}.part"))
