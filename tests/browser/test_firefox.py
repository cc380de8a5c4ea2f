"""The player in another browser's engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from browsing import ROOT, Site, missing

MODULES = os.environ.get("LYT_NODE_MODULES", "")


def test_firefox_plays_and_reads_along(site: Site, tmp_path: Path) -> None:
    """In Firefox the player plays, marks what is heard, lists and plays chapters, and follows who scrolls on."""
    node, firefox = shutil.which("node"), shutil.which("firefox-esr") or shutil.which("firefox")
    if not node or not (Path(MODULES) / "puppeteer-core").is_dir():
        missing("puppeteer-core in LYT_NODE_MODULES")
    if not firefox:
        missing("Firefox")
    (tmp_path / "node_modules").symlink_to(MODULES)
    script = shutil.copy(ROOT / "tests" / "judges" / "firefox.mjs", tmp_path)
    done = subprocess.run(
        [str(node), script, str(firefox), site.page("eksempel")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["troubles"] == []
    assert (told["label"], told["controls"]) == ("Lyt til artiklen (1 min.)", False)
    assert told["plays"]
    assert told["jumps"]
    assert set(told["marks"]) == {"lyt-sentence", "lyt-word"}
    assert told["chapters"][1].startswith("Grethe Lund Madsen: Vi har mistet")
    assert told["after"].startswith("»Vi har mistet fire bøger")
    assert told["current"].startswith("Grethe Lund Madsen")
    assert told["position"].endswith(" sekunder")
    assert told["mini"]
    assert abs(told["bottom"] - 600) <= 1
    assert told["pauses"]
