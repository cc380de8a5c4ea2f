"""Write files so that a reader of the folder sees the old ones or the new ones, and never half of either."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from reader.errors import OutputError

LOCK = ".lyt.lock"
STALE_SECONDS = 24 * 60 * 60


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn every OSError inside into an OutputError that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {str(target)!r}: {_advice(error)}") from error
    except UnicodeEncodeError as error:
        raise OutputError(f"cannot write {str(target)!r}: its text holds half a character") from error


class Staging:
    """Several files of one folder, written beside their targets and renamed together, in the order they were begun.

    Use as a context manager: leaving it well renames, leaving it by an error removes all that was begun, and the
    folder too if it was made for this. Meanwhile a hidden file says for whom the folder is, if `owner` does. Raises
    OutputError.
    """

    def __init__(self, folder: Path, owner: str | None = None) -> None:
        self._folder = folder
        self._sign = None if owner is None else folder / sign_of(owner)
        self._begun: dict[str, Path] = {}
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        with ExitStack() as undo, writing(self._folder):
            undo.callback(self._discard)
            missing = [self._folder, *self._folder.parents]
            self._made = [folder for folder in missing if not folder.exists()]
            self._folder.mkdir(parents=True, exist_ok=True)
            _clear_leftovers(self._folder)
            with tempfile.TemporaryFile(dir=self._folder):
                pass  # whether it can be written is known before any work is done
            if self._sign:
                self._sign.touch()
            undo.pop_all()
        return self

    def path(self, name: str) -> Path:
        """Where to write the file that will be called `name`."""
        if name not in self._begun:
            self._begun[name] = self._folder / f".{name[:40]}.{secrets.token_hex(4)}.part"
        return self._begun[name]

    def rename(self, name: str, other: str) -> None:
        """Have the file that was begun as `name` called `other` in the end."""
        self._begun[other] = self._begun.pop(name)

    def write(self, name: str, text: str) -> None:
        """Write a whole text file, in UTF-8 with plain line ends."""
        with writing(self._folder / name):
            self.path(name).write_text(text, encoding="utf-8", newline="\n")

    def update(self, name: str, text: str) -> None:
        """As `write`, unless the file says that already: then nobody who has it need fetch it again."""
        with writing(self._folder / name):
            self.update_bytes(name, text.encode())

    def update_bytes(self, name: str, data: bytes) -> None:
        """As `update`."""
        target = self._folder / name
        with writing(target):
            is_same = target.is_file() and target.read_bytes() == data
        if not is_same:
            self.write_bytes(name, data)

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write a whole file."""
        with writing(self._folder / name):
            self.path(name).write_bytes(data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._discard()
            return
        with ExitStack() as undo, writing(self._folder):
            undo.callback(self._discard)
            for name, temporary in self._begun.items():
                _check_place(self._folder / name)
                sync(temporary)
            undo.pop_all()
        with writing(self._folder):
            self._publish()

    def _publish(self) -> None:
        """Give every file its name. From here on an interrupt waits: a few renames are sooner finished than undone."""
        interrupt: KeyboardInterrupt | None = None
        waiting = list(self._begun.items())
        while waiting:
            try:
                while waiting:
                    name, temporary = waiting[0]
                    if temporary.exists():
                        temporary.replace(self._folder / name)
                    del waiting[0]
            except KeyboardInterrupt as error:
                interrupt = error
            except OSError:
                self._discard()
                raise
        self._take_sign_down()
        sync(self._folder)
        if interrupt is not None:
            raise interrupt

    def _take_sign_down(self) -> None:
        if self._sign:
            with suppress(OSError):
                self._sign.unlink(missing_ok=True)

    def _discard(self) -> None:
        self._take_sign_down()
        for temporary in self._begun.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()


def sign_of(owner: str) -> str:
    """The name of the file that stands in a folder while its owner's files are made."""
    return f".{hashlib.sha256(owner.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.part"


@contextmanager
def alone_in(folder: Path, name: str = LOCK, *, waits: bool = True) -> Iterator[bool]:
    """Keep other runs that ask for the same lock out of a folder, which is made if need be.

    Yields False where another run is at work there and this one does not wait for it. A disk that knows no locks goes
    without. Raises OutputError where the folder cannot be written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  few runs need it

    lock = FileLock(folder / name, timeout=-1 if waits else 0)
    is_alone = True
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with suppress(NotImplementedError):
                lock.acquire()
        except Timeout:
            is_alone = False
    try:
        yield is_alone
    finally:
        lock.release()


@contextmanager
def writing_alone(path: Path) -> Iterator[Path]:
    """For a single file that a person named: where to write it, so that it gets its name when all is well.

    A link is followed. Raises OutputError for a folder, a device, or anything else that is no file.
    """
    with writing(path):
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise OutputError(f"{str(path)!r} is a folder or a device: name a file")
    with Staging(target.parent) as stage:
        yield stage.path(target.name)


def _check_place(target: Path) -> None:
    """Whether a file may take this name: a folder would stop the renaming midway."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"a folder stands where {target.name} should be; remove it")


def _clear_leftovers(folder: Path) -> None:
    """Remove what killed runs left; what is younger than a day may belong to a run that is still going on."""
    for part in folder.glob(".*.part"):
        if part.stat().st_mtime < time.time() - STALE_SECONDS:
            part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the disk hold it before anything relies on it; some platforms cannot sync a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "the disk is full; free some space and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "the folder may not be written; choose another with -o"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return "a file stands where the folder should be; choose another with -o"
    if error.errno == errno.EFBIG:
        return "the file may grow no further; lift the limit of this account (ulimit -f)"
    return error.strerror or type(error).__name__
