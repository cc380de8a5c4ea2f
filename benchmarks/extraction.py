"""How well and how fast articles are found in pages, beside trafilatura as it comes, in one run.

Run it as `python benchmarks/extraction.py` where the scored pages lie beside the checkout: for each extractor it prints
the scores and the milliseconds for a page. "apart" is the cleaner in its sandbox, which is what a user waits for.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCORER = HERE.parent.parent / "shared" / "extraction" / "score.py"
EXTRACTORS = {path.stem: path for path in sorted((HERE / "extractors").glob("*.py"))}
PEER = "trafilatura_alone"
SETS = re.compile(
    r"^(\w+): n=\d+ precision [\d.]+ recall [\d.]+ F1 ([\d.]+) +(\d+) ms/page"
    r"(?:.* F1 ([\d.]+)  lead recall ([\d.]+))?",
    re.MULTILINE,
)


def main() -> int:
    if not SCORER.exists():
        print("there are no scored pages beside this checkout: nothing is measured")
        return 0
    results = {name: scores(name) for name in EXTRACTORS}
    for figure in next(iter(results.values())):
        row = "   ".join(f"{name} {result[figure]:7.3f}" for name, result in results.items())
        print(f"{figure:22} {row}")
    return 0


def scores(name: str) -> dict[str, float]:
    """The figures of an extractor: F1 and milliseconds by set, F1 of blocks and recall of leads."""
    command = [sys.executable, str(SCORER), str(EXTRACTORS[name])]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures: dict[str, float] = {}
    for pages, f1, milliseconds, blocks, lead in SETS.findall(shown):
        figures |= {f"{pages} F1": float(f1), f"{pages} ms a page": float(milliseconds)}
        if blocks:
            figures |= {"blocks F1": float(blocks), "lead recall": float(lead)}
    return figures


if __name__ == "__main__":
    sys.exit(main())
