"""Where a system wants a program to keep its things."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

APP = "lyt"


def cache_folder(system: str, environ: Mapping[str, str]) -> str | None:
    """The folder for what can be had again, as a system (`sys.platform`) has it; None for a user without a home."""
    try:
        if system == "win32":
            base = environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        elif system == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            told = environ.get("XDG_CACHE_HOME", "")
            base = told if Path(told).is_absolute() else Path.home() / ".cache"  # as the XDG standard has it
    except RuntimeError:
        return None
    return str(Path(base, APP))
