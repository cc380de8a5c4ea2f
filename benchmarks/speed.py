"""How fast and how light: whole processes, from an article's file to its finished episode, beside what one would use.

Run it as `python benchmarks/speed.py [RUNS] [--book] [--check]`. Each command is run RUNS times (7 unless told), in
turn with the others, so that a machine whose pace drifts is fair to all; medians are shown. `--book` adds a text of
60,000 words, once. Where espeak-ng and ffmpeg are on the PATH, the same words go through the bare pipe of the two (no
chapters, no tags, no transcript, one voice, no loudness), through the pipe with ffmpeg's loudnorm, and through a plain
script.

What is kept in ratios.json are ratios of medians in one run, since seconds say nothing on another machine: `--check`
exits with 1 where one is more than a tenth above what was reached, `--lower` writes down what was reached now, if it
is better.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from reader.cleaner import clean
from reader.scraper import scrape
from reader.scriptwriter import write_script

HERE = Path(__file__).resolve().parent
ARTICLES = HERE.parent / "tests" / "articles"
RATIOS = HERE / "ratios.json"
SHORT, LONG, PAGE = (ARTICLES / name for name in ("havvind/article.txt", "fyrtaarnet/article.txt", "broen/page.html"))
RUNS = 7
BOOK_WORDS = 60_000
LEEWAY = 1.1
LYT, LYT_5, PIPE, LOUDNORM, SCRIPT = "lyt", "lyt --quality 5", "pipe", "pipe + loudnorm", "plain script"


class Run(NamedTuple):
    """One finished process: seconds of wall and processor time, the memory of its largest process in MiB."""

    wall: float
    cpu: float
    memory: float


def main() -> int:
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    runs = numbers[0] if numbers else RUNS
    with tempfile.TemporaryDirectory() as folder:
        measured = in_turn(contestants(SHORT, folder), runs)
        others = in_turn({f"lyt, {path.parent.name}": lyt(path, folder) for path in (LONG, PAGE)}, min(runs, 3))
        book = in_turn(contestants(written_book(Path(folder)), folder, LYT, PIPE), 1) if "--book" in sys.argv else {}
        minutes = {path: duration(path) / 60 for path in (SHORT, LONG)}
    show(f"{words(SHORT)} words, {minutes[SHORT]:.1f} minutes", measured)
    show(f"{words(LONG)} words and a page of {words(PAGE)}", others)
    if book:
        show(f"{BOOK_WORDS} words", book)
    cost = (middle(others[f"lyt, {LONG.parent.name}"]).wall - middle(measured[LYT]).wall) / (
        minutes[LONG] - minutes[SHORT]
    )
    print(f"{cost:.2f} s for each further minute of speech: {60 * cost:.0f} s for an hour")
    return judged(ratios(measured) | {f"book: {name}": ratio for name, ratio in ratios(book).items()})


def contestants(article: Path, folder: str, *wanted: str) -> dict[str, list[str]]:
    """The commands by name; those of other programs where these are installed."""
    commands = {LYT: lyt(article, folder), LYT_5: [*lyt(article, folder), "--quality", "5"]}
    if shutil.which("espeak-ng") and shutil.which("ffmpeg"):
        page = Path(folder) / f"{article.parent.name}.html"
        paragraphs = clean(scrape(str(article))).paragraphs
        page.write_text("\n".join(f"<p>{escape(paragraph.text)}</p>" for paragraph in paragraphs), "utf-8")
        script = [sys.executable, str(HERE / "plain_script.py"), str(page), f"{folder}/plain.mp3"]
        commands |= {
            PIPE: pipe(article, folder),
            LOUDNORM: pipe(article, folder, "-af loudnorm=I=-16:TP=-1"),
            SCRIPT: script,
        }
    return {name: command for name, command in commands.items() if not wanted or name in wanted}


def in_turn(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[Run]]:
    """Each command so many times, one after the other; a first run of each is not counted where there are several."""
    for command in commands.values() if runs > 1 else ():
        measure(command)
    rounds = [{name: measure(command) for name, command in commands.items()} for _ in range(runs)]
    return {name: [each[name] for each in rounds] for name in commands}


def ratios(measured: Mapping[str, Sequence[Run]]) -> dict[str, float]:
    """The wall times beside those of the others."""
    pairs = [(LYT, PIPE), (LYT_5, PIPE), (LYT, LOUDNORM), (LYT, SCRIPT)]
    return {
        f"{ours} / {theirs}": middle(measured[ours]).wall / middle(measured[theirs]).wall
        for ours, theirs in pairs
        if ours in measured and theirs in measured
    }


def judged(found: Mapping[str, float]) -> int:
    """Show ratios beside what was reached before; 1 where one is worse and that shall be an error."""
    reached: dict[str, float] = json.loads(RATIOS.read_text("utf-8"))
    for name, ratio in found.items():
        print(f"{name:34} {ratio:5.2f}   reached: {reached.get(name, float('nan')):.2f}")
    if "--lower" in sys.argv:
        kept = reached | {name: round(min(ratio, reached.get(name, ratio)), 3) for name, ratio in found.items()}
        RATIOS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    worse = [name for name, ratio in found.items() if ratio > LEEWAY * reached.get(name, ratio)]
    return 1 if worse and "--check" in sys.argv else 0


def show(title: str, measured: Mapping[str, Sequence[Run]]) -> None:
    print(f"{title:34} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9}")
    for name, runs in measured.items():
        run = middle(runs)
        print(f"  {name:32} {run.wall:8.2f} {run.cpu:8.2f} {run.memory:9.0f}")


def middle(runs: Sequence[Run]) -> Run:
    """The medians of several runs."""
    return Run(*(statistics.median(column) for column in zip(*runs, strict=True)))


def lyt(source: Path, folder: str) -> list[str]:
    program = str(Path(sys.executable).with_name("lyt"))
    return [program, "read", str(source), "-o", folder, "--voice", "espeak", "--no-cache", "--json"]


def pipe(source: Path, folder: str, filters: str = "") -> list[str]:
    text = Path(folder) / f"{source.parent.name}.words"
    text.write_text(" ".join(line.spoken for line in write_script(clean(scrape(str(source)))).lines), "utf-8")
    encode = f"ffmpeg -v error -y -i - {filters} -ar 44100 -b:a 96k {folder}/pipe.mp3"
    return ["sh", "-c", f"espeak-ng -v da --stdout -f {text} | {encode}"]


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command, with more in its environment; the children's own accounting tells processor time and memory."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return Run(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def written_book(folder: Path) -> Path:
    """A text of 60,000 words: the paragraphs of the longest sample article over and over."""
    title, *paragraphs = (piece for piece in LONG.read_text("utf-8").split("\n\n") if piece.strip())
    length = sum(len(paragraph.split()) for paragraph in paragraphs)
    book = folder / "book" / "article.txt"
    book.parent.mkdir()
    book.write_text("\n\n".join([title, *paragraphs * (BOOK_WORDS // length + 1)]), "utf-8")
    return book


def words(path: Path) -> int:
    return sum(len(paragraph.text.split()) for paragraph in clean(scrape(str(path))).paragraphs)


def duration(path: Path) -> float:
    """Seconds of speech in an article, as its episode says."""
    with tempfile.TemporaryDirectory() as folder:
        shown = subprocess.run(lyt(path, folder), capture_output=True, text=True, check=True).stdout
    return float(json.loads(shown)["duration"])


if __name__ == "__main__":
    sys.exit(main())
