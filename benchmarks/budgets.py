"""The budgets of the code itself: how long functions and modules may be, and what may stand where.

Run it as `python benchmarks/budgets.py`: it prints what it measured, and exits with 1 where a budget is broken.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("reader", "voices")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 40
SHARE_OF_USUAL = 0.95
MOST_PARAMETERS = 6
MAY_TALK = ("reader/cli/",)  # print, exit and the environment belong to the command line
BROAD_EXCEPT = ("voices/registry.py",)  # where plug-ins are loaded and asked

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}
    lengths = sorted(_length(node) for tree in trees.values() for node in _functions(tree))
    usual = sum(length <= USUAL_FUNCTION for length in lengths) / len(lengths)
    modules = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in trees}
    print(f"{len(modules)} modules, the longest {max(modules.values())} lines (at most {LONGEST_MODULE})")
    print(f"{len(lengths)} functions, the longest {lengths[-1]} lines (at most {LONGEST_FUNCTION});", end=" ")
    print(f"{usual:.1%} within {USUAL_FUNCTION} lines (at least {SHARE_OF_USUAL:.0%})")
    faults = [f"{name}: {count} lines" for name, count in modules.items() if count > LONGEST_MODULE]
    faults += [fault for name, tree in trees.items() for fault in _faults(name, tree)]
    if usual < SHARE_OF_USUAL:
        faults.append(f"only {usual:.1%} of the functions keep within {USUAL_FUNCTION} lines")
    print("\n".join(faults))
    return 1 if faults else 0


def _faults(name: str, tree: ast.AST) -> Iterator[str]:
    for function in _functions(tree):
        if _length(function) > LONGEST_FUNCTION:
            yield f"{name}:{function.lineno} {function.name} has {_length(function)} lines"
        if _parameters(function) > MOST_PARAMETERS and "/cli/" not in name:
            yield f"{name}:{function.lineno} {function.name} has {_parameters(function)} parameters"
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"{name}:{node.lineno} global"
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and name not in BROAD_EXCEPT:
            yield f"{name}:{node.lineno} a broad except"
        if isinstance(node, ast.Call) and not name.startswith(MAY_TALK) and _called(node) in TALKING:
            yield f"{name}:{node.lineno} {_called(node)} outside the command line"


TALKING = {"print", "input", "exit", "quit", "sys.exit", "os.getenv"}


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: Function) -> int:
    arguments = function.args
    return sum(map(len, (arguments.posonlyargs, arguments.args, arguments.kwonlyargs)))


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)


if __name__ == "__main__":
    sys.exit(main())
