"""A folder of entries that several processes share: whole entries or none, and the longest unused go first."""

from __future__ import annotations

import errno
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import filelock
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.cachefolder import STALE_SECONDS, CacheFolder

SUFFIX = ".thing"


def folder_in(path: Path, most: int = 10**9) -> CacheFolder:
    return CacheFolder(path, SUFFIX, most)


@pytest.fixture
def folder(tmp_path: Path) -> CacheFolder:
    return folder_in(tmp_path / "cache")


def files(folder: CacheFolder) -> list[Path]:
    return sorted(path for path in folder.path.iterdir() if path.suffix != ".lock")


def file_of(folder: CacheFolder, name: str) -> Path:
    """The file of an entry, as somebody else finds it: the one that is new after it was kept."""
    before = set(folder.path.iterdir()) if folder.path.exists() else set()
    folder.keep(name, b"x")
    (path,) = set(folder.path.iterdir()) - before
    return path


# what is kept


@pytest.mark.parametrize("name", ["a", "", "../../etc/passwd", "æ\n\0", "\ud800", "x" * 100_000], ids=range(6))
def test_an_entry_comes_back_under_its_own_name(folder: CacheFolder, name: str) -> None:
    """Any text is a name, and none leads out of the folder."""
    folder.keep(name, b"data\n\0")
    assert folder.load(name) == b"data\n\0"
    assert folder.load(name + "b") is None
    assert [path.suffix for path in files(folder)] == [SUFFIX]
    folder.remove(name)
    folder.remove(name)
    assert folder.load(name) is None


def test_the_last_one_kept_wins(folder: CacheFolder) -> None:
    """Keeping under a name again replaces what was there."""
    folder.keep("a", b"1")
    folder.keep("a", b"2")
    assert folder.load("a") == b"2"
    assert len(files(folder)) == 1


def test_what_is_over_the_limit_is_left_alone(folder: CacheFolder) -> None:
    """An entry with more bytes than were asked for is not given, and stays."""
    folder.keep("a", b"12345")
    assert [folder.load("a", limit) for limit in (4, 5, 6)] == [None, b"12345", b"12345"]


def test_the_folder_is_the_users_own(folder: CacheFolder) -> None:
    """The folder is made for its user alone, by a lock too, and a folder that was there keeps its rights."""
    folder.keep("a", b"1")
    locked = folder_in(folder.path.parent / "locked")
    with locked.locked("a"):
        assert stat.S_IMODE(locked.path.stat().st_mode) == 0o700
    there = folder_in(folder.path.parent)
    there.path.chmod(0o755)
    there.keep("a", b"1")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(there.path.stat().st_mode) == 0o755


# damage


def spoilt(whole: bytes) -> Iterator[bytes]:
    """Every way in which a disk spoils a file: cut, emptied, zeroed, a bit flipped, lengthened."""
    for place in range(len(whole)):
        yield whole[:place]
        yield whole[:place] + bytes(len(whole) - place)
        yield whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]
    yield whole + b"\0"
    yield whole + whole


def test_damage_is_found_told_and_removed(folder: CacheFolder, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged entry is as good as none, is removed, and is told of without a word of what it held."""
    path = file_of(folder, "a")
    folder.keep("a", b"hemmeligt")
    whole = path.read_bytes()
    for data in spoilt(whole):
        caplog.clear()
        path.write_bytes(data)
        assert folder.load("a") is None
        assert not path.exists()
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert record.name == "reader.cachefolder"
        assert "damaged" in record.getMessage()
        assert "hemmeligt" not in record.getMessage()
    folder.keep("a", b"hemmeligt")
    assert folder.load("a") == b"hemmeligt"


def test_damage_in_a_folder_that_may_only_be_read_is_no_entry(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged entry that cannot be removed is as good as none all the same."""
    path = file_of(folder, "a")
    path.write_bytes(b"")
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError))
    assert folder.load("a") is None
    assert path.exists()


def test_an_entry_under_another_name_is_damage(folder: CacheFolder) -> None:
    """The content of one entry in the file of another one is never given for it."""
    one, other = file_of(folder, "a"), file_of(folder, "b")
    folder.keep("a", b"of a")
    other.write_bytes(one.read_bytes())
    assert folder.load("b") is None
    assert folder.load("a") == b"of a"


def test_what_is_no_file_is_no_entry(folder: CacheFolder) -> None:
    """A folder, a pipe or a dangling link where an entry should be is none, and nothing waits for it."""
    for number, make in enumerate((Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nowhere"))):
        path = file_of(folder, str(number))
        path.unlink()
        make(path)  # type: ignore[operator]
        assert folder.load(str(number)) is None


@given(data=st.binary(max_size=300), whole=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_any_bytes_give_none_or_what_was_kept(tmp_path: Path, *, data: bytes, whole: bool) -> None:
    """Whatever stands in the file of an entry, what is given is what was kept under its name, or nothing."""
    folder = folder_in(tmp_path)
    folder.keep("a", data)
    assert folder.load("a") == data
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:32] + data[::-1] if whole else data)
    assert folder.load("a") in ((None, data) if data == data[::-1] else (None,))


# room


def aged(folder: CacheFolder, *names: str) -> None:
    """Keep entries of one block each, the first the longest unused."""
    for age, name in enumerate(reversed(names), 1):
        path = file_of(folder, name)
        when = time.time() - 3600 * age
        os.utime(path, (when, when))


def left(folder: CacheFolder, names: str) -> str:
    return "".join(name for name in names if folder.load(name))


def test_the_longest_unused_go_first(folder: CacheFolder) -> None:
    """Shrinking removes what was neither kept nor loaded for longest, and no more than it must."""
    aged(folder, *"abcde")
    assert folder.load("a")  # the oldest, but used now
    narrow = folder_in(folder.path, 3 * 4096)
    narrow.keep("f", b"new")
    assert folder.usage() == (6, 6 * 4096)  # keeping alone makes no room
    narrow.shrink()
    assert left(folder, "abcdef") == "aef"
    narrow.shrink()
    assert folder.usage() == (3, 3 * 4096)


def test_a_large_entry_goes_with_its_age(folder: CacheFolder) -> None:
    """The size of an entry counts, and not which of them it would be cheapest to lose."""
    aged(folder, *"ab")
    folder.keep("large", bytes(10_000))
    folder_in(folder.path, 4 * 4096).shrink()
    assert folder.load("large")
    assert left(folder, "ab") == "b"


def test_shrinking_clears_what_killed_runs_left(folder: CacheFolder) -> None:
    """A temporary file older than a day goes; a younger one may belong to a run that is still going on."""
    folder.keep("a", b"1")
    old, young = (folder.path / f".{digit * 16}{SUFFIX}.part" for digit in "0f")
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, time.time() - STALE_SECONDS - 60))
    folder.shrink()
    assert not old.exists()
    assert young.exists()
    assert folder.load("a") == b"1"


def test_clearing_gives_what_was_freed(folder: CacheFolder) -> None:
    """An emptied folder has no entries, no temporary files and no locks, and tells how much it had."""
    folder.keep("a", b"1")
    folder.keep("b", bytes(5000))
    (folder.path / f".{'0' * 16}{SUFFIX}.part").write_bytes(b"half")
    with folder.locked("a"):
        pass
    assert folder.usage() == folder.clear() == (2, 3 * 4096)
    assert list(folder.path.iterdir()) == []
    assert folder.usage() == folder.clear() == (0, 0)


def test_a_lock_in_use_is_not_cleared(folder: CacheFolder) -> None:
    """Emptying a folder takes no lock from under whoever holds it."""
    with folder.locked("a"):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(folder.clear).result()
        assert [path.suffix for path in folder.path.iterdir()] == [".lock"]


STRANGERS = ("notes.txt", "a.thing", f"{'0' * 64}.page", f"{'0' * 63}.thing", ".tmp.part", "uv.lock", f"{'0' * 64}")


@pytest.mark.parametrize("name", STRANGERS)
def test_nothing_of_others_is_touched(folder: CacheFolder, name: str) -> None:
    """Files of others stay and count for nothing, however full the folder is and whatever they are called."""
    folder.keep("a", b"1")
    stranger = folder.path / name
    stranger.write_bytes(bytes(100_000))
    os.utime(stranger, (0, 0))
    assert folder.usage() == (1, 4096)
    folder_in(folder.path, 0).shrink()
    assert folder.clear() == (0, 0)
    assert list(folder.path.iterdir()) == [stranger]


# a folder that fails


def test_an_absent_folder_is_empty(folder: CacheFolder) -> None:
    """Looking makes no folder, and finds nothing."""
    assert folder.load("a") is None
    folder.remove("a")
    folder.shrink()
    assert folder.usage() == folder.clear() == (0, 0)
    assert not folder.path.exists()


def test_a_folder_may_vanish_at_any_time(folder: CacheFolder, caplog: pytest.LogCaptureFixture) -> None:
    """Deleted in mid-run, even under a lock, it is made again, and nobody hears of it."""
    with folder.locked("a"):
        folder.keep("a", b"1")
        for path in folder.path.iterdir():
            path.unlink()
        folder.path.rmdir()
    assert folder.load("a") is None
    folder.keep("a", b"2")
    assert folder.load("a") == b"2"
    assert caplog.records == []


def test_a_temporary_file_may_vanish(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Emptied by somebody else between writing and renaming, nothing is kept, and nobody hears of it."""
    rename = Path.replace

    def emptied(temporary: Path, target: Path) -> Path:
        folder.clear()
        return rename(temporary, target)

    monkeypatch.setattr(Path, "replace", emptied)
    folder.keep("a", b"1")
    assert folder.load("a") is None
    assert caplog.records == []


def test_a_file_in_the_folders_place_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where the folder cannot be, nothing is kept, nothing fails, and one warning says so."""
    (tmp_path / "file").write_text("x")
    folder = folder_in(tmp_path / "file")
    for _ in range(3):
        with folder.locked("a"):
            folder.keep("a", b"1")
        assert folder.load("a") is None
    folder.shrink()
    assert folder.usage() == folder.clear() == (0, 0)
    assert [record.getMessage().count(str(folder.path)) for record in caplog.records] == [1]


def fail_to_write(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let no file be begun from now on."""
    real = Path.open

    def opened(path: Path, mode: str = "r", *arguments: object) -> object:
        if "x" in mode:
            raise OSError(number, os.strerror(number))
        return real(path, mode, *arguments)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", opened)


def test_a_full_disk_is_told_once(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk is no error; a process says it once for a folder, and what was kept before is still given."""
    folder.keep("a", b"1")
    fail_to_write(monkeypatch, errno.ENOSPC)
    for name in "abc":
        folder.keep(name, b"2")
    assert folder.load("a") == b"1"
    (record,) = caplog.records
    assert "No space left on device" in record.getMessage()
    assert "free some space" in record.getMessage()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS], ids=errno.errorcode.get)
def test_a_folder_that_may_not_be_written_is_silent(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    """A cache that somebody else filled, and that may only be read, is a cache."""
    folder.keep("a", b"1")
    fail_to_write(monkeypatch, number)
    monkeypatch.setattr(os, "utime", lambda *_: (_ for _ in ()).throw(PermissionError))
    folder.keep("b", b"2")
    assert folder.load("a") == b"1"
    assert folder.load("b") is None
    assert caplog.records == []


@contextmanager
def as_a_plain_user() -> Iterator[None]:
    """Without the rights of root, who may write everywhere."""
    if sys.platform == "win32":
        pytest.skip("needs the rights of files")
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_read_only_folder_locks_nobody_out(caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing can be written, not even a lock, the work is done without, and nobody hears of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = folder_in(Path(place))
        folder.keep("a", b"1")
        folder.path.chmod(0o555)
        with as_a_plain_user():
            for wait in (0, 60):
                with folder.locked("a", wait):
                    folder.keep("a", b"2")
            folder.shrink()
            assert folder.clear() == (0, 0)
            assert folder.load("a") == b"1"
            assert caplog.records == []
        folder.path.chmod(0o700)


@pytest.mark.parametrize(
    "error", [PermissionError, NotImplementedError, filelock.Timeout], ids=lambda kind: kind.__name__
)
def test_a_lock_that_fails_is_done_without(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Whatever a platform answers to the wish for a lock, the work is done once, and its errors are its own."""

    def refuse(*_: object, **__: object) -> None:
        raise error("lock") if error is filelock.Timeout else error

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    done = []
    with folder.locked("a"):
        done.append(1)
    with pytest.raises(FileExistsError), folder.locked("a"):
        raise FileExistsError
    assert done == [1]


LIMITED = """
import logging, resource, sys
from pathlib import Path
from reader.cachefolder import CacheFolder
logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
folder = CacheFolder(Path(sys.argv[1]), ".thing", 10**9)
folder.keep("small", b"1")
for name in "abc":
    folder.keep(name, bytes(50_000))
    assert folder.load(name) is None
assert folder.load("small") == b"1"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_disk_that_takes_no_more_leaves_no_half(folder: CacheFolder) -> None:
    """A write that breaks off midway leaves neither an entry nor a temporary file behind, and is told once."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder.path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert len(list(folder.path.iterdir())) == 1


# together


def test_many_may_share_a_folder(folder: CacheFolder) -> None:
    """Those who keep, load, count, shrink and clear at once find whole entries or none, and no error."""

    def work(number: int) -> bool:
        name = str(number % 4)
        narrow = folder_in(folder.path, 2 * 4096)
        narrow.keep(name, name.encode() * 3000)
        if number % 16 == 0:
            narrow.clear()
        narrow.shrink()
        narrow.usage()
        return narrow.load(name) in (None, name.encode() * 3000)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(128)))
    assert all(path.suffix == SUFFIX for path in files(folder))


def test_threads_exclude_each_other(folder: CacheFolder) -> None:
    """Of the threads of one process, too, one at a time works on a name; the others find it done."""
    made: list[int] = []

    def work(number: int) -> bytes | None:
        with folder.locked("a"):
            if folder.load("a") is None:
                made.append(number)
                time.sleep(0.02)
                folder.keep("a", b"1")
        return folder.load("a")

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(12))) == [b"1"] * 12
    assert len(made) == 1


def test_locks_are_few(folder: CacheFolder) -> None:
    """However many names there are, there are no more than 256 locks."""
    for number in range(2000):
        with folder.locked(str(number)):
            pass
    assert len(list(folder.path.iterdir())) <= 256


def test_waiting_has_an_end(folder: CacheFolder) -> None:
    """Whoever waited long enough goes on without the lock."""
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with folder.locked("a"):
            begun.set()
            done.wait(30)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        try:
            assert begun.wait(30)
            with folder.locked("a", wait=0.1):
                assert not done.is_set()
        finally:
            done.set()


HOLDER = """
import sys, time
from pathlib import Path
from reader.cachefolder import CacheFolder
with CacheFolder(Path(sys.argv[1]), ".thing", 10**9).locked("a"):
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def another_holding(folder: CacheFolder) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of "a" and does not let go."""
    command = [sys.executable, "-c", HOLDER, str(folder.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        try:
            assert other.stdout
            assert other.stdout.readline() == "held\n"
            yield other
        finally:
            other.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")
def test_a_killed_owner_holds_nothing(folder: CacheFolder) -> None:
    """The lock of a process is in force while it lives, and free once it was killed."""

    def held() -> bool:
        (lock,) = folder.path.glob("*.lock")
        try:
            with filelock.FileLock(lock, timeout=0):
                return False
        except filelock.Timeout:
            return True

    with another_holding(folder) as other:
        assert held()
        other.send_signal(signal.SIGKILL)
        other.wait(30)
        assert not held()
        with folder.locked("a"):
            folder.keep("a", b"1")
    assert folder.load("a") == b"1"
