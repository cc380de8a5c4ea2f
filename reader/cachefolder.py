"""A folder of things that can be had again: pages that were fetched, sentences that were spoken.

One file for each entry, called after the hash of its name; its time stamp is when it was last used, and the longest
unused go first when there are too many. Several processes may share the folder, and it may be deleted at any time. A
checksum finds what a disk or a power cut did to an entry. It is no defence against whoever may write here, so that the
folder is made for its user alone.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

LONGEST_WAIT = 300.0  # seconds for somebody else's lock
STALE_SECONDS = 24 * 60 * 60

_FORMAT = b"lyt cache 1\n"  # part of every file's name, so that no version ever reads what another one wrote
_CHECKSUM = 32  # bytes before the data
_BLOCK = 4096  # bytes by which a disk gives space away
_KEY = re.compile(r"[0-9a-f]{64}")
_LOCK = re.compile(r"[0-9a-f]{2}\.lock")
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_TOLD: dict[str, object] = {}  # of which folders this process has said that they keep nothing

_logger = logging.getLogger(__name__)


class _File(NamedTuple):
    used: int
    size: int
    path: Path


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """The entries below `path` whose files end in `suffix` (".page"); at most `most` bytes after each `shrink`.

    A name may be any text. No method raises OSError: a folder that cannot be read is empty, and one that cannot be
    written keeps nothing. `used` are the keys of the entries that this one was asked for, or to keep.
    """

    path: Path
    suffix: str
    most: int
    used: set[str] = field(default_factory=set, compare=False, repr=False)

    def load(self, name: str, limit: int | None = None) -> bytes | None:
        """What is kept under a name, if it is whole and has at most `limit` bytes; it counts as used now.

        A damaged entry is removed, and logged as a warning.
        """
        path = self._entry(name)
        self.used.add(path.stem)
        try:
            if not path.is_file() or (limit is not None and path.stat().st_size > limit + _CHECKSUM):
                return None
            stored = path.read_bytes()
        except OSError:
            return None
        data = stored[_CHECKSUM:]
        if stored[:_CHECKSUM] != _checksum(name, data):
            _logger.warning("the cache entry %r was damaged and is made anew", str(path))
            self.remove(name)
            return None
        with suppress(OSError):  # a folder that may only be read is a cache too
            os.utime(path)
        return data

    def keep(self, name: str, data: bytes) -> None:
        """Store an entry whole, or not at all: a full disk is no error, but is logged once as a warning.

        Nothing waits for the disk, since a write that it loses is found by its checksum.
        """
        temporary = self.path / f".{secrets.token_hex(8)}{self.suffix}.part"
        self.used.add(self._entry(name).stem)
        try:
            self._make()
            try:
                with temporary.open("xb") as stream:
                    stream.writelines([_checksum(name, data), data])
                temporary.replace(self._entry(name))
            finally:
                temporary.unlink(missing_ok=True)
        except FileNotFoundError:
            pass  # somebody emptied the cache meanwhile
        except OSError as error:
            if error.errno not in _FORBIDDEN:
                self._tell(error)

    def remove(self, name: str) -> None:
        """Remove an entry, if it is there."""
        with suppress(OSError):
            self._entry(name).unlink(missing_ok=True)

    def remove_key(self, key: str) -> None:
        """Remove the entry of a key, which is what `used` holds of its name, if it is there."""
        if _KEY.fullmatch(key):
            _removed(self.path / f"{key}{self.suffix}")

    def shrink(self) -> None:
        """Remove what was not used for longest until at most `most` bytes are left, and what killed runs left behind.

        What another process removes meanwhile is gone as well.
        """
        left = self.most
        for file in sorted(self._entries(), reverse=True):
            left -= file.size
            if left < 0:
                _removed(file.path)
        for file in self._temporaries():
            if file.used < (time.time() - STALE_SECONDS) * 1e9:
                _removed(file.path)

    def usage(self) -> tuple[int, int]:
        """How many entries there are, and how many bytes they take up on a disk."""
        return _sum(self._entries())

    def clear(self) -> tuple[int, int]:
        """Remove every entry, temporary file and free lock; give how many entries went, and how many bytes."""
        gone = _sum(file for file in self._entries() if _removed(file.path))
        for file in self._temporaries():
            _removed(file.path)
        for file in self._files(_LOCK):
            with _holding(file.path, wait=0) as held:
                if held:
                    _removed(file.path)
        return gone

    @contextmanager
    def locked(self, name: str, wait: float = LONGEST_WAIT) -> Iterator[None]:
        """Let no other thread or process work on this name meanwhile: who comes later waits, and finds it done.

        After `wait` seconds, or where the folder cannot be written, it goes on without. Names share 256 locks, so that
        a thread must not ask for a second one while it holds one. A killed owner holds nothing.
        """
        with suppress(OSError):
            self._make()
        with _holding(self.path / f"{_digest(name)[:2]}.lock", wait):
            yield

    def _make(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _entry(self, name: str) -> Path:
        return self.path / f"{_digest(name)}{self.suffix}"

    def _entries(self) -> Iterator[_File]:
        return self._files(re.compile(rf"[0-9a-f]{{64}}{re.escape(self.suffix)}"))

    def _temporaries(self) -> Iterator[_File]:
        return self._files(re.compile(rf"\.[0-9a-f]{{16}}{re.escape(self.suffix)}\.part"))

    def _files(self, form: re.Pattern[str]) -> Iterator[_File]:
        """The files whose names have a form: nothing else in the folder is ever looked at."""
        paths: list[Path] = []
        with suppress(OSError):
            paths.extend(self.path.iterdir())
        for path in paths:
            if form.fullmatch(path.name):
                with suppress(OSError):
                    found = path.lstat()
                    yield _File(found.st_mtime_ns, -(-found.st_size // _BLOCK) * _BLOCK, path)

    def _tell(self, error: OSError) -> None:
        mark = object()
        if _TOLD.setdefault(str(self.path), mark) is mark:
            reason = error.strerror or type(error).__name__
            advice = "free some space, or name another folder with --cache"
            _logger.warning("the cache %r cannot be written (%s): %s", str(self.path), reason, advice)


@contextmanager
def _holding(lock: Path, wait: float) -> Iterator[bool]:
    """Hold a lock file; yields False where it could not be had."""
    from filelock import FileLock  # noqa: PLC0415 - whoever needs no lock need not wait for its import

    with ExitStack() as stack:
        held = False
        with suppress(OSError, NotImplementedError):  # a timeout is an OSError too; some disks know no locks
            stack.enter_context(FileLock(lock, timeout=wait))  # a new one each time: threads exclude each other
            held = True
        yield held


def _removed(path: Path) -> bool:
    """Remove a file; whether it was there and is gone."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _sum(files: Iterable[_File]) -> tuple[int, int]:
    sizes = [file.size for file in files]
    return len(sizes), sum(sizes)


def _digest(name: str) -> str:
    return sha256(_FORMAT + name.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(name: str, data: bytes) -> bytes:
    """Of the name too: an entry under another one's name is damage."""
    digest = sha256(_digest(name).encode())
    digest.update(data)
    return digest.digest()
