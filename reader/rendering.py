"""How an episode was made: what it takes to make it again, to check it, and to take it away. Not for publication.

It stands beside the script, as `render.json`: a script says what is spoken, and this when it sounds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reader.errors import ScriptError
from reader.model import Cue, WordCue
from reader.timeline import milliseconds

FORMAT = 1
LARGEST_NUMBER = 1_000_000_000  # of anything here: eleven days in milliseconds


@dataclass(frozen=True, slots=True)
class Rendering:
    """The address that an article came from, whether a person wrote its script, and what was `asked` for it alone; the
    `recipe` by which it was made (equal ones make equal sound of a script) and the loudness in LUFS that was wanted;
    its cues, and the keys of the cache entries that hold its clips and its sound.
    """

    source: str | None
    is_edited: bool
    asked: Mapping[str, Any]
    recipe: str
    loudness: float
    cues: tuple[Cue, ...]
    clips: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()


def rendering_to_json(rendering: Rendering) -> str:
    """One line for each cue: line, start, end, voice, words (start, end, written start, written end, estimated).

    Times are milliseconds; a voice is its place in `voices`.
    """
    voices = list(dict.fromkeys(cue.voice for cue in rendering.cues))
    head = {
        "format": FORMAT,
        "source": rendering.source,
        "edited": rendering.is_edited,
        "asked": dict(rendering.asked),
        "recipe": rendering.recipe,
        "loudness": rendering.loudness,
        "voices": voices,
        "clips": list(rendering.clips),
        "sound": list(rendering.sound),
    }
    cues = ",\n".join(json.dumps(_plain(cue, voices), separators=(",", ":")) for cue in rendering.cues)
    return f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "cues": [\n{cues}\n]\n}}\n'


def rendering_from_json(text: str) -> Rendering:
    """Read it again. Raises ScriptError for anything else."""
    try:
        plain = _is(dict, json.loads(text))
        if plain["format"] != FORMAT:
            raise ScriptError(f"render.json is of format {plain['format']!r}, not {FORMAT}; read the article again")
        source, voices = plain["source"], [_is(str, voice) for voice in _is(list, plain["voices"])]
        return Rendering(
            None if source is None else _is(str, source),
            _is(bool, plain["edited"]),
            _is(dict, plain["asked"]),
            _is(str, plain["recipe"]),
            _finite(_is((int, float), plain["loudness"])),
            tuple(_cue(_is(list, row), voices) for row in _is(list, plain["cues"])),
            tuple(_is(str, key) for key in _is(list, plain["clips"])),
            tuple(_is(str, key) for key in _is(list, plain["sound"])),
        )
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ScriptError("render.json is damaged; read the article again") from error


def _is(kinds: type | tuple[type, ...], value: Any) -> Any:
    """A value of a kind; a truth is no number. Raises TypeError for any other."""
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if type(value) not in wanted:
        raise TypeError(f"{value!r} is no {wanted[0].__name__}")
    return value


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no loudness")
    return float(number)


def _count(value: Any) -> int:
    number: int = _is(int, value)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(f"{number} is out of bounds")
    return number


def _plain(cue: Cue, voices: list[str]) -> list[Any]:
    words = [
        [milliseconds(word.start), milliseconds(word.end), word.written_start, word.written_end, int(word.estimated)]
        for word in cue.words
    ]
    return [cue.line, milliseconds(cue.start), milliseconds(cue.end), voices.index(cue.voice), words]


def _cue(row: list[Any], voices: list[str]) -> Cue:
    line, start, end, voice, words = row
    return Cue(
        _count(line),
        _count(start) / 1000,
        _count(end) / 1000,
        tuple(_word(*map(_count, _is(list, word))) for word in _is(list, words)),
        voices[_count(voice)],
    )


def _word(start: int, end: int, first: int, last: int, estimated: int) -> WordCue:
    return WordCue(start / 1000, end / 1000, first, last, estimated == 1)
