"""lyt script and lyt speak: the script as JSON, to be corrected and then spoken."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import printable, result, tell
from reader.cli.report import Watch, report, voice_note
from reader.config import Settings
from reader.errors import MissingSourceError
from reader.files import writing_alone
from reader.model import Script


@click.command()
@click.argument("source")
@click.option("--explain", is_flag=True, help="Show each line, and which rule changed which words, instead of JSON.")
@options.file
@options.of_script
@options.of_source
def script(source: str, file: Path | None, config: Path | None, *, explain: bool, **given: Any) -> None:
    """Write the script of SOURCE: every line that will be spoken, in what role, with its pauses and chapters.

    With --explain, SOURCE may also be a script that was written before, and corrected.
    """
    from reader.cli.explain import explained_script
    from reader.interchange import script_to_json

    settings = options.settings_from(config, **given)
    written, own_id = _written(source) if explain and source.endswith(".json") else _script_of(source, settings)
    as_json = script_to_json(written, own_id)
    if file is not None:
        with writing_alone(file) as path:
            path.write_text(as_json, encoding="utf-8", newline="\n")
    if explain:
        result(explained_script(written))
        if file is not None:
            tell(f"written to {printable(str(file))}")
    else:
        result(as_json.rstrip() if file is None else str(file))


def _written(source: str) -> tuple[Script, str]:
    from reader.interchange import script_from_json

    script, own_id = script_from_json(_read(source))
    return script, own_id or ""


def _script_of(source: str, settings: Settings) -> tuple[Script, str]:
    from reader.lexicon import load_lexicon
    from reader.textside import identity, read_article, script_of

    lexicon = load_lexicon(settings.lexicon)
    article = read_article(source, settings)
    script = script_of(article, lexicon, settings)
    return script, identity(source, article, settings)


@click.command()
@click.argument("file", metavar="FILE")
@options.output
@options.of_sound
@options.episode_id
@options.offline
@options.no_cache
@options.cache
@options.config
@options.as_json
def speak(file: str, config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Speak a script that lyt script wrote, and that you may have corrected."""
    from reader.casting import choose_voices
    from reader.interchange import script_from_json
    from reader.prepared import Prepared
    from reader.soundside import record
    from reader.textside import identity

    settings = options.settings_from(config, **given)
    script, own_id = script_from_json(_read(file))
    name = settings.id or own_id or identity(file, script.article, settings)
    voices = choose_voices(settings)
    watch = Watch(Path(file).name or file)
    try:
        episode = record(Prepared(script, name, is_edited=True), voices, settings, watch=watch)
    finally:
        watch.end()
    report(file, episode, settings.output, cached=watch.cached, as_json=as_json)
    if not as_json:
        tell(voice_note(episode.voices))


def _read(file: str) -> str:
    try:
        body = sys.stdin.buffer.read() if file == "-" and sys.stdin else Path(file).read_bytes()
        return body.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise MissingSourceError(f"the script {file!r} cannot be read: {error}") from error
