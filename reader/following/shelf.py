"""The episodes that are there already, so that no article is read twice and none comes back that was withdrawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reader import library
from reader.cleaner.characters import words_only
from reader.errors import LytError
from reader.following.found import key_of
from reader.model import Article

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """An episode in its folder, or the note that it was withdrawn."""

    folder: Path
    id: str
    is_withdrawn: bool


class Shelf:
    """What an output folder holds now: others may work in it too, so that each question looks again for what is new."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._held: dict[Path, tuple[Stamp, Held]] = {}
        self._contents: dict[Path, tuple[Stamp, str]] = {}

    def of_id(self, episode_id: str) -> Held | None:
        """The episode of an id."""
        return next((held for held in self._all() if held.id == episode_id), None)

    def is_withdrawn(self, key: str) -> bool:
        """Whether the article at an address, told by its key, was withdrawn."""
        return any(held.is_withdrawn and key_of(held.id) == key for held in self._all())

    def of_content(self, content: str) -> Held | None:
        """An episode with these words."""
        return next((held for held in self._all() if not held.is_withdrawn and self._content(held) == content), None)

    def _all(self) -> list[Held]:
        found: dict[Path, tuple[Stamp, Held]] = {}
        for file in sorted(self._output.glob(f"*/{library.SIDECAR}")):
            with suppress(LytError, OSError):
                stamp = _stamp(file)
                known = self._held.get(file)
                found[file] = known if known and known[0] == stamp else (stamp, _held(file.parent))
        self._held = found
        return [held for _, held in found.values()]

    def _content(self, held: Held) -> str | None:
        file = held.folder / library.SCRIPT
        with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
            stamp = _stamp(file)
            known = self._contents.get(file)
            if known is None or known[0] != stamp:
                # Nothing but the words is read of it: there may be thousands.
                paragraphs = json.loads(file.read_bytes())["article"]["paragraphs"]
                known = self._contents[file] = (stamp, _hash(paragraph["text"] for paragraph in paragraphs))
            return known[1]
        return None


def content_of(article: Article) -> str:
    """A hash of the words of an article: equal for two that differ in marks, case and white space alone."""
    return _hash(paragraph.text for paragraph in article.paragraphs)


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(map(words_only, texts)).encode("utf-8", "surrogatepass")).hexdigest()


def _held(folder: Path) -> Held:
    plain = library.sidecar(folder)
    return Held(folder, plain["id"], plain.get("status") == library.WITHDRAWN)


def _stamp(file: Path) -> Stamp:
    found = file.stat()
    return found.st_mtime_ns, found.st_size
