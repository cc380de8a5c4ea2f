"""What the tests share."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.model import Article, Paragraph, Script
from reader.scriptwriter import write_script

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before a test imports the runtime of Piper's models by itself

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "tests" / "articles"
SHARED = ROOT.parent / "shared"
SEED = SHARED / "seed" / "000_acce40312695345e.txt"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected articles and scripts anew")


@pytest.fixture(scope="session", autouse=True)
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test finds the voices, profiles and caches of the person who runs it, or leaves any there."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and nothing set in the environment but the test voice."""
    for name in [name for name in os.environ if name.startswith("LYT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LYT_VOICE", "tone")
    return tmp_path


@pytest.fixture
def seed() -> Path:
    """The article that this project began from; others wrote it, so it is not in the repository."""
    if not SEED.exists():
        pytest.skip("the seed article is not beside this checkout")
    return SEED


@pytest.fixture
def judge() -> Callable[..., str]:
    """Run an independent program on a file; skip where it is not installed, but fail where it must be (in CI)."""

    def run(program: str, *arguments: str) -> str:
        if shutil.which(program) is None:
            if os.environ.get("LYT_JUDGES") == "required":
                pytest.fail(f"{program} is required here, but is not installed")
            pytest.skip(f"{program} is not installed")
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=60)
        return done.stdout + done.stderr

    return run


def article_of(*texts: str, title: str | None = None, **fields: object) -> Article:
    """An article of plain paragraphs."""
    return Article(title, tuple(Paragraph(text) for text in texts), **fields)  # type: ignore[arg-type]


def script_of(*texts: str, title: str | None = None, notice: str | None = None) -> Script:
    """The script of an article of plain paragraphs, without the last line about the voice."""
    return write_script(article_of(*texts, title=title), notice=notice)
