"""How each published file is to be served: its media type, and for how long others may keep it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_MINUTES, _HOUR, _DAY, _FOR_EVER = (f"public, max-age={seconds}" for seconds in (300, 3600, 86_400, 31_536_000))

_BY_NAME = {
    "sitemap.xml": ("application/xml", _MINUTES),
    "chapters.json": ("application/json+chapters", _MINUTES),
}
_BY_SUFFIX = {
    ".mp3": ("audio/mpeg", f"{_FOR_EVER}, immutable"),  # a correction gets a new name
    ".xml": ("application/rss+xml; charset=utf-8", _MINUTES),
    ".vtt": ("text/vtt; charset=utf-8", _MINUTES),
    ".srt": ("application/x-subrip; charset=utf-8", _MINUTES),
    ".txt": ("text/plain; charset=utf-8", _MINUTES),
    ".json": ("application/json", _MINUTES),
    ".html": ("text/html; charset=utf-8", _MINUTES),
    ".jpg": ("image/jpeg", _DAY),
    ".png": ("image/png", _DAY),
    ".js": ("text/javascript; charset=utf-8", _HOUR),
    ".css": ("text/css; charset=utf-8", _HOUR),
}
_REVISION = re.compile(r"\.r[0-9]+(?=\.)")  # chapters.r2.json is served as chapters.json
_ANY_OTHER = ("application/octet-stream", _MINUTES)


def headers_of(name: str) -> dict[str, str]:
    """The Content-Type and Cache-Control of a published file, by its name or path."""
    path = PurePosixPath(name)
    kind, keeping = _BY_NAME.get(_REVISION.sub("", path.name)) or _BY_SUFFIX.get(path.suffix, _ANY_OTHER)
    return {"Content-Type": kind, "Cache-Control": keeping}
