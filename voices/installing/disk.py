"""What an installation asks of the disk: errors in plain words, certainty, and one process at a time."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reader.errors import VoiceError

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)
_LOCKED = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_HAS_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # as on some network drives


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn every OSError inside into a VoiceError that says what to do."""
    try:
        yield
    except OSError as error:
        raise VoiceError(f"the voices in {str(folder)!r} cannot be changed: {_advice(error)}") from error


@contextmanager
def locked(path: Path, wait: Callable[[], object]) -> Iterator[None]:
    """Hold the lock of a file, which is made for it and stays; while another holds it, call `wait` over and over.

    `wait` sleeps for a moment, or raises. The system takes the lock back from whoever dies. Where the disk knows no
    locks, nobody is kept out. Raises OSError.
    """
    with path.open("ab") as file:
        while not _taken(file.fileno()):
            wait()
        yield


def sync(path: Path) -> None:
    """Have the disk hold a file or a folder; some systems cannot sync a folder. Raises OSError."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _taken(handle: int) -> bool:
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in _LOCKED:
            return False
        if error.errno not in _HAS_NO_LOCKS:
            raise
    return True


def _advice(error: OSError) -> str:
    if error.errno in _FULL:
        return "the disk is full; free some space and run again"
    if error.errno in _FORBIDDEN:
        return "the folder may not be written, or is in use; name another one in LYT_DATA"
    if error.errno in _IN_THE_WAY:
        return "a file stands where a folder should be, or a folder where a file should be; remove it"
    return error.strerror or type(error).__name__
