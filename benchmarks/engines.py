"""How fast the voices are, beside what a person would use instead: whole processes, from the words to the sound.

Run it as `python benchmarks/engines.py [--check] [RUNS] [ARTICLE]`. Every command is run once to warm up and then RUNS
times (5 unless told), in turn with the others, so that a machine whose pace drifts is fair to all; medians are shown.
`--check` exits with 1 where a target is missed, after up to three times as many runs where the first ones missed it.

    piper   `lyt read` to a finished MP3, beside Piper's own command line making a bare WAV of the same words by the
            same model (a real one, given Danish phonemes); `lyt read` again with one sentence corrected, of this
            article and of a long one; and the memory for three times the long one, which takes minutes
    gtts    `lyt read`, beside gtts-cli, both against a stand-in for the service that takes 150 ms for each answer
    espeak  `lyt read`, alone
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count as count_from
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
LONG, THRICE = "lyt, piper, long article", "lyt, piper, three times the long article"
PIPER = ("--voice", "piper")
SENTENCE = re.compile(r"[A-ZÆØÅ][^.:!?»«\n]{20,}\.(?=\s)")
LYT = (sys.executable, "-m", "reader.cli", "read", "--json")


AT_MOST = {
    "piper: lyt / Piper's command line": 0.65,
    "piper: a sentence corrected / first, long": 0.1,
    "piper: memory for three times / for the long": 1.15,
}
AT_LEAST = {"gtts: gtts-cli / lyt with four at once": 3.0}


@dataclass(frozen=True, slots=True)
class Job:
    """A command to time; `before` is done each time before it, untimed. What is done once is not warmed up for."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    is_once: bool = False


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--check"]
    runs = int(words[0]) if words else RUNS
    article = Path(words[1]) if len(words) > 1 else ARTICLES / "havvind" / "article.txt"
    check = "--check" in sys.argv
    with tempfile.TemporaryDirectory() as name, stand_in() as service:
        measured = timed(jobs(article, Path(name), service), runs, 3 * runs if check else runs)
    count = max(map(len, measured.values()))
    print(f"{'median of ' + str(count):44} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9}")
    for job, rows in measured.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{job:44} {wall:8.2f} {cpu:8.2f} {memory:9.0f}")
    for what, value in ratios(measured).items():
        target = f"at most {AT_MOST[what]}" if what in AT_MOST else f"at least {AT_LEAST.get(what)}"
        print(f"{what:44} {value:8.3f}   {target if what in AT_MOST or what in AT_LEAST else ''}".rstrip())
    for what in (missed := misses(ratios(measured))):
        print(f"missed: {what}", file=sys.stderr)
    return 1 if missed and check else 0


def timed(jobs: Mapping[str, Job], runs: int, most: int) -> dict[str, list[Run]]:
    """So many runs of each job; more, up to `most`, as long as a target is missed."""
    measured: dict[str, list[Run]] = {name: [] for name in jobs}
    for number in range(most + 1):
        if number > runs and not misses(ratios(measured)):
            break
        for name, job in jobs.items():
            if job.is_once and number:
                continue
            job.before()
            run = measure(job.command, job.environment)
            if number or job.is_once:  # a first run reads files that later ones find in memory
                measured[name].append(run)
    return measured


def ratios(measured: Mapping[str, list[Run]]) -> dict[str, float]:
    """What the targets are about, by wall time or memory."""
    wall = {name: statistics.median(run.wall for run in rows) for name, rows in measured.items()}
    memory = {name: statistics.median(run.memory for run in rows) for name, rows in measured.items()}
    return {
        "piper: lyt / Piper's command line": wall["lyt, piper"] / wall["piper, bare WAV"],
        "piper: a sentence corrected / first": wall["lyt, piper, a sentence corrected"] / wall["lyt, piper"],
        "piper: a sentence corrected / first, long": wall[f"{LONG}, a sentence corrected"] / wall[LONG],
        "piper: memory for three times / for the long": memory[THRICE] / memory[LONG],
        "gtts: gtts-cli / lyt with four at once": wall["gtts-cli"] / wall["lyt, gtts, four at once"],
    }


def misses(ratios: Mapping[str, float]) -> list[str]:
    """The targets that were missed."""
    too_much = [name for name, most in AT_MOST.items() if ratios[name] > most]
    return too_much + [name for name, least in AT_LEAST.items() if ratios[name] < least]


def jobs(article: Path, folder: Path, service: Mapping[str, str]) -> dict[str, Job]:
    words = folder / "words.txt"
    words.write_text("\n".join(sentences(article)) + "\n", "utf-8")
    model = install_piper(folder / "data" / "voices")
    data = {"LYT_DATA": str(folder / "data"), "LYT_OUTPUT": str(folder / "out")}
    online = {**data, **service}
    bare = (sys.executable, "-m", "piper", "-m", str(model), "-i", str(words), "-f", str(folder / "bare.wav"))

    def read(path: Path, *options: str) -> tuple[str, ...]:
        return (*LYT, str(path), *options)

    def corrected(path: Path) -> Job:
        """Reads `path` again; the first time, which warms up, it is read as it was."""
        copy = folder / path.parent.name / "article.txt"
        copy.parent.mkdir(exist_ok=True)
        return Job(read(copy, *PIPER, "--cache", str(folder / "cache")), data, corrector(path, copy))

    long, thrice = ARTICLES / "fyrtaarnet" / "article.txt", folder / "thrice.txt"
    thrice.write_text("\n\n".join([long.read_text("utf-8")] * 3), "utf-8")
    return {
        "lyt, piper": Job(read(article, *PIPER, "--no-cache"), data),
        "piper, bare WAV": Job(bare),
        "lyt, piper, a sentence corrected": corrected(article),
        LONG: Job(read(long, *PIPER, "--cache", str(folder / "cache")), data, is_once=True),
        f"{LONG}, a sentence corrected": corrected(long),
        THRICE: Job(read(thrice, *PIPER, "--no-cache"), data, is_once=True),
        "lyt, gtts, four at once": Job(read(article, "--voice", AT_ONCE, "--no-cache"), online),
        "gtts-cli": Job((str(GTTS_CLI), "-l", "da", "-f", str(words), "-o", str(folder / "bare.mp3")), online),
        "lyt, espeak": Job(read(article, "--voice", "espeak", "--no-cache"), data),
    }


def sentences(article: Path) -> list[str]:
    """The words that are spoken, a sentence a line."""
    by_sentence: dict[int, list[str]] = {}
    for line in write_script(clean(scrape(str(article)))).lines:
        by_sentence.setdefault(line.sentence, []).append(line.spoken)
    return [" ".join(parts) for parts in by_sentence.values()]


def corrector(article: Path, corrected: Path) -> Callable[[], None]:
    """Write the article down as it is and then, each time, with a new word in a sentence of the usual length."""
    text = article.read_text("utf-8")
    found = sorted(SENTENCE.findall(text), key=len)
    usual = found[len(found) // 2]
    first_word, rest = usual.split(maxsplit=1)
    count = count_from(0)

    def correct() -> None:
        number = next(count)
        corrected.write_text(text.replace(usual, f"{first_word} {number} {rest}" if number else usual, 1), "utf-8")

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
    sys.exit(main())
