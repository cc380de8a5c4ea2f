"""How fast and how light: whole processes, from an article's file to its finished episode.

Run it as `python benchmarks/speed.py [RUNS]`. Each article is read RUNS times (7 unless told), in turn with the
others, so that a machine whose pace drifts is fair to all; medians are shown. Where espeak-ng and ffmpeg are on the
PATH, the bare pipe of the two speaks the same words for comparison: no chapters, no tags, no transcript, one voice.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reader.cleaner import clean
from reader.scraper import scrape
from reader.scriptwriter import write_script

ARTICLES = Path(__file__).resolve().parent.parent / "tests" / "articles"
SHORT, LONG, PAGE = (ARTICLES / name for name in ("havvind/article.txt", "fyrtaarnet/article.txt", "broen/page.html"))
RUNS = 7


class Run(NamedTuple):
    """One finished process: seconds of wall and processor time, its largest memory in MiB."""

    wall: float
    cpu: float
    memory: float


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            f"lyt read {path.parent.name} ({words(path)} words)": lyt(path, folder) for path in (SHORT, LONG, PAGE)
        }
        if shutil.which("espeak-ng") and shutil.which("ffmpeg"):
            commands[f"bare pipe {SHORT.parent.name}"] = pipe(SHORT, folder)
        measured: dict[str, list[Run]] = {name: [] for name in commands}
        for command in commands.values():
            measure(command)  # a first run reads files that later ones find in memory
        for _ in range(runs):
            for name, command in commands.items():
                measured[name].append(measure(command))
    print(f"{'median of ' + str(runs):40} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9}")
    for name, rows in measured.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{name:40} {wall:8.2f} {cpu:8.2f} {memory:9.0f}")
    report_cost(measured)


def report_cost(measured: dict[str, list[Run]]) -> None:
    """What a further minute of speech costs, from the two lengths of plain text."""
    short, long = (statistics.median(run.wall for run in rows) for rows in list(measured.values())[:2])
    minutes = [duration(path) / 60 for path in (SHORT, LONG)]
    cost = (long - short) / (minutes[1] - minutes[0])
    print(f"{minutes[0]:.1f} and {minutes[1]:.1f} minutes of speech: {cost:.2f} s for each further minute")


def lyt(source: Path, folder: str) -> list[str]:
    return [
        str(Path(sys.executable).with_name("lyt")),
        "read",
        str(source),
        "-o",
        folder,
        "--voice",
        "espeak",
        "--no-cache",
        "--json",
    ]


def pipe(source: Path, folder: str) -> list[str]:
    text = Path(folder) / "words.txt"
    text.write_text(" ".join(line.spoken for line in write_script(clean(scrape(str(source)))).lines), "utf-8")
    speak = f"espeak-ng -v da --stdout -f {text} | ffmpeg -v error -y -i - -ar 44100 -b:a 96k {folder}/pipe.mp3"
    return ["sh", "-c", speak]


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


def words(path: Path) -> int:
    return sum(len(paragraph.text.split()) for paragraph in clean(scrape(str(path))).paragraphs)


def duration(path: Path) -> float:
    """Seconds of speech in an article, as its episode says."""
    with tempfile.TemporaryDirectory() as folder:
        shown = subprocess.run(lyt(path, folder), capture_output=True, text=True, check=True).stdout
    return float(shown.partition('"duration": ')[2].partition(",")[0])


if __name__ == "__main__":
    main()
