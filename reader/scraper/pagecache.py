"""Pages that were fetched, kept in a folder, so that a server is asked for the same page only if it changed.

One file for each address; its time stamp is when it was last used, and the longest unused go first when there are too
many. Every entry is checked when it is read, and one that is damaged is as good as none. Several processes may share
the folder, and it may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from reader.errors import OutputError
from reader.files import Staging
from reader.model import Page

LONGEST_FRESH = 3600  # seconds: articles are corrected, and a correction should be heard the same day
MOST_BYTES = 100_000_000  # of the whole folder

_FORMAT = b"lyt page 1"
_SUFFIX = ".page"
_BLOCK = 4096  # bytes that even a small file takes up
_LONGEST_HEAD = 100_000
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?([0-9]{1,9})")
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page and what its server said of its age. `at` is when it was last confirmed, in seconds of the Unix epoch.

    For `max_age` seconds from then it need not be asked for again; None forbids keeping it.
    """

    page: Page
    at: float
    max_age: int | None
    etag: str | None = None
    modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a request that is answered by 304 if the page is still the same."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in pairs.items() if value}

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used unasked; a clock that was set back makes it stale."""
        return 0 <= now - self.at < (self.max_age or 0)


def entry_of(page: Page, headers: Mapping[str, str], now: float) -> Entry:
    """The entry for a page that was just fetched; `headers` are those of the answer, found in any case."""
    return Entry(
        page, now, _max_age(headers), etag=_validator(headers, "etag"), modified=_validator(headers, "last-modified")
    )


def renewed(entry: Entry, headers: Mapping[str, str], now: float) -> Entry:
    """The entry after a server confirmed it; what the answer does not say stays as it was."""
    return replace(
        entry,
        at=now,
        max_age=_max_age(headers) if "cache-control" in headers else entry.max_age,
        etag=_validator(headers, "etag") or entry.etag,
        modified=_validator(headers, "last-modified") or entry.modified,
    )


def load(folder: Path, address: str, most: int) -> Entry | None:
    """The entry of an address, if there is a whole one whose page has at most `most` bytes. It counts as used now."""
    path = folder / _name(address)
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            data = stream.read(most + _LONGEST_HEAD)
        with suppress(OSError):  # a folder that may only be read is a cache too
            os.utime(path)
        return _read(data, address, most)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(folder: Path, address: str, entry: Entry, most: int = MOST_BYTES) -> None:
    """Store an entry, or remove the one of an address that may not be kept. A cache that fails is no error.

    Afterwards the folder's entries have at most `most` bytes together.
    """
    with suppress(OSError, OutputError):
        if entry.max_age is None or not (entry.max_age or entry.conditions):
            (folder / _name(address)).unlink(missing_ok=True)
            return
        with Staging(folder) as stage:
            stage.path(_name(address)).write_bytes(_written(entry, address))
        _shrink(folder, most)


def _shrink(folder: Path, most: int) -> None:
    """Remove what was not used for longest; what another process removes meanwhile is gone as well."""
    entries: list[tuple[int, int, Path]] = []
    for path in folder.glob(f"*{_SUFFIX}"):
        with suppress(OSError):
            found = path.stat()
            entries.append((found.st_mtime_ns, max(found.st_size, _BLOCK), path))
    for _, size, path in sorted(entries, reverse=True):
        most -= size
        if most < 0:
            path.unlink(missing_ok=True)


def _name(address: str) -> str:
    return f"{sha256(address.encode()).hexdigest()}{_SUFFIX}"


def _written(entry: Entry, address: str) -> bytes:
    head = {"address": address, **asdict(entry)}
    del head["page"]["body"]
    rest = json.dumps(head, sort_keys=True).encode() + b"\n" + entry.page.body
    return b"\n".join([_FORMAT, sha256(rest).hexdigest().encode(), rest])


def _read(data: bytes, address: str, most: int) -> Entry | None:
    """Raises ValueError, KeyError or TypeError where the bytes are no entry."""
    form, digest, rest = data.split(b"\n", 2)
    if form != _FORMAT or sha256(rest).hexdigest().encode() != digest:
        return None
    text, _, body = rest.partition(b"\n")
    head = json.loads(text)
    if head.pop("address") != address or len(body) > most:
        return None
    return Entry(**{**head, "page": Page(body=body, **head["page"])})


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "").strip()
    return value if _VALIDATOR.fullmatch(value) else None


def _max_age(headers: Mapping[str, str]) -> int | None:
    """Seconds for which the page need not be asked for again: 0 if nothing was said, None if it may not be kept."""
    said = headers.get("cache-control", "").lower()
    rules = {rule.strip() for rule in said.split(",")}
    if "no-store" in rules or headers.get("vary", "").strip() == "*":
        return None
    match = _MAX_AGE.search(said)
    if match is None or any(rule.partition("=")[0] == "no-cache" for rule in rules):
        return 0
    age = headers.get("age", "").strip()
    spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
    return max(0, min(int(match[1]), LONGEST_FRESH) - spent)
