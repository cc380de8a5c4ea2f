#!/usr/bin/env python3
"""Everything that a developer does here, as one file to read: `python3 run.py TASK`.

    try      set up, and turn the sample article into an MP3 in output/
    test     set up, and run the tests
    lint     set up, and check style, types, import contracts and budgets
    browser  set up, and run the tests of the player, in the Chromium that is installed
    floors   set up, and measure the quality that must never sink
    bench    set up, and measure speed and memory
    example  set up, and make output/eksempel/ anew
    goldens  set up, and write the expected articles and scripts of tests/articles/ anew; then read the diff
    lyt ...  set up, and run the command line of this checkout

The set-up makes .venv beside this file, and does nothing when it is already there and up to date. What follows the
task is handed on: `python3 run.py test -k seed`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
SAMPLE = HERE / "tests" / "articles" / "eksempel" / "article.txt"
EXAMPLE = HERE / "output" / "eksempel"
OLDEST = (3, 11)
EXTRAS = ("", "test", "browser", "dev")  # each holds those before it


def set_up(extra: str = "") -> None:
    """Make .venv and install this checkout into it, with an extra, unless that is what it already holds."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}")
    made_from = [HERE / "pyproject.toml", *sorted((HERE / "player").glob("*.*"))]  # the last become lyt.js
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in made_from) + sys.version.encode()).hexdigest()
    stamps = {name: VENV / f"lyt-{name or 'plain'}.stamp" for name in EXTRAS}
    held_by = EXTRAS[EXTRAS.index(extra) :]
    if any(stamps[name].exists() and stamps[name].read_text("utf-8") == wanted for name in held_by):
        return
    if not PYTHON.exists():
        print("Making .venv ...", file=sys.stderr, flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            sys.exit("No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv")
    print("Installing (once; a minute or so) ...", file=sys.stderr, flush=True)
    target = f"{HERE}[{extra}]" if extra else str(HERE)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target)
    stamps[extra].write_text(wanted, "utf-8")


def run(program: Path, *arguments: str, folder: Path = HERE) -> None:
    """Run a program in a folder; if it fails, so do we, with its code."""
    process = subprocess.Popen([str(program), *arguments], cwd=folder)
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:
            continue  # the program got it too, and cleans up
    if code:
        sys.exit(code)


def try_it(*arguments: str) -> None:
    set_up()
    run(BIN / "lyt", "read", str(SAMPLE.relative_to(HERE)), *arguments)


def test(*arguments: str) -> None:
    set_up("test")
    run(PYTHON, "-m", "pytest", "--numprocesses", "auto", "--dist", "loadfile", "--ignore", "tests/browser", *arguments)


def browser(*arguments: str) -> None:
    set_up("browser")
    run(PYTHON, "-m", "pytest", "--numprocesses", "auto", "--dist", "load", "tests/browser", *arguments)


def lint() -> None:
    set_up("dev")
    run(PYTHON, "-m", "ruff", "check")
    run(PYTHON, "-m", "ruff", "format", "--check")
    run(PYTHON, "-m", "mypy")
    run(BIN / "lint-imports", "--no-cache")
    run(PYTHON, "benchmarks/budgets.py")


def floors(*arguments: str) -> None:
    set_up("test")
    run(PYTHON, "benchmarks/floors.py", *arguments)


def bench(*arguments: str) -> None:
    set_up("test")
    run(PYTHON, "benchmarks/danish.py", *arguments)
    run(PYTHON, "benchmarks/speed.py", *arguments)
    run(PYTHON, "benchmarks/engines.py", *arguments)
    run(PYTHON, "benchmarks/word_timing.py")
    run(PYTHON, "benchmarks/extraction.py")
    run(PYTHON, "benchmarks/feeds.py")


def example() -> None:
    set_up()
    shutil.rmtree(EXAMPLE, ignore_errors=True)
    EXAMPLE.mkdir(parents=True)
    (EXAMPLE / "episode.json").write_text('{"id": "eksempel"}', "utf-8")  # an episode keeps the folder of its id
    run(BIN / "lyt", "read", str(SAMPLE.relative_to(HERE)), "--id", "eksempel", "-o", "output", "--no-cache")


def goldens() -> None:
    set_up("test")
    run(PYTHON, "-m", "pytest", "-q", "tests/test_goldens.py", "--write-goldens")


def lyt(*arguments: str) -> None:
    set_up()
    run(BIN / "lyt", *arguments, folder=Path.cwd())


TASKS = {
    "try": try_it,
    "test": test,
    "browser": browser,
    "lint": lint,
    "floors": floors,
    "bench": bench,
    "example": example,
    "goldens": goldens,
    "lyt": lyt,
}


def main() -> None:
    task, *arguments = sys.argv[1:] or ["help"]
    if task not in TASKS:
        sys.exit(__doc__)
    TASKS[task](*arguments)


if __name__ == "__main__":
    main()
