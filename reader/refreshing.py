"""Make an episode again where its source, the lexicon, a rule of reading or a voice has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from reader import library
from reader.casting import choose_voices
from reader.config import ASKED, Settings
from reader.lexicon import load_lexicon
from reader.library import Stored
from reader.model import Episode, Line, Script
from reader.prepared import Prepared
from reader.soundside import Watcher, casts_of, perform, recipe
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
    folder = folder.resolve()  # "." is an episode too, and its library lies above it
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
    return Refreshed(slug, perform(prepared, voices, settings, watch=watch), tuple(changed), len(lines), kept)


def _as_asked(settings: Settings, found: Stored) -> Settings:
    """The settings, with what was asked for this article alone, unless it is asked otherwise now."""
    asked = {name: found.rendering.asked[name] for name in ASKED if name in found.rendering.asked}
    asked = {name: value for name, value in asked.items() if name not in settings.given}
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
    if not found.rendering.is_edited:
        return prepared
    if prepared.script.article == old.article:  # all that a person made of it stays, and its other lines are read anew
        return replace(prepared, script=_said_as(old, prepared.script, by_hand=False), is_edited=True)
    return replace(prepared, script=_said_as(prepared.script, old, by_hand=True), is_edited=True)


def _said_as(script: Script, other: Script, *, by_hand: bool) -> Script:
    """A script whose lines are said as in another one that writes them alike.

    `by_hand`: only those that a person corrected there. Those that a person corrected here stay in any case.
    """
    told = {(line.role, line.written): line for line in other.lines if _is_by_hand(line) or not by_hand}
    lines = ((line, None if _is_by_hand(line) else told.get((line.role, line.written))) for line in script.lines)
    return replace(
        script,
        lines=tuple(replace(line, spoken=there.spoken, spans=there.spans) if there else line for line, there in lines),
    )


def _is_by_hand(line: Line) -> bool:
    return any(span.rule == BY_HAND for span in line.spans)


def _said(line: Line) -> tuple[str, str, str | None, str]:
    return line.role, line.spoken, line.speaker, line.language
