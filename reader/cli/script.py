"""lyt script and lyt speak: the script as JSON, to be corrected and then spoken."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import ProgressBar, result, tell
from reader.cli.report import report, voice_note
from reader.errors import MissingSourceError
from reader.files import writing_alone


@click.command()
@click.argument("source")
@options.file
@options.chapters
@options.title
@options.notice
@options.offline
@options.config
def script(source: str, file: Path | None, config: Path | None, **given: Any) -> None:
    """Write the script of SOURCE: every line that will be spoken, in what role, with its pauses and chapters."""
    from reader.interchange import script_to_json
    from reader.pipeline import identity, read_article
    from reader.scriptwriter import write_script

    settings = options.settings_from(config, **given)
    article = read_article(source, settings)
    written = script_to_json(
        write_script(article, chapters=settings.chapters, notice=settings.notice), identity(source, article, settings)
    )
    if file is None:
        result(written.rstrip())
        return
    with writing_alone(file) as path:
        path.write_text(written, encoding="utf-8", newline="\n")
    result(str(file))


@click.command()
@click.argument("file", metavar="FILE")
@options.output
@options.voice
@options.quote_voice
@options.episode_id
@options.offline
@options.config
@options.as_json
def speak(file: str, config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Speak a script that lyt script wrote, and that you may have corrected."""
    from reader.interchange import script_from_json
    from reader.pipeline import choose_cast, identity, record

    settings = options.settings_from(config, **given)
    script, own_id = script_from_json(_read(file))
    name = settings.id or own_id or identity(file, script.article, settings)
    bar = ProgressBar(Path(file).name or file)
    try:
        cast = choose_cast(settings)
        episode = record(script, Path(settings.output), cast, name, lambda p: bar.update(p.done, p.total))
    finally:
        bar.clear()
    report(file, episode, settings.output, as_json=as_json)
    if not as_json:
        tell(voice_note(episode.voices))


def _read(file: str) -> str:
    try:
        body = sys.stdin.buffer.read() if file == "-" and sys.stdin else Path(file).read_bytes()
        return body.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise MissingSourceError(f"the script {file!r} cannot be read: {error}") from error
