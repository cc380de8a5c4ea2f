"""Files are written beside their targets and renamed: a reader sees the old or the new, never half of either."""

import errno
import os
import time
from pathlib import Path

import pytest

from reader.errors import OutputError
from reader.files import STALE_SECONDS, Staging, alone_in, writing_alone


def test_files_appear_together_when_all_is_well(tmp_path: Path) -> None:
    """Nothing has its name before the block ends well; then everything has."""
    folder = tmp_path / "a" / "b"
    with Staging(folder) as stage:
        stage.write("en.txt", "en")
        stage.path("to.txt").write_text("to")
        assert not (folder / "en.txt").exists()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"en.txt": "en", "to.txt": "to"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    """When the block fails, old files stay as they were, new ones and new folders go."""
    old = tmp_path / "old"
    old.mkdir()
    (old / "en.txt").write_text("gammel")
    for folder in (old, tmp_path / "new" / "deep"):
        with pytest.raises(error), Staging(folder) as stage:
            stage.write("en.txt", "ny")
            raise error
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert [path.read_text() for path in old.iterdir()] == ["gammel"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the error says so, and no part of a file stays."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="the disk is full"), Staging(tmp_path / "new") as stage:
        stage.write("en.txt", "en")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    """A file in the way, or a folder that may not be written, is an OutputError before any work is done."""
    (tmp_path / "file").write_text("i vejen")
    with pytest.raises(OutputError, match="a file stands"), Staging(tmp_path / "file" / "deep"):
        pytest.fail("the block was entered")
    with pytest.raises(OutputError, match="a file stands"), Staging(tmp_path / "file"):
        pytest.fail("the block was entered")
    assert (tmp_path / "file").read_text() == "i vejen"


def test_leftovers_of_killed_runs_are_cleared(tmp_path: Path) -> None:
    """Parts that a killed run left are removed after a day; fresh ones may belong to a run that is still going on."""
    stale, fresh = tmp_path / ".a.mp3.1234.part", tmp_path / ".b.mp3.1234.part"
    for path in (stale, fresh):
        path.write_text("halv")
    os.utime(stale, (0, time.time() - STALE_SECONDS - 60))
    with Staging(tmp_path) as stage:
        stage.write("en.txt", "en")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".b.mp3.1234.part", "en.txt"]


def staged(folder: Path, *names: str) -> None:
    with Staging(folder) as stage:
        for name in names:
            stage.write(name, "ny")


def test_an_interrupt_while_the_folder_is_made_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever interrupts at the very beginning finds no folder."""

    def interrupted(_folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reader.files._clear_leftovers", interrupted)
    with pytest.raises(KeyboardInterrupt):
        staged(tmp_path / "ud" / "dybt", "en.txt")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_before_the_renaming_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever interrupts while the disk is made to hold the files finds what was there before, and no parts."""

    def interrupted(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reader.files.sync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        staged(tmp_path / "ud", "en.txt", "to.txt")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_amid_the_renaming_waits_for_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the first file has its new name all get theirs, and then the run is interrupted: never a mixture."""
    for name in ("en.txt", "to.txt", "tre.txt"):
        (tmp_path / name).write_text("gammel")
    replace, calls = Path.replace, []

    def interrupted(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        staged(tmp_path, "en.txt", "to.txt", "tre.txt")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == dict.fromkeys(
        ["en.txt", "to.txt", "tre.txt"], "ny"
    )


def test_a_folder_in_the_way_of_one_file_stops_all(tmp_path: Path) -> None:
    """If one of the files cannot get its name, none does."""
    (tmp_path / "to.txt").mkdir()
    (tmp_path / "en.txt").write_text("gammel")
    with pytest.raises(OutputError):
        staged(tmp_path, "en.txt", "to.txt")
    assert (tmp_path / "en.txt").read_text() == "gammel"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["en.txt", "to.txt"]


def test_a_folder_without_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written is an OutputError that says what to do, and a folder made for it goes."""

    def denied(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(OutputError, match="may not be written"):
        staged(tmp_path / "ud", "en.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_named_file_is_a_file(tmp_path: Path) -> None:
    """A link is followed and stays a link; a folder or a device is refused and stays what it is."""
    (tmp_path / "link").symlink_to(tmp_path / "mål.txt")
    with writing_alone(tmp_path / "link") as path:
        path.write_text("ny")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "mål.txt").read_text() == "ny"
    os.mkfifo(tmp_path / "rør")
    for target in (tmp_path, tmp_path / "rør"):
        with pytest.raises(OutputError, match="a folder or a device"), writing_alone(target):
            pytest.fail("the block was entered")
    assert (tmp_path / "rør").is_fifo()


def test_only_one_run_is_alone(tmp_path: Path) -> None:
    """A run that does not wait is told that another is at work; a folder that cannot be written is an error of ours."""
    with (
        alone_in(tmp_path / "new", waits=False) as first,
        alone_in(tmp_path / "new", waits=False) as second,
    ):
        assert (first, second) == (True, False)
    with alone_in(tmp_path / "new") as again:
        assert again
    (tmp_path / "file").touch()
    with pytest.raises(OutputError), alone_in(tmp_path / "file"):
        pass
