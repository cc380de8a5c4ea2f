"""How fast Danish is read: milliseconds for 10,000 characters of news, and how the time grows with the text.

Run it as `python benchmarks/danish.py [RUNS]`. The best of RUNS (7 unless told) is shown, on one core: what the code
costs, without what else the machine was doing. The news is that of the sample articles, whole and sentence by sentence,
as the script has it read; the gold rows joined are a text in which every word is a number or worse. The growth is how
much longer twice as much of one piece takes: about 2 where the time is linear, 4 where it is quadratic.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

from reader import danish

TESTS = Path(__file__).resolve().parent.parent / "tests"
LENGTH = 10_000
RUNS = 7
PIECES = {
    "news": "Aftalen koster 3,5 mio. kr. om året, siger Mette Holm. »Det er ca. 10 pct. mere,« siger hun. ",
    "digits": "1",
    "full stops": ".",
    "abbreviations": "f.eks. ",
    "prices": "$5 mia. ",
    "ranges": "1-",
    "addresses": "www.",
    "capitals": "NEJ! ",
    "nested quotes": "»",
    "quotes": "»Ja,« siger Bo Ek. ",
    "dialogue": "– Nej, siger hun. ",
}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    news = sample_news()
    gold = " ".join(line.split("\t")[1] for line in (TESTS / "danish" / "gold.tsv").read_text("utf-8").splitlines())
    sentences = danish.sentences(news)
    print(f"{LENGTH} characters, best of {runs}                ms")
    for name, work in {
        "news, whole": lambda: danish.spoken(news),
        "news, sentence by sentence": lambda: [danish.spoken(sentence) for sentence in sentences],
        "gold rows, joined": lambda: danish.spoken((gold * 2)[:LENGTH]),
        "news cut into sentences": lambda: danish.sentences(news),
        "quotes and speakers of the news": lambda: danish.quotes(sample_paragraphs()),
    }.items():
        print(f"{name:36} {1000 * best(work, runs):8.1f}")
    print(f"\n{'twice as much of':36} {'spoken':>8} {'quotes':>8}")
    for name, piece in PIECES.items():
        print(f"{name:36} {growth(danish.spoken, piece):8.1f} {growth(read_quotes, piece):8.1f}")


def sample_paragraphs() -> list[str]:
    """The paragraphs of the sample articles, up to the length that is measured."""
    paragraphs: list[str] = []
    for path in sorted(TESTS.glob("articles/*/article.json")):
        for paragraph in json.loads(path.read_text("utf-8"))["paragraphs"]:
            if sum(map(len, paragraphs)) < LENGTH:
                paragraphs.append(paragraph["text"])
    return paragraphs


def sample_news() -> str:
    return " ".join(sample_paragraphs())[:LENGTH]


def read_quotes(text: str) -> object:
    return danish.quotes([text])


def growth(work: Callable[[str], object], piece: str) -> float:
    """How many times longer the work takes on twice the text."""
    text = piece * (4 * LENGTH // len(piece))
    return best(lambda: work(text + text), 3) / best(lambda: work(text), 3)


def best(work: Callable[[], object], runs: int) -> float:
    """The seconds of processor time of the fastest run."""
    return min(seconds(work) for _ in range(runs))


def seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


if __name__ == "__main__":
    main()
