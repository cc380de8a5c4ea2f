"""Values to JSON and back. A script may be corrected by hand between the two."""

from __future__ import annotations

import difflib
import json
import re
import types
from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from reader.errors import ScriptError
from reader.model import Script, Span, spans_explain

Value = TypeVar("Value")
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
    if not isinstance(plain, dict):
        raise ScriptError(f"{where} must be an object, not {type(plain).__name__}")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    unknown = sorted(set(plain) - set(hints))
    if unknown:
        raise ScriptError(f"{where} has an unknown field {unknown[0]!r}")
    missing = [name for name in _required(kind) if name not in plain]  # type: ignore[arg-type]  # the same
    if missing:
        raise ScriptError(f"{where} lacks the field {missing[0]!r}")
    return kind(**{name: _convert(hints[name], item, f"{where}.{name}") for name, item in plain.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _required(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.default is MISSING)


@cache
def _shape(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


def _convert(hint: Any, plain: Any, where: str) -> Any:
    if hint is str and isinstance(plain, str):  # most of all values
        return plain
    origin, choices = _shape(hint)
    if origin in (Union, types.UnionType):
        return None if plain is None else _convert(next(c for c in choices if c is not type(None)), plain, where)
    if origin is Literal:
        if plain not in choices:
            raise ScriptError(f"{where} must be one of {', '.join(map(str, choices))}")
        return plain
    if origin is tuple:
        if not isinstance(plain, list):
            raise ScriptError(f"{where} must be a list")
        return tuple(_convert(choices[0], item, f"{where}[{i}]") for i, item in enumerate(plain))
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, plain, where)
    return _scalar(hint, plain, where)


def _scalar(hint: Any, plain: Any, where: str) -> Any:
    is_number = hint is float and isinstance(plain, int) and not isinstance(plain, bool)
    if not is_number and (not isinstance(plain, hint) or (hint is int and isinstance(plain, bool))):
        raise ScriptError(f"{where} must be of type {hint.__name__}, not {type(plain).__name__}")
    return float(plain) if is_number else plain


def _realigned(line: dict[str, Any]) -> dict[str, Any]:
    """A line whose spans no longer explain its spoken text gets new, estimated ones."""
    written, spoken = line.get("written"), line.get("spoken")
    if not isinstance(written, str) or not isinstance(spoken, str):
        return line
    spans = _convert(tuple[Span, ...], line.get("spans", []), "lines.spans")
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
