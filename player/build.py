"""Make lyt.js, the one file that newsrooms serve, out of the modules and style sheets of this folder.

The package's build calls it; `python player/build.py` does the same by hand. The modules are joined in the order in
which they need each other, inside of one function, so that the file is a module and a classic script in one. Then
comments and white space go, and names that nobody else sees become short.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
import tree_sitter_javascript
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from tree_sitter import Language, Node, Parser

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "reader" / "publisher" / "lyt.js"
MODULES = "words tracks textmap links memory session sheets reading view player element".split()
MANY = 40  # names in one function, before the most used ones must come first
NOTICE = "/*! Lyt til artiklen, MIT */\n"

_QUOTED = re.compile(r'="(\w+)"')
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|let|class|function|async)", re.MULTILINE)
_CONSTANT = re.compile(r"^const ([A-Z_]+) =\s+(\"[^\"]*\"|[\d.]+|\[[\d., ]+\]);", re.MULTILINE)
_LAST_COMMA = re.compile(r",(?=[}\])])|;(?=})")
_NOUGHT = re.compile(r"(?<![\w.])0\.(?=\d)")
_LONE_PARAMETER = re.compile(r"\((\w+)\)=>")
_BINDERS = {  # where a name is bound, and in which field of the syntax
    "variable_declarator": "name",
    "function_declaration": "name",
    "class_declaration": "name",
    "catch_clause": "parameter",
}
_ROOMY = (
    "variable_declarator",
    "arguments",
    "assignment_expression",
    "augmented_assignment_expression",
    "arrow_function",
)
_LITERALS = {"true": "!0", "false": "!1"}
_FUNCTIONS = ("function_declaration", "function_expression", "arrow_function", "method_definition")
_SHORTHANDS = ("shorthand_property_identifier", "shorthand_property_identifier_pattern")
_PARSER = Parser(Language(tree_sitter_javascript.language()))


def built() -> str:
    """The text of lyt.js."""
    parts = [f'const {name.upper()} = "{_style(name)}";' for name in ("style", "marks")]
    parts += [_EXPORT.sub("", _IMPORT.sub("", (HERE / f"{name}.js").read_text("utf-8"))) for name in MODULES]
    code = with_short_names(rjsmin.jsmin(_with_values("\n".join(parts))))
    code = _LAST_COMMA.sub("", _LONE_PARAMETER.sub(r"\1=>", code)).replace("\n", "")
    code = _NOUGHT.sub(".", code)
    return f"{NOTICE}(()=>{{{code.strip()}}})();\n"


def _style(name: str) -> str:
    """A style sheet, as it may stand between quotation marks."""
    text = str(rcssmin.cssmin((HERE / f"{name}.css").read_text("utf-8")))
    return _QUOTED.sub(r"=\1", text).replace('"', "'")


def _with_values(code: str) -> str:
    """The same program, with its constants' values where their names were."""
    values = dict(_CONSTANT.findall(code))
    return re.sub(rf"\b({'|'.join(values)})\b", lambda name: values[name[1]], _CONSTANT.sub("", code))


def with_short_names(code: str) -> str:
    """The same program, in which every name that it binds itself is as short as it can be."""
    data = code.encode()
    program = _PARSER.parse(data).root_node
    if program.has_error:
        raise ValueError("the player's source is no JavaScript")
    whole = Scope(None)
    whole.visit(program)
    for scope in whole.all():
        scope.resolve()
    edits = [*_joins(program), *_needless(program), *(edit for scope in whole.all() for edit in scope.edits())]
    for start, end, text in sorted(edits, reverse=True):
        data = data[:start] + text.encode() + data[end:]
    return data.decode()


def _joins(node: Node) -> Iterator[tuple[int, int, str]]:
    """`const a = 1; const b = 2;` as one declaration."""
    for one, next_one in pairwise(node.children):
        if one.type == next_one.type == "lexical_declaration" and one.children[0].type == next_one.children[0].type:
            yield one.end_byte - 1, next_one.children[1].start_byte, ","
    for child in node.children:
        yield from _joins(child)


def _needless(node: Node) -> Iterator[tuple[int, int, str]]:
    """The brackets that only told a type, or that a formatter likes: `a = (b)`, `f((a))`, `() => (a = b)`."""
    for child in node.children:
        inner = child.children[1] if child.type == "parenthesized_expression" else None
        if inner and node.type in _ROOMY and inner.type not in ("sequence_expression", "object"):
            yield child.start_byte, child.start_byte + 1, ""
            yield child.end_byte - 1, child.end_byte, ""
        if child.type == "if_statement" and len(child.children) == 3 and _is_call(child.children[2]):
            condition = child.children[1]
            is_simple = condition.children[1].type in ("identifier", "member_expression", "unary_expression")
            yield child.start_byte, condition.start_byte + is_simple, ""
            yield condition.end_byte - is_simple, child.children[2].start_byte, "&&"
        if child.type in _LITERALS:
            yield child.start_byte, child.end_byte, _LITERALS[child.type]
        yield from _needless(child)


def _is_call(statement: Node) -> bool:
    """Whether a statement is nothing but a call; `if (a) f();` is `(a)&&f();`."""
    return statement.type == "expression_statement" and statement.children[0].type == "call_expression"


class Scope:
    """A function, the names that are bound in it, and those that are used in it."""

    def __init__(self, outer: Scope | None) -> None:
        self.outer = outer
        self.inner: list[Scope] = []
        self.bound: dict[str, str] = {}
        self.uses: list[Node] = []
        self.foreign: set[tuple[Scope | None, str]] = set()  # names of outer scopes, or of the browser, that are used

    def all(self) -> Iterator[Scope]:
        """The scope itself and all within it, from the outside in."""
        yield self
        for scope in self.inner:
            yield from scope.all()

    def visit(self, node: Node) -> None:
        """Gather what is bound and used under a node."""
        for name in _bound(node):
            self.bound[name] = ""
        if node.type == "identifier" or node.type in _SHORTHANDS:
            self.uses.append(node)
        scope = self
        if node.type in _FUNCTIONS:
            scope = Scope(self)
            self.inner.append(scope)
            for name in _parameters(node):
                scope.bound[name] = ""
        for child in node.children:
            is_own_name = node.type == "function_declaration" and child == node.child_by_field_name("name")
            (self if is_own_name else scope).visit(child)

    def resolve(self) -> None:
        """Tell every scope between the use of a name and its home that it is in use there."""
        for node in self.uses:
            name = _text(node)
            home: Scope | None = self
            passed = []
            while home and name not in home.bound:
                passed.append(home)
                home = home.outer
            for scope in passed:
                scope.foreign.add((home, name))

    def edits(self) -> Iterator[tuple[int, int, str]]:
        """Name what is bound here, so that it hides nothing that is used here; then what stands where of it."""
        taken = {home.bound[name] if home else name for home, name in self.foreign}
        free = (name for name in _short_names() if name not in taken)
        often = Counter(_text(node) for scope in self.all() for node in scope.uses)
        for name in sorted(self.bound, key=lambda name: -often[name]) if len(self.bound) > MANY else self.bound:
            self.bound[name] = next(free)
        for node in self.uses:
            scope: Scope | None = self
            while scope and _text(node) not in scope.bound:
                scope = scope.outer
            if scope:
                short = scope.bound[_text(node)]
                text = f"{_text(node)}:{short}" if node.type in _SHORTHANDS else short
                yield node.start_byte, node.end_byte, text


def _bound(node: Node) -> Iterator[str]:
    """The names that a node binds in the function that it stands in."""
    field = "left" if node.type == "for_in_statement" else _BINDERS.get(node.type)
    target = node.child_by_field_name(field) if field else None
    if target:
        yield from _in_pattern(target)


def _parameters(function: Node) -> Iterator[str]:
    parameters = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    if parameters:
        yield from _in_pattern(parameters)


def _in_pattern(node: Node) -> Iterator[str]:
    """The names in a pattern: `{ a, b: [c], ...d }` binds a, c and d. Its defaults are expressions and bind nothing."""
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield _text(node)
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        left = node.child_by_field_name("left")
        yield from _in_pattern(left) if left else ()
    elif node.type == "pair_pattern":
        value = node.child_by_field_name("value")
        yield from _in_pattern(value) if value else ()
    elif node.type in ("object_pattern", "array_pattern", "rest_pattern", "formal_parameters"):
        for child in node.children:
            yield from _in_pattern(child)


def _short_names() -> Iterator[str]:
    first, rest = string.ascii_letters, string.ascii_letters + string.digits
    yield from first
    yield from (a + b for a, b in product(first, rest) if a + b not in ("do", "if", "in", "of", "as"))


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def write() -> None:
    """Write lyt.js where the package has it, unless it is there already."""
    text = built()
    if not TARGET.exists() or TARGET.read_text("utf-8") != text:
        TARGET.write_text(text, encoding="utf-8", newline="\n")


class PlayerBuildHook(BuildHookInterface[Any]):
    """Makes lyt.js before the package is built, also for an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        write()
        build_data["artifacts"].append("reader/publisher/lyt.js")


if __name__ == "__main__":
    write()
