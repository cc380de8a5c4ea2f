"""Install a voice: all of its files arrive and are checked before the first of them gets its name."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import UnknownVoiceError, VoiceError
from voices.catalogue import Entry
from voices.installing.disk import locked, sync, writing
from voices.installing.downloading import Download, Limits, download, is_right

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int], object]
Sleep = Callable[[float], object]

DEFAULT_LIMITS = Limits()
LOOK_AGAIN_SECONDS = 0.2


def install(
    entry: Entry,
    folder: Path,
    *,
    progress: Progress | None = None,
    client: httpx.Client | None = None,
    limits: Limits = DEFAULT_LIMITS,
    sleep: Sleep = time.sleep,
) -> Path:
    """Install a voice into a folder of its own, called by its name, in `folder`; give that.

    `progress` is told how many bytes have arrived, and of how many. Files that are there and right are not fetched, and
    what broke off goes on. While another process installs the same voice, this one waits for it. Proxies and
    certificates are those of the environment, unless a `client` is given. Raises VoiceError.
    """
    target = folder / entry.name
    tell: Progress = progress or (lambda _done, _total: None)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(_lock_of(entry, folder), _Waiting(entry, target, tell, limits, sleep)):
            target.mkdir(exist_ok=True)
            downloads = list(_downloads(entry, target, tell))
            if downloads:
                _check_room(target, downloads)
                with _client(client) as chosen:
                    for wanted in downloads:
                        download(wanted, chosen, limits, sleep)
                _publish(target, downloads)
    return target


def installed(entry: Entry, folder: Path) -> bool:
    """Whether all files of a voice are there, in their exact sizes."""
    return all(_size(folder / entry.name / file.name) == file.bytes for file in entry.files)


def remove(entry: Entry, folder: Path) -> None:
    """Remove a voice, or what there is of it. Raises UnknownVoiceError if there is nothing, VoiceError if it stays."""
    target, doomed = folder / entry.name, folder / f".{entry.name}.removed"
    if not target.exists():
        raise UnknownVoiceError(f"the voice {entry.name!r} is not installed in {str(folder)!r}")
    with writing(folder), locked(_lock_of(entry, folder), partial(_refuse_to_wait, entry)):
        _delete(doomed)  # which a killed run may have left
        target.replace(doomed)  # at once: nobody shall see half of it
        _delete(doomed)


class _Waiting:
    """Looks at how far the process has come that holds the lock, and loses patience if that is nowhere."""

    def __init__(self, entry: Entry, target: Path, tell: Progress, limits: Limits, sleep: Sleep) -> None:
        self._entry, self._target, self._tell, self._limits, self._sleep = entry, target, tell, limits, sleep
        self._seen = -1
        self._since = time.monotonic()

    def __call__(self) -> None:
        arrived = sum(_arrived(self._target / file.name) for file in self._entry.files)
        now = time.monotonic()
        if arrived != self._seen:
            self._seen, self._since = arrived, now
        elif now - self._since > self._limits.patience:
            raise VoiceError(f"another process installs {self._entry.name!r} and gets no further: end it and run again")
        self._tell(min(arrived, self._entry.bytes), self._entry.bytes)
        self._sleep(LOOK_AGAIN_SECONDS)


def _refuse_to_wait(entry: Entry) -> None:
    raise VoiceError(f"the voice {entry.name!r} is just being installed or removed by another process: try again later")


def _lock_of(entry: Entry, folder: Path) -> Path:
    return folder / f".{entry.name}.lock"  # not in the voice's own folder, which may go


def _downloads(entry: Entry, target: Path, tell: Progress) -> Iterator[Download]:
    """What is still to fetch; each tells of the whole voice how much has arrived."""
    missing = [file for file in entry.files if not is_right(target / file.name, file)]
    before = entry.bytes - sum(file.bytes for file in missing)
    for file in missing:
        yield Download(file, target, partial(_tell_of_all, tell, entry.bytes, before))
        before += file.bytes


def _tell_of_all(tell: Progress, total: int, before: int, size: int) -> None:
    tell(before + size, total)


def _check_room(target: Path, downloads: Sequence[Download]) -> None:
    needed = sum(wanted.file.bytes - min(wanted.size, wanted.file.bytes) for wanted in downloads)
    free = shutil.disk_usage(target).free
    if free < needed:
        raise VoiceError(
            f"the disk of {str(target)!r} has {free / 1e6:.0f} MB free, and {needed / 1e6:.0f} MB are needed: "
            "free some space, or name another folder in LYT_DATA"
        )


def _publish(target: Path, downloads: Sequence[Download]) -> None:
    """Give the files their names, the last of the catalogue's last: a voice without it is not taken for installed."""
    for wanted in downloads:
        wanted.part.replace(target / wanted.file.name)
    sync(target)
    sync(target.parent)
    for wanted in downloads:
        wanted.discard()


@contextmanager
def _client(given: httpx.Client | None) -> Iterator[httpx.Client]:
    """The client that was given, or one of our own with the proxies and certificates of the environment."""
    if given is not None:
        yield given
        return
    import httpx  # noqa: PLC0415  only an installation needs it

    try:
        client = httpx.Client(trust_env=True)
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        reason = f"check HTTPS_PROXY and SSL_CERT_FILE ({type(error).__name__})"
        raise VoiceError(f"nothing can be fetched as this machine is set up: {reason}") from error
    with client:
        yield client


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _arrived(path: Path) -> int:
    return _size(path) or _size(path.with_name(f"{path.name}.part"))
