"""Pages that were fetched, kept in a folder, so that a server is asked for the same page only if it changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from reader.cachefolder import CacheFolder
from reader.model import Page

LONGEST_FRESH = 3600  # seconds: articles are corrected, and a correction should be heard the same day
MOST_BYTES = 100_000_000  # of the whole folder

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


def page_folder(path: Path, most: int = MOST_BYTES) -> CacheFolder:
    """The folder of a page cache."""
    return CacheFolder(path, ".page", most)


def load(folder: Path, address: str, most: int) -> Entry | None:
    """The entry of an address, if there is a whole one whose page has at most `most` bytes. It counts as used now."""
    data = page_folder(folder).load(address, most + _LONGEST_HEAD)
    if data is None:
        return None
    head, _, body = data.partition(b"\n")
    if len(body) > most:
        return None
    try:
        said = json.loads(head)
        return Entry(**{**said, "page": Page(body=body, **said["page"])})
    except (ValueError, KeyError, TypeError):  # of a version that wrote other fields
        return None


def keep(folder: Path, address: str, entry: Entry, most: int = MOST_BYTES) -> None:
    """Store an entry, or remove the one of an address that may not be kept. A cache that fails is no error.

    Afterwards the folder's entries have at most `most` bytes together.
    """
    pages = page_folder(folder, most)
    if entry.max_age is None or not (entry.max_age or entry.conditions):
        pages.remove(address)
        return
    head = asdict(entry)
    body = head["page"].pop("body")
    pages.keep(address, json.dumps(head, sort_keys=True).encode() + b"\n" + body)
    pages.shrink()


def forget(folder: Path, address: str) -> None:
    """Remove what is kept of an address."""
    page_folder(folder).remove(address)


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
