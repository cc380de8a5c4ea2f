"""The files that are to be published, as they stand in the output folder."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from reader.errors import PublishError
from reader.transfer.names import is_inside
from reader.transfer.record import RECORD, Copy

_UNSETTLED_NS = 2 * 10**9  # the coarsest clock of a file system: what is younger may change and look the same


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file of the output folder; `file` is where it really is, behind all links."""

    name: str
    file: Path
    size: int
    mtime_ns: int


def parcel_of(output: Path, name: str) -> Parcel:
    """The file of this name in a folder whose own path is real; PublishError if it is none of it, or no file at all."""
    if not is_inside(name) or name == RECORD:
        raise PublishError(f"{name!r} is no name of a file in {str(output)!r}: nothing was published")
    real = Path(os.path.realpath(output / name))
    if not real.is_relative_to(output):
        raise PublishError(f"{name!r} leads out of {str(output)!r}: put the file itself there; nothing was published")
    try:
        found = real.stat()
    except OSError as error:
        raise _unreadable(name, output, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise PublishError(f"{name!r} in {str(output)!r} is no file: nothing was published")
    return Parcel(name, real, found.st_size, found.st_mtime_ns)


def copy_of(parcel: Parcel) -> Copy:
    """What a target has that has this file now. Raises PublishError where it cannot be read."""
    settled = time.time_ns() - parcel.mtime_ns > _UNSETTLED_NS
    try:
        with parcel.file.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(parcel.name, parcel.file.parent, error) from error
    return Copy(parcel.size, digest, parcel.mtime_ns if settled else 0)


def is_as_it_was(parcel: Parcel) -> bool:
    """Whether nobody has written to the file since."""
    try:
        found = parcel.file.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (parcel.size, parcel.mtime_ns)


def _unreadable(name: str, folder: Path, error: OSError) -> PublishError:
    reason = error.strerror or type(error).__name__
    return PublishError(f"{name!r} in {str(folder)!r} cannot be read ({reason}): make it anew, and publish again")
