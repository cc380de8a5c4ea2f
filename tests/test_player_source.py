"""The player's source: typed, formatted, and what is served is made from it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from browsing import missing
from conftest import ROOT

from reader.publisher.embed import player_script

PLAYER = ROOT / "player"
MODULES = Path(os.environ.get("LYT_NODE_MODULES") or "node_modules")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The program that makes lyt.js."""
    spec = importlib.util.spec_from_file_location("player_build", PLAYER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def node_tool(name: str) -> str:
    """A program of an npm package."""
    tool = MODULES / ".bin" / name
    if not tool.exists():
        missing(f"{name} in LYT_NODE_MODULES")
    return str(tool)


def test_what_is_served_is_made_from_the_source(build: ModuleType) -> None:
    """The lyt.js of the package is what the modules and style sheets say."""
    assert player_script().decode() == build.built()


def test_the_source_is_typed() -> None:
    """TypeScript finds no fault in the modules, read strictly by their comments."""
    done = subprocess.run([node_tool("tsc"), "-p", str(PLAYER)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_source_is_formatted() -> None:
    """The modules and style sheets are formatted as one hand would."""
    files = [str(path) for path in sorted(PLAYER.glob("*.*")) if path.suffix in (".js", ".css")]
    tool = node_tool("prettier")
    done = subprocess.run([tool, "--check", *files], capture_output=True, text=True, check=False, cwd=PLAYER)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("const one = 1; const two = one + 1; log(two);", "const a=1,b=a+1;log(b);"),
        ("function add(left, right) { return left + right; } add(1, 2);", "function a(a,b){return a+b;} a(1,2);"),
        ("const start = { words: 1 }; const { words, ...rest } = start; log({ words, rest });", None),
        ("for (const one of all) { const two = () => one; two(); }", "for(const a of all){const b=()=>a;b();}"),
        ("const a = b; log(a, c);", "const a=b;log(a,c);"),
        ("try { f(); } catch (error) { log(error.message); }", "try{f();}catch(a){log(a.message);}"),
        ("class One extends Two { three(four = five) { this.four = four; } } new One();", None),
    ],
)
def test_names_become_short_and_nothing_else(build: ModuleType, code: str, short: str | None) -> None:
    """Names that a program binds itself become short; those of properties and of the browser stay."""
    got = build.with_short_names(code)
    squeezed = "".join(got.split())
    if short is not None:
        assert squeezed == "".join(short.split())
    for name in ("words:", "rest:", ".three", ".four", "Two", "five"):
        if name in code.replace(" ", ""):
            assert name in squeezed


def test_a_source_that_cannot_be_read_is_no_player(build: ModuleType) -> None:
    """What is no JavaScript is never served."""
    with pytest.raises(ValueError, match="no JavaScript"):
        build.with_short_names("const = ;")
