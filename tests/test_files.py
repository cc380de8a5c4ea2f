"""Files are written beside their targets and renamed: a reader sees the old or the new, never half of either."""

import errno
import os
import time
from pathlib import Path

import pytest

from reader.errors import OutputError
from reader.files import STALE_SECONDS, Staging


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
