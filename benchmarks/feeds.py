"""How long a feed takes over 1, 50, 1,000 and 10,000 episodes, and how much memory: `python benchmarks/feeds.py`.

Each is written by a process of its own, as `lyt feed` does it. Run by hand.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reader.feeds import write_feeds
from reader.publisher.show import Show

EXAMPLE = Path(__file__).resolve().parent.parent / "output" / "eksempel" / "episode.json"
NUMBERS = (1, 50, 1_000, 10_000)


def make_library(folder: Path, number: int) -> None:
    """So many episodes, a day apart, each with the sidecar of the example and a file where its sound would be."""
    plain: dict[str, Any] = json.loads(EXAMPLE.read_bytes())
    for i in range(number):
        slug = f"artikel-{i:05}"
        day = f"{2000 + i // 336}-{i // 28 % 12 + 1:02}-{i % 28 + 1:02}"
        article = plain["article"] | {"published": day, "url": f"https://avis.example/{i}", "byline": ["Ida Ravn"]}
        recording = plain["recording"] | {"path": f"{slug}.mp3", "bytes": 2}
        own = {"id": article["url"], "slug": slug, "title": f"Nyt nr. {i}", "article": article, "recording": recording}
        (folder / slug).mkdir()
        (folder / slug / "episode.json").write_text(json.dumps(plain | own, ensure_ascii=False), "utf-8")
        (folder / slug / f"{slug}.mp3").write_bytes(b"ID")


def write(folder: Path) -> None:
    """Write the feed of a folder, and tell how that went: seconds, megabytes at the most, episodes."""
    show = Show(title="Fjordnyt", description="Nyt", base_url="https://lyd.example/", sites=("avis.example",))
    begun = time.perf_counter()
    (written,) = write_feeds(folder, [show])
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak, written.episodes]))


def main() -> None:
    """Measure each size, the first writing and the next, which finds that nothing has changed."""
    print("episodes  first writing  again     memory")
    for number in NUMBERS:
        with tempfile.TemporaryDirectory() as name:
            make_library(Path(name), number)
            told = [
                json.loads(subprocess.check_output([sys.executable, __file__, "write", name], text=True))
                for _ in range(2)
            ]
        (first, peak, found), (again, *_) = told
        assert found == number
        print(f"{number:>8}  {first:>11.2f} s  {again:>5.2f} s  {peak:>5.0f} MB")


if __name__ == "__main__":
    write(Path(sys.argv[2])) if sys.argv[1:] else main()
