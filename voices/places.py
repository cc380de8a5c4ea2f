"""Where a person's own voices and profiles lie."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

APP = "lyt"


def data_folder(system: str, environ: Mapping[str, str]) -> Path | None:
    """The folder for what shall stay, as a system (`sys.platform`) has it, or as LYT_DATA says.

    None for a user without a home.
    """
    try:
        if told := environ.get("LYT_DATA"):
            return Path(told).expanduser()
        if system == "win32":
            base = environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        elif system == "darwin":
            base = Path.home() / "Library" / "Application Support"
        else:
            told = environ.get("XDG_DATA_HOME", "")
            base = told if Path(told).is_absolute() else Path.home() / ".local" / "share"  # as the XDG standard has it
    except RuntimeError:
        return None
    return Path(base, APP)


def voices_folder() -> Path | None:
    """The folder of installed voices, which need not be there yet; a voice is a folder in it."""
    return _below("voices")


def profiles_folder() -> Path | None:
    """The folder of a person's own profiles, which need not be there."""
    return _below("profiles")


def _below(name: str) -> Path | None:
    folder = data_folder(sys.platform, os.environ)
    return None if folder is None else folder / name
