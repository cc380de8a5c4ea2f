"""The example of a plug-in: it keeps the contract, and its guide leads to it."""

import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT

import voices
from reader.cli import run
from voices.profiles.parsing import read_profile
from voices.testing import check_voice

EXAMPLE = ROOT / "examples" / "lyt-voice-morse"
GUIDE = (EXAMPLE / "README.md").read_text("utf-8")
PACKAGE = "lyt_voice_morse"

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
COMMANDS = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]


def shown_files() -> Iterator[tuple[str, str]]:
    """The name of a file and what the guide shows of it: the name stands in bold, before the block."""
    for block in re.finditer(r"^```(?:python|toml)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE):
        yield re.findall(r"^\*\*`(.+?)`\*\*", GUIDE[: block.start()], re.MULTILINE)[-1], block[1]


def project() -> dict[str, object]:
    """The [project] of the example."""
    table: dict[str, object] = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    return table


@pytest.fixture
def installed(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example as if pip had installed it, for one test; an empty folder to work in, and one for data."""
    there = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == PACKAGE}
    site = bare_folder / "site"
    shutil.copytree(EXAMPLE / "src" / PACKAGE, site / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    facts = site / f"{PACKAGE}-{project()['version']}.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project()['name']}\nVersion: 1.0\n", "utf-8")
    points = project()["entry-points"]
    assert isinstance(points, dict)
    lines = [f"{name} = {place}\n" for name, place in points[voices.GROUP].items()]
    (facts / "entry_points.txt").write_text(f"[{voices.GROUP}]\n{''.join(lines)}", "utf-8")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("LYT_DATA", str(bare_folder / "data"))
    monkeypatch.delenv("LYT_VOICE")
    for name in there:
        del sys.modules[name]
    yield bare_folder
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    sys.modules.update(there)


@pytest.mark.usefixtures("installed")
def test_every_voice_of_the_example_keeps_the_contract() -> None:
    """What is ready and what stands as an example is loaded by its name, and passes what our own voices pass."""
    engine = next(status.engine for status in voices.available() if status.name == "morse")
    assert engine is not None
    for name in {"morse", *(f"morse:{option}" for option in engine.ready()), *engine.examples}:
        check_voice(voices.load(name))


@pytest.mark.usefixtures("installed")
def test_siblings_are_voices_of_the_engine() -> None:
    """The siblings can be loaded, and are of either kind, so that the example shows what kinds are for."""
    siblings = voices.siblings("morse")
    assert {sibling.kind for sibling in siblings} == {"man", "woman"}
    assert len({voices.load(name).id for name in ("morse", *(sibling.option for sibling in siblings))}) == 3


@pytest.mark.usefixtures("installed")
def test_no_id_of_the_example_is_taken_for_a_language() -> None:
    """Two letters behind the colon of an id would be one, and articles in other languages would be refused."""
    engine = import_module(PACKAGE).ENGINE
    for option in engine.ready():
        assert not re.match(r"[a-z0-9_-]+:[a-z]{2}(?![a-z])", engine.make(option).id)


def test_the_guide_shows_the_files_as_they_are() -> None:
    """Every block of Python or TOML is a file, or how it begins, and a reader who types all has the whole package."""
    shown = dict(shown_files())
    for name, block in shown.items():
        text = (EXAMPLE / name).read_text("utf-8")
        assert text.startswith(block), f"the guide shows {name} otherwise than it is"
        assert text == block or name.startswith("tests/"), f"the guide shows {name} only in part"
    files = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".toml")}
    assert files - {name for name in files if "/." in name} == set(shown)


def test_the_commands_of_the_guide_do_what_it_says(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each `lyt` line of the guide runs as it stands there, and `lyt voices` shows the lines that are printed."""
    (installed / "artikel.txt").write_text("Det regner.\n\n»Kom ind,« siger Ida Ravn.\n", "utf-8")
    commands = [shlex.split(line, comments=True)[1:] for line in COMMANDS if line.startswith("lyt ")]
    assert ["voices"] in commands
    for arguments in commands:
        capsys.readouterr()
        assert run(arguments) == 0, arguments
        if arguments == ["voices"]:
            printed = next(block for language, block in BLOCKS if language == "text")
            assert " ".join(printed.split()) in " ".join(capsys.readouterr().out.split())  # widths depend on the others
    assert list(installed.glob("output/*/*.mp3"))


def test_the_profile_can_be_used(installed: Path) -> None:
    """The profile, copied where the guide says, is a voice that the engine has."""
    folder = installed / "data" / "profiles"
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLE / "telegraf.toml", folder)
    assert voices.find_profile("telegraf") == read_profile("telegraf", EXAMPLE / "telegraf.toml")
    assert voices.load("telegraf").id.startswith("morse:plain?pace=32&tone=700@")


def test_every_name_of_ours_in_the_guide_and_the_example_exists() -> None:
    """Types, functions and modules that the guide names are there, and the example imports nothing else of ours."""
    for dotted in re.findall(r"`(voices(?:\.\w+)+)", GUIDE):
        module, _, name = dotted.rpartition(".")
        if not (ROOT / f"{dotted.replace('.', '/')}.py").exists():
            assert hasattr(import_module(module), name), dotted
    for path in re.findall(r"`(voices/\w+\.py)`", GUIDE):
        assert (ROOT / path).exists(), path
    for owner, attribute in re.findall(r"`(Engine|Voice|Utterance|Speech|Mark)\.(\w+)", GUIDE):
        assert hasattr(getattr(voices, owner), attribute), attribute
    promise = re.search(r"Import from (.*?) and from nothing else", GUIDE, re.DOTALL)
    assert promise
    public = re.findall(r"`([\w.]+)`", promise[1])
    for path in EXAMPLE.rglob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) ((?:voices|reader)[\w.]*)", path.read_text("utf-8"), re.MULTILINE)
        assert set(imported) <= set(public)
