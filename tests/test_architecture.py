"""The house as it is meant to stand: public names, light imports, and no trace of the machine it was built on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ARTICLES, ROOT

import reader
import voices
from reader import errors, model

SOUND = ("av", "lameenc", "pydub")
HEAVY = ("bs4", "trafilatura", "lxml", "numpy", "httpx", "gtts", "requests", *SOUND)
TEXT = str(ARTICLES / "notits" / "article.txt")


def imported_by(arguments: list[str], tmp_path: Path) -> set[str]:
    """The packages that a run of the command line has imported when it ends."""
    code = (
        "import contextlib, io, sys\n"
        "from reader.cli import run\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    assert run({arguments!r}) == 0\n"
        "print(' '.join({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["read", "--help"], ["text", TEXT], ["say", "Kl. 14.30"], ["script", TEXT]]
)
def test_what_needs_no_sound_imports_none(arguments: list[str], tmp_path: Path) -> None:
    """Help and plain text import no parser of pages, no network, no number cruncher and no sound."""
    assert imported_by(arguments, tmp_path).isdisjoint(HEAVY)


def test_reading_a_text_imports_neither_parsers_nor_network(tmp_path: Path) -> None:
    """A plain text is read aloud without the parsers of pages and without the network."""
    code = f"import sys, reader; reader.narrate({TEXT!r}, {str(tmp_path)!r}); print(' '.join(sys.modules))"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"bs4", "trafilatura", "lxml", "httpx", "gtts", "requests", "onnxruntime"}.isdisjoint(imported)
    assert "lameenc" in imported


def test_importing_the_package_imports_nothing_else() -> None:
    """`import reader` and `import voices` cost next to nothing."""
    code = "import sys; import reader; print(' '.join(sys.modules))"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in names if name.startswith("reader.")] == ["reader.version"]


def test_the_public_names_are_these_and_all_there() -> None:
    """What `reader` promises is there, sorted, and nothing is promised twice or forgotten."""
    assert reader.__all__ == sorted(set(reader.__all__))
    for name in reader.__all__:
        assert getattr(reader, name) is not None
    assert {"narrate", "scrape", "clean", "write_script", "synthesize", "assemble", "publisher"} <= set(reader.__all__)
    every_error = {
        n for n, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.LytError)
    }
    assert every_error <= set(reader.__all__)
    assert set(dir(reader)) >= set(reader.__all__)
    with pytest.raises(AttributeError):
        reader.no_such_name  # noqa: B018


def test_the_names_of_the_voice_seam_are_there() -> None:
    """What a plug-in needs can be had from `voices` alone."""
    for name in voices.__all__:
        assert getattr(voices, name) is not None
    assert voices.Mark is model.Mark
    assert voices.VoiceError is errors.VoiceError


def test_every_error_has_the_exit_code_of_its_kind() -> None:
    """Exit codes follow the tree of errors."""
    codes = {
        errors.UsageError: 2,
        errors.SourceError: 3,
        errors.ScriptError: 4,
        errors.VoiceError: 5,
        errors.AssemblyError: 6,
        errors.PublishError: 7,
        errors.PartialError: 8,
    }
    for kind, code in codes.items():
        assert kind.exit_code == code
        assert all(child.exit_code == code for child in kind.__subclasses__())


def test_every_test_says_its_rule() -> None:
    """Each test states in one docstring the rule that it checks."""
    silent = [
        f"{path.name}: {match[1]}"
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        for match in re.finditer(r"^def (test_\w+)\([^\"]*?:\n(?!    \"\"\")", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert silent == []


def test_nothing_that_one_meets_is_undocumented() -> None:
    """Every module, and every public function and class of the rooms, says what it is."""
    import ast

    silent = []
    for path in [*sorted((ROOT / "reader").rglob("*.py")), *sorted((ROOT / "voices").rglob("*.py"))]:
        tree = ast.parse(path.read_text("utf-8"))
        nodes = [tree, *(n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name[0] != "_")]
        silent += [f"{path.name}: {getattr(node, 'name', 'module')}" for node in nodes if not ast.get_docstring(node)]
    assert [name for name in silent if not name.startswith("__main__")] == []
