"""What each target is known to have: `.published.json` in the output folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from reader.errors import PublishError
from reader.files import Staging
from reader.transfer.names import is_inside

RECORD = ".published.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Copy:
    """A file as the target has it; `mtime_ns` is that of the file here when it was hashed, 0 asks to hash it again.

    One that `is_leaving` was let stay when it was named no more, for those who still come for it; next time it goes.
    """

    size: int
    sha256: str
    mtime_ns: int
    is_leaving: bool = False


class Record:
    """What one target has, by name; the copy is None where a run was stopped while it sent the file.

    Such a file may be there as it was, as it is now, or half under a hidden name.
    """

    def __init__(self, output: Path, address: str) -> None:
        """Read it. Raises PublishError for a record that is damaged."""
        self._output = output
        self._targets = _read(output / RECORD)
        self.copies = self._targets.setdefault(address, {})
        self._address = address

    def save(self, begun: Iterable[str] = ()) -> None:
        """Write it; those that are about to be sent may be there from now on. Raises OutputError."""
        shown = {**self._targets, self._address: self.copies | dict.fromkeys(begun)}
        plain = {
            address: {name: copy and astuple(copy) for name, copy in copies.items()}
            for address, copies in shown.items()
        }
        with Staging(self._output) as stage:
            stage.write(RECORD, json.dumps({"format": FORMAT, "targets": plain}, ensure_ascii=False) + "\n")


def targets_of(output: Path) -> list[str]:
    """The addresses of all targets that hold files of an output folder. Raises PublishError as `Record` does."""
    return [address for address, copies in _read(output / RECORD).items() if copies]


def _read(path: Path) -> dict[str, dict[str, Copy | None]]:
    try:
        return _targets(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise PublishError(
            f"{str(path)!r}, which tells what was published, cannot be read ({type(error).__name__}): "
            "remove it and everything is sent anew, but what was withdrawn since is then for you to remove"
        ) from error


def _targets(plain: Any) -> dict[str, dict[str, Copy | None]]:
    if plain["format"] != FORMAT:
        raise ValueError(f"format {plain['format']}")
    return {
        address: {_checked(name): _copy(row) for name, row in rows.items()}
        for address, rows in plain["targets"].items()
    }


def _checked(name: str) -> str:
    if not is_inside(name):
        raise ValueError(name)
    return name


def _copy(row: Any) -> Copy | None:
    if row is None:
        return None
    size, digest, mtime, *leaving = row
    return Copy(int(size), str(digest), int(mtime), leaving == [True])
