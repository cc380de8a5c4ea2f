"""What the tests of the player ask of a site and of a page."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "tests" / "browser" / "pages"
ARTICLES = ROOT / "tests" / "articles"
CMS = ("gutenberg", "escenic", "react", "drupal", "amp")
SAMPLES = ("eksempel", "havvind")
SEED = ROOT.parent / "shared" / "seed" / "000_acce40312695345e.txt"
ARGUMENTS = [
    "--no-sandbox",
    "--mute-audio",
    "--autoplay-policy=document-user-activation-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MARKED = "Object.fromEntries([...CSS.highlights].map(([name, [range]]) => [name, `${range}`]))"


def chromium_path() -> str | None:
    """Where a Chromium is installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("LYT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def missing(what: str) -> None:
    """Skip what cannot be tried here, but fail where it must be (in CI)."""
    if os.environ.get("LYT_JUDGES") == "required":
        pytest.fail(f"{what} is required here, but is missing")
    pytest.skip(f"{what} is missing")


@dataclass(frozen=True, slots=True)
class Site:
    """A folder of episodes, served on the loopback interface; their slugs by the names of their sources."""

    folder: Path
    address: str
    slugs: dict[str, str]

    def page(self, name: str) -> str:
        """The address of an article's own page."""
        return f"{self.address}{self.slugs[name]}/"

    def cms(self, name: str) -> str:
        """The address of a newsroom's page with the player in it."""
        return f"{self.address}cms/{name}.html"


def player(page: Any) -> Any:
    """The first player of a page."""
    return page.locator("lyt-artiklen").first


def button(page: Any, name: str) -> Any:
    """A button of the first player by its name."""
    return player(page).get_by_role("button", name=name, exact=True)


def until(page: Any, condition: str, seconds: float = 10) -> None:
    """Wait for what is true of a page; asked from outside, as a strict page lets nobody evaluate text in it."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never true: {condition}"
        page.wait_for_timeout(20)


def listen(page: Any) -> None:
    """Press play, and wait until something is heard."""
    player(page).locator("button.play").click()
    until(page, "!document.querySelector('audio').paused && document.querySelector('audio').currentTime > 0.1")


def now(page: Any) -> float:
    """Where the sound is, in seconds."""
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def marked(page: Any) -> dict[str, str]:
    """What is marked in the page, by the name of the mark, with single spaces."""
    texts: dict[str, str] = page.evaluate(MARKED)
    return {name: " ".join(text.replace("\u00ad", "").split()) for name, text in texts.items()}
