"""Values to JSON and back. A script may be corrected by hand between the two."""

from __future__ import annotations

import difflib
import json
import re
import types
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from reader.errors import ScriptError
from reader.model import Script, Span, spans_explain

Value = TypeVar("Value")
Reader = Callable[[Any], Any]
FORMAT = 1

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def to_plain(value: object) -> Any:
    """A value as dicts, lists and scalars; fields that hold their default are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def dump(value: object) -> str:
    """A value as readable JSON with a final newline."""
    return json.dumps(to_plain(value), ensure_ascii=False, indent=1) + "\n"


def script_to_json(script: Script, episode_id: str) -> str:
    """A script as the JSON that an editor may correct, with the id of the episode that it is for."""
    return json.dumps({"format": FORMAT, "id": episode_id} | to_plain(script), ensure_ascii=False, indent=1) + "\n"


def script_from_json(text: str) -> tuple[Script, str | None]:
    """Read a script again, and the id of its episode.

    A `spoken` that was edited by hand keeps its words' places as far as they can be found.

    Raises ScriptError, which names what is wrong, for anything that is no script.
    """
    try:
        plain = json.loads(text)
        json.dumps(plain, ensure_ascii=False).encode()  # an escape may stand for half a character
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"the script is not JSON: {error}") from error
    if not isinstance(plain, dict) or plain.pop("format", None) != FORMAT:
        raise ScriptError(f'the script does not say "format": {FORMAT}; write it anew with lyt script')
    episode_id = plain.pop("id", None)
    if not isinstance(episode_id, str | None):
        raise ScriptError("script.id must be a string")
    lines = plain.get("lines")
    if isinstance(lines, list):
        plain["lines"] = [_realigned(line) if isinstance(line, dict) else line for line in lines]
    return from_plain(Script, plain, "script"), episode_id


def from_plain(kind: type[Value], plain: object, where: str) -> Value:
    """Make a frozen value of plain JSON, strictly: unknown and missing fields and wrong types are ScriptErrors."""
    value: Value = _read(partial(_made, kind), plain, where)
    return value


def _read(reader: Reader, plain: object, where: str) -> Any:
    try:
        return reader(plain)
    except _UnfitError as unfit:
        raise ScriptError(f"{where}{unfit.place} {unfit.problem}") from None


class _UnfitError(Exception):
    """What is wrong with a plain value, and where in it; the place is only put together where something is."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = ""

    def inside(self, place: str) -> _UnfitError:
        """The same, seen from one step further out."""
        self.place = place + self.place
        return self


def _made(kind: Any, plain: Any) -> Any:
    if not isinstance(plain, dict):
        raise _UnfitError(f"must be an object, not {type(plain).__name__}")
    readers, required = _fields_of(kind)
    if not plain.keys() <= readers.keys():
        raise _UnfitError(f"has an unknown field {min(plain.keys() - readers.keys())!r}")
    for name in required:
        if name not in plain:
            raise _UnfitError(f"lacks the field {name!r}")
    values = {}
    for name, item in plain.items():
        try:
            values[name] = readers[name](item)
        except _UnfitError as unfit:
            raise unfit.inside(f".{name}") from None
    return kind(**values)


@cache
def _fields_of(kind: type) -> tuple[dict[str, Reader], tuple[str, ...]]:
    """What reads each field of a frozen value, and which of them it cannot be without."""
    known = fields(kind)
    readers = {name: _reader_of(hint) for name, hint in get_type_hints(kind).items()}
    return readers, tuple(field.name for field in known if field.default is MISSING)


@cache
def _reader_of(hint: Any) -> Reader:
    origin, choices = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = _reader_of(next(choice for choice in choices if choice is not type(None)))
        return lambda plain: None if plain is None else inner(plain)
    if origin is Literal:
        return partial(_one_of, choices)
    if origin is tuple:
        return partial(_several, _reader_of(choices[0]))
    return partial(_made if is_dataclass(hint) else _scalar, hint)


def _one_of(choices: Sequence[Any], plain: Any) -> Any:
    if plain not in choices:
        raise _UnfitError(f"must be one of {', '.join(map(str, choices))}")
    return plain


def _several(reader: Reader, plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise _UnfitError("must be a list")
    values = []
    for number, item in enumerate(plain):
        try:
            values.append(reader(item))
        except _UnfitError as unfit:
            raise unfit.inside(f"[{number}]") from None
    return tuple(values)


def _scalar(hint: Any, plain: Any) -> Any:
    if type(plain) is hint:
        return plain
    is_number = hint is float and isinstance(plain, int) and not isinstance(plain, bool)
    if not is_number and (not isinstance(plain, hint) or (hint is int and isinstance(plain, bool))):
        raise _UnfitError(f"must be of type {hint.__name__}, not {type(plain).__name__}")
    return float(plain) if is_number else plain


def _realigned(line: dict[str, Any]) -> dict[str, Any]:
    """A line whose spans no longer explain its spoken text gets new, estimated ones."""
    written, spoken = line.get("written"), line.get("spoken")
    if not isinstance(written, str) or not isinstance(spoken, str):
        return line
    spans = _read(_reader_of(tuple[Span, ...]), line.get("spans", []), "lines.spans")
    if spans_explain(written, spoken, spans):
        return line
    return line | {"spans": [to_plain(span) for span in estimated_spans(written, spoken)]}


def estimated_spans(written: str, spoken: str) -> tuple[Span, ...]:
    """The spans between two texts, found by comparing them word by word."""
    before, after = _TOKEN.findall(written), _TOKEN.findall(spoken)
    before_ends, after_ends = _offsets(before), _offsets(after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Span(before_ends[a], before_ends[b], after_ends[c], after_ends[d], "by hand", estimated=True)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def _offsets(tokens: Sequence[str]) -> list[int]:
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    return offsets
