"""Carriers: each brings files to a target of one kind, and takes them away again."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from reader.files import sync
from reader.transfer.names import temporary_of

Moved = Callable[[int], object]
"""Told how many bytes of a file have been sent so far."""

CHUNK = 1 << 20
RUN_AGAIN = "run again, and it goes on where it was"
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_SECRETS = re.compile(r"(?<=//)[^/\s@]*@|\?[^\s'\"]*")  # who somebody is, and the query of an address
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means: why it failed, what to do, and whether it may go well the next time without that."""

    reason: str
    advice: str = RUN_AGAIN
    is_passing: bool = False


class Carrier(Protocol):
    """Brings files to a target; it connects when it first has to, and again after `close`.

    Raises those of `faults`, which `judged` explains; and what is told of progress may raise anything.
    """

    faults: tuple[type[Exception], ...]

    def send(self, file: Path, name: str, moved: Moved) -> None:
        """Have the target show the file under this name: the old one until the new one is whole."""

    def remove(self, name: str) -> None:
        """Take a file away, and what a stopped run left of it; one that is not there is well too."""

    def has(self, name: str) -> bool:
        """Whether a file of this name is there, as far as can be told without asking anybody."""

    def is_lost(self) -> bool:
        """Whether the whole target is gone, as far as can be told without asking anybody."""

    def judged(self, error: Exception) -> Verdict:
        """What one of `faults` means."""

    def close(self) -> None:
        """Let go of the connection."""


class FolderCarrier:
    """To a folder of this machine."""

    faults: tuple[type[Exception], ...] = (OSError,)

    def __init__(self, root: Path) -> None:
        self._root = root

    def send(self, file: Path, name: str, moved: Moved) -> None:
        """Write it beside its place, have the disk hold it, and rename it."""
        place, temporary = self._root / name, self._root / temporary_of(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("rb") as source, temporary.open("wb") as sink:
                while chunk := source.read(CHUNK):
                    sink.write(chunk)
                    moved(sink.tell())
            sync(temporary)
            temporary.replace(place)
            sync(place.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove it, and the folders that are empty then."""
        for path in (self._root / temporary_of(name), self._root / name):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
        with suppress(OSError):  # the first that still holds something stops it
            for folder in list(PurePosixPath(name).parents)[:-1]:
                (self._root / folder).rmdir()

    def has(self, name: str) -> bool:
        """Whether a file of this name is there."""
        return (self._root / name).is_file()

    def is_lost(self) -> bool:
        """Whether the folder is gone."""
        return not self._root.exists()

    def judged(self, error: Exception) -> Verdict:
        """What the disk means."""
        return judged(error)

    def close(self) -> None:
        """There is nothing to let go of."""


class DistantCarrier:
    """What carriers to other machines share: what is there cannot be told without asking."""

    def has(self, _name: str) -> bool:
        """Nobody was asked."""
        return False

    def is_lost(self) -> bool:
        """Nobody was asked."""
        return False


def judged(error: Exception) -> Verdict:
    """What an error of the disk or of a connection means."""
    if isinstance(error, PermissionError):
        return Verdict("access is denied", "check the account, and what it may do there")
    if isinstance(error, FileNotFoundError):
        return Verdict("there is no such place", "make the bucket or the folder first")
    if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError):
        return Verdict("a folder stands in the place of a file, or a file in that of a folder", "move it away")
    if isinstance(error, OSError) and error.errno in _FULL:
        return Verdict("no space is left there", "free some, and run again")
    if isinstance(error, NotImplementedError):
        return Verdict("it cannot be written to", "choose another target")
    return Verdict(without_secrets(error), is_passing=True)


def without_secrets(error: Exception) -> str:
    """What an error says, in one line that names nobody's password and no query of an address."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    shown = "".join(c if c.isprintable() else " " for c in _SECRETS.sub("", said))
    return " ".join(shown.split()).rstrip(".")[:_LONGEST] or type(error).__name__
