"""lyt cache: what is kept, and how to be rid of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.cachefolder import CacheFolder
from reader.cli import run
from reader.cli.cache import _size
from reader.scraper import pagecache
from reader.soundside import sound_folder
from reader.synthesizer import clipcache

Output = pytest.CaptureFixture[str]


@pytest.fixture
def root(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own cache folder, which is not there yet."""
    root = bare_folder / "cache" / "lyt"
    monkeypatch.setattr("reader.cli.options.cache_folder", lambda *_: str(root))
    return root


def fill(root: Path) -> dict[str, CacheFolder]:
    """Two pages, three clips and a stretch of encoded sound."""
    folders = {
        "pages": pagecache.page_folder(root / "pages"),
        "clips": clipcache.clip_folder(root / "clips"),
        "sound": sound_folder(root / "sound", 10**9),
    }
    for number, folder in enumerate(folders.values()):
        for name in "abc"[: (2, 3, 1)[number]]:
            folder.keep(name, bytes(20_000 * number))
    return folders


def entries(folders: dict[str, CacheFolder]) -> list[int]:
    return [folder.usage()[0] for folder in folders.values()]


@pytest.mark.parametrize("arguments", [[], ["show"]], ids=["bare", "show"])
def test_it_shows_where_and_how_much(root: Path, capsys: Output, arguments: list[str]) -> None:
    """`lyt cache`, with show or without, tells the place, and of each part how much there is and may be."""
    fill(root)
    assert run(["cache", *arguments]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == str(root)
    assert [line.split() for line in shown.out.splitlines()[1:]] == [
        ["pages", "2", "8.2", "kB", "of", "100", "MB"],
        ["clips", "3", "61", "kB", "of", "1", "GB"],
        ["sound", "1", "41", "kB", "of", "250", "MB"],
    ]
    assert "lyt cache clear" in shown.err


@pytest.mark.parametrize("arguments", [["--json"], ["show", "--json"]], ids=" ".join)
def test_it_shows_as_json(root: Path, capsys: Output, arguments: list[str]) -> None:
    """With --json the same is one line of JSON, in plain bytes, and nothing else is said."""
    fill(root)
    assert run(["cache", *arguments]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {
        "cache": str(root),
        "pages": {"entries": 2, "bytes": 8192, "most": pagecache.MOST_BYTES},
        "clips": {"entries": 3, "bytes": 61_440, "most": clipcache.MOST_BYTES},
        "sound": {"entries": 1, "bytes": 40_960, "most": clipcache.MOST_BYTES // 4},
    }
    assert shown.err == ""


def test_the_bounds_are_those_of_the_settings(root: Path, bare_folder: Path, capsys: Output) -> None:
    """What there may be at most is what a run with the same settings keeps to."""
    (bare_folder / "lyt.toml").write_text("cache_size = 40\n")
    assert run(["cache", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [shown[kind]["most"] for kind in ("clips", "sound")] == [40_000_000, 10_000_000]


def test_a_cache_that_was_never_used_is_empty(root: Path, capsys: Output) -> None:
    """Looking at a cache that is not there, or emptying it, makes no folder."""
    assert run(["cache"]) == run(["cache", "clear"]) == 0
    assert capsys.readouterr().out.count(" 0 B") == 6
    assert not root.exists()


@pytest.mark.parametrize(
    ("options", "left"),
    [([], [0, 0, 0]), (["--pages"], [0, 3, 1]), (["--clips"], [2, 0, 0]), (["--pages", "--clips"], [0, 0, 0])],
    ids=["all", "pages", "clips", "both"],
)
def test_it_empties_what_was_named(root: Path, capsys: Output, options: list[str], left: list[int]) -> None:
    """Without a choice all goes; encoded sound goes with the clips that it was made from."""
    folders = fill(root)
    before = entries(folders)
    assert run(["cache", "clear", *options]) == 0
    assert entries(folders) == left
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == [
        kind for kind, had, has in zip(folders, before, left, strict=True) if had != has
    ]


def test_it_tells_what_was_freed(root: Path, capsys: Output) -> None:
    """Emptying says how many entries of each part went, and how much room that makes."""
    fill(root)
    assert run(["cache", "clear"]) == 0
    assert capsys.readouterr().out == (
        "pages: 2 entries removed, 8.2 kB\nclips: 3 entries removed, 61 kB\nsound: 1 entry removed, 41 kB\n"
    )


def test_a_dry_run_removes_nothing(root: Path, capsys: Output) -> None:
    """With --dry-run the same is told, and all stays."""
    folders = fill(root)
    assert run(["cache", "clear", "--clips", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told == "clips: 3 entries would be removed, 61 kB\nsound: 1 entry would be removed, 41 kB\n"
    assert entries(folders) == [2, 3, 1]


def test_nothing_of_others_is_removed(root: Path) -> None:
    """Files that this program did not keep there stay, wherever in the cache they are, and so do those behind links."""
    fill(root)
    strangers = [root / "notes.txt", root / "clips" / "mine.clip", root / "pages" / "deep" / f"{'0' * 64}.page"]
    for path in strangers:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    outside = root.parent / "outside"
    outside.write_text("mine")
    (root / "clips" / f"{'0' * 64}.clip").symlink_to(outside)
    assert run(["cache", "clear"]) == 0
    assert sorted(path for path in root.rglob("*") if path.is_file()) == sorted(strangers)
    assert outside.read_text() == "mine"


def test_another_cache_can_be_named(root: Path, bare_folder: Path, capsys: Output) -> None:
    """--cache and the settings file name another folder, and then the user's own is left alone."""
    own, other = fill(root), fill(bare_folder / "other")
    (bare_folder / "set.toml").write_text('cache = "other"\n')
    assert run(["cache", "--config", "set.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cache"] == str(bare_folder / "other")
    assert run(["cache", "clear", "--cache", "other"]) == 0
    assert entries(other) == [0, 0, 0]
    assert entries(own) == [2, 3, 1]


def test_an_option_before_the_command_is_refused(root: Path, capsys: Output) -> None:
    """A folder named where `clear` would not hear of it must not empty another one."""
    own = fill(root)
    assert run(["cache", "--cache", "other", "clear"]) == 2
    assert "unexpected extra argument" in capsys.readouterr().err
    assert entries(own) == [2, 3, 1]


@pytest.mark.parametrize("arguments", [[], ["show"], ["clear"]], ids=["bare", "show", "clear"])
def test_without_a_cache_it_says_so(root: Path, bare_folder: Path, capsys: Output, arguments: list[str]) -> None:
    """Where the settings want no cache, there is nothing to show or to empty: one line, and exit code 2."""
    own = fill(root)
    (bare_folder / "lyt.toml").write_text("cache = false\n")
    assert run(["cache", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("lyt: no cache is kept")
    assert shown.err.count("\n") == 1
    assert entries(own) == [2, 3, 1]


def test_help_names_both_commands(root: Path, capsys: Output) -> None:
    """The help of the group is still to be had, and a misspelt command is named."""
    assert run(["cache", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name}  " in shown for name in ("show", "clear"))
    assert run(["cache", "celar"]) == 2
    assert "celar" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (7, "7 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (4096, "4.1 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (99_960, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_000_000_000, "1 GB"),
        (1_234_567_890_123_456, "1235 TB"),
    ],
)
def test_bytes_for_people(count: int, expected: str) -> None:
    """A size is told in at most three figures and the unit that fits."""
    assert _size(count) == expected
