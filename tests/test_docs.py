"""What the documents promise is what the program does."""

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT

from reader import danish

DANISH = ROOT / "reader" / "danish" / "README.md"


def readings_of(path: Path) -> list[tuple[str, str]]:
    """The rows of the table whose columns are what is printed and what is said."""
    table = path.read_text("utf-8").partition("| printed | said |\n|---|---|\n")[2].partition("\n\n")[0]
    return [tuple(row.strip("| ").split(" | ")) for row in table.splitlines()]  # type: ignore[misc]


def shown_values(path: Path) -> list[tuple[str, str]]:
    """Each expression in the Python examples that has a comment behind or beneath it, and that comment.

    The examples are run in their order, as a reader would who types them in.
    """
    code = "\n".join(re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL))
    lines = code.splitlines()
    names: dict[str, object] = {}
    shown = []
    for node in ast.parse(code).body:
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        comment = "\n".join(lines[(node.end_lineno or 0) - 1 : (node.end_lineno or 0) + 1]).partition("# ")[2]
        if isinstance(node, ast.Expr) and comment:
            shown.append((str(eval(source.partition("  # ")[0], names)), comment))
        else:
            exec(source, names)
    return shown


@pytest.mark.parametrize(("printed", "said"), readings_of(ROOT / "README.md"))
def test_the_table_of_readings_is_true(printed: str, said: str) -> None:
    """What the README says that is said is what is said, but for the full stop and the capital of a sentence."""
    assert danish.spoken(printed).rstrip(".").casefold() == said.casefold()


def test_the_examples_of_how_danish_is_read_are_true() -> None:
    """Every value that the package's README shows behind an example is the one that comes out."""
    shown = shown_values(DANISH)
    assert len(shown) == 4
    for value, comment in shown:
        assert comment.split("\n")[0].strip("'").startswith(value), comment


def test_every_table_of_the_package_is_explained() -> None:
    """The README of the package names each of its tables and the folder of its examples."""
    text = DANISH.read_text("utf-8")
    for path in sorted((ROOT / "reader" / "danish" / "data").glob("*.*")):
        assert f"data/{path.name}" in text
    assert "tests/danish/reading/" in text
