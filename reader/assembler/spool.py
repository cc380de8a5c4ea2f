"""Sound that waits on the disk: a programme is never in memory, however long it is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self


class Spool:
    """A file without a name that is written at its end, and read anywhere, by any thread. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  it is closed where this is left
        self._size = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._file.close()

    def append(self, data: bytes) -> int:
        """Keep bytes; give the offset at which they stand."""
        with self._lock:
            offset = self._size
            self._file.seek(offset)
            self._file.write(data)
            self._size += len(data)
            return offset

    def read(self, offset: int, size: int) -> bytes:
        """The bytes that stand there."""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)
