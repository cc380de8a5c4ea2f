"""How fast the voices are, beside what a person would use instead: whole processes, from the words to the sound.

Run it as `python benchmarks/engines.py [RUNS] [ARTICLE]`. Every command is run once to warm up and then RUNS times (5
unless told), in turn with the others, so that a machine whose pace drifts is fair to all; medians are shown.

    piper   `lyt read` to a finished MP3, beside Piper's own command line making a bare WAV of the same words by the
            same model (a real one, given Danish phonemes); and `lyt read` again with one word corrected
    gtts    `lyt read`, beside gtts-cli, both against a stand-in for the service that takes 150 ms for each answer
    espeak  `lyt read`, alone
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from speed import ARTICLES, Run, measure

from reader.cleaner import clean
from reader.scraper import scrape
from reader.scriptwriter import write_script

TESTS = Path(__file__).resolve().parent.parent / "tests"
RUNS = 5
DELAY = 0.15
AT_ONCE = "gtts:da?at_once=4&per_second=50"
GTTS_CLI = Path(sys.executable).with_name("gtts-cli")
LYT = (sys.executable, "-m", "reader.cli", "read", "--json")


@dataclass(frozen=True, slots=True)
class Job:
    """A command to time; `before` is done each time before it, untimed."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    article = Path(sys.argv[2]) if len(sys.argv) > 2 else ARTICLES / "havvind" / "article.txt"
    with tempfile.TemporaryDirectory() as name, stand_in() as service:
        measured = timed(jobs(article, Path(name), service), runs)
    print(f"{'median of ' + str(runs):44} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9}")
    for job, rows in measured.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{job:44} {wall:8.2f} {cpu:8.2f} {memory:9.0f}")
    for what, value in ratios(measured).items():
        print(f"{what:44} {value:8.2f}")


def timed(jobs: Mapping[str, Job], runs: int) -> dict[str, list[Run]]:
    measured: dict[str, list[Run]] = {name: [] for name in jobs}
    for number in range(runs + 1):
        for name, job in jobs.items():
            job.before()
            run = measure(job.command, job.environment)
            if number:  # a first run reads files that later ones find in memory
                measured[name].append(run)
    return measured


def ratios(measured: Mapping[str, list[Run]]) -> dict[str, float]:
    """What the targets are about, by wall time."""
    wall = {name: statistics.median(run.wall for run in rows) for name, rows in measured.items()}
    return {
        "piper: lyt / Piper's command line": wall["lyt, piper"] / wall["piper, bare WAV"],
        "piper: one word corrected / first render": wall["lyt, piper, one word corrected"] / wall["lyt, piper"],
        "gtts: gtts-cli / lyt with four at once": wall["gtts-cli"] / wall["lyt, gtts, four at once"],
    }


def jobs(article: Path, folder: Path, service: Mapping[str, str]) -> dict[str, Job]:
    words = folder / "words.txt"
    words.write_text("\n".join(sentences(article)) + "\n", "utf-8")
    own, corrected = folder / "article.txt", folder / "corrected" / "article.txt"
    corrected.parent.mkdir()
    own.write_text(article.read_text("utf-8"), "utf-8")
    model = install_piper(folder / "data" / "voices")
    data = {"LYT_DATA": str(folder / "data"), "LYT_OUTPUT": str(folder / "out")}
    online = {**data, **service}
    return {
        "lyt, piper": Job((*LYT, str(own), "--voice", "piper", "--no-cache"), data),
        "piper, bare WAV": Job(
            (sys.executable, "-m", "piper", "-m", str(model), "-i", str(words), "-f", str(folder / "bare.wav"))
        ),
        "lyt, piper, one word corrected": Job(
            (*LYT, str(corrected), "--voice", "piper", "--cache", str(folder / "cache")),
            data,
            corrector(own, corrected),
        ),
        "lyt, gtts, four at once": Job((*LYT, str(own), "--voice", AT_ONCE, "--no-cache"), online),
        "gtts-cli": Job(
            (str(GTTS_CLI), "-l", "da", "-f", str(words), "-o", str(folder / "bare.mp3")), online
        ),
        "lyt, espeak": Job((*LYT, str(own), "--voice", "espeak", "--no-cache"), data),
    }


def sentences(article: Path) -> list[str]:
    """The words that are spoken, a sentence a line."""
    by_sentence: dict[int, list[str]] = {}
    for line in write_script(clean(scrape(str(article)))).lines:
        by_sentence.setdefault(line.sentence, []).append(line.spoken)
    return [" ".join(parts) for parts in by_sentence.values()]


def corrector(article: Path, corrected: Path) -> Callable[[], None]:
    """Each time, correct the article at another word, so that one sentence of it was never spoken."""
    text = article.read_text("utf-8")
    numbers: Iterator[int] = iter(range(1000))

    def correct() -> None:
        middle = text.index(" ", len(text) // 2)
        corrected.write_text(f"{text[:middle]} og {'så ' * next(numbers)}igen{text[middle:]}", "utf-8")

    return correct


def install_piper(folder: Path) -> Path:
    sys.path.insert(0, str(TESTS))
    from piper_voice import install  # noqa: PLC0415

    model: Path = install(folder)
    return model


@contextmanager
def stand_in() -> Iterator[dict[str, str]]:
    """The service's stand-in at work; what the environment must say for it to be asked."""
    command = [sys.executable, str(TESTS / "gtts_stand_in.py"), "--delay", str(DELAY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield {"HTTPS_PROXY": told["proxy"], "SSL_CERT_FILE": told["certificate"]}
        process.communicate(timeout=10)


if __name__ == "__main__":
    main()
