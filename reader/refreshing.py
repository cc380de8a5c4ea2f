"""Make an episode again where its source, the lexicon, a rule of reading or a voice has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reader import library
from reader.casting import choose_voices
from reader.config import Settings
from reader.lexicon import load_lexicon
from reader.library import Stored
from reader.model import Episode, Line, Role, Script
from reader.prepared import Prepared
from reader.soundside import Watcher, casts_of, recipe, record
from reader.textside import prepare, script_of

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of an episode: the numbers of the lines that are other ones now (all, where the voice is).

    `episode` is the new rendering; None where nothing had changed. `kept` lines were corrected by hand, and stay so.
    """

    slug: str
    episode: Episode | None
    changed: tuple[int, ...] = ()
    total: int = 0
    kept: int = 0


def refresh(folder: Path, settings: Settings, *, watch: Watcher | None = None) -> Refreshed:
    """Render the episode in a folder again, if anything that it is made of has changed.

    The settings hold, but for what was asked for this article alone. An article that came from an address is fetched
    again, unless offline; any other is read as it was. Raises LytError; then the old rendering stands.
    """
    found = library.stored(folder)
    settings = _as_asked(replace(settings, output=str(folder.parent)), found)
    prepared = _prepared(found, settings)
    voices = choose_voices(settings)
    cast = casts_of(prepared.script, voices)[0]
    is_same_sound = recipe(prepared.script, cast, settings) == found.rendering.recipe
    slug, lines = found.episode.slug, prepared.script.lines
    kept = sum(1 for line in lines if _is_by_hand(line))
    if is_same_sound and prepared.script == found.episode.script:
        return Refreshed(slug, None, (), len(lines), kept)
    old = zip(found.episode.script.lines, found.rendering.cues, strict=True)
    spoken = {(_said(line), cue.voice) for line, cue in old}
    changed = (n for n, line in enumerate(lines) if (_said(line), cast.part_of(line).voice.id) not in spoken)
    return Refreshed(slug, record(prepared, voices, settings, watch=watch), tuple(changed), len(lines), kept)


def _as_asked(settings: Settings, found: Stored) -> Settings:
    """The settings, with what was asked for this article alone, unless it is asked otherwise now."""
    asked = {name: value for name, value in found.rendering.asked.items() if name not in settings.given}
    asked = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    return replace(settings, **asked, id=found.episode.id, given=tuple({*settings.given, *asked}))


def _prepared(found: Stored, settings: Settings) -> Prepared:
    """The script of an episode as it would be written today."""
    old = found.episode.script
    source = found.rendering.source
    if source and not settings.offline:
        prepared = prepare(source, settings)
    else:
        script = script_of(old.article, load_lexicon(settings.lexicon), settings)
        prepared = Prepared(script, found.episode.id, source)
    if found.rendering.is_edited and prepared.script.article == old.article:
        return replace(prepared, script=old, is_edited=True)
    return replace(prepared, script=_with_corrections(prepared.script, old), is_edited=found.rendering.is_edited)


def _with_corrections(script: Script, old: Script) -> Script:
    """A script in which the lines that a person corrected are said as before, where they are still written so."""
    corrected = {(line.role, line.written): line for line in old.lines if _is_by_hand(line)}
    return replace(script, lines=tuple(_corrected(script.lines, corrected))) if corrected else script


def _corrected(lines: Sequence[Line], corrected: Mapping[tuple[Role, str], Line]) -> Iterator[Line]:
    for line in lines:
        other = corrected.get((line.role, line.written))
        yield replace(line, spoken=other.spoken, spans=other.spans) if other else line


def _is_by_hand(line: Line) -> bool:
    return any(span.rule == BY_HAND for span in line.spans)


def _said(line: Line) -> tuple[str, str, str | None, str]:
    return line.role, line.spoken, line.speaker, line.language
