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
from reader.files import Staging


@click.command()
@click.argument("source")
@options.option("-o", "--output", metavar="FILE", help="Write the script to a file instead of stdout.")
@options.chapters
@options.title
@options.notice
@options.offline
@options.config
def script(source: str, output: str | None, config: Path | None, **given: Any) -> None:
    """Write the script of SOURCE: every line that will be spoken, in what role, with its pauses and chapters."""
    from reader.interchange import script_to_json
    from reader.pipeline import identity, read_article
    from reader.scriptwriter import write_script

    settings = options.settings_from(config, **given)
    article = read_article(source, settings)
    written = script_to_json(
        write_script(article, chapters=settings.chapters, notice=settings.notice), identity(source, article, settings)
    )
    if output is None:
        result(written.rstrip())
        return
    path = Path(output)
    with Staging(path.parent) as stage:
        stage.write(path.name, written)
    result(str(path))


@click.command()
@click.argument("file", metavar="FILE")
@options.output
@options.voice
@options.quote_voice
@options.option("--id", "episode_id", help="What identifies the article.  [default: the id in the script]")
@options.offline
@options.config
@options.as_json
def speak(file: str, config: Path | None, *, as_json: bool, episode_id: str | None, **given: Any) -> None:
    """Speak a script that lyt script wrote, and that you may have corrected."""
    from reader.interchange import script_from_json
    from reader.pipeline import choose_cast, identity, record

    settings = options.settings_from(config, id=episode_id, **given)
    script, own_id = script_from_json(_read(file))
    name = settings.id or own_id or identity(file, script.article, settings)
    bar = ProgressBar(Path(file).name)
    try:
        cast = choose_cast(settings)
        episode = record(script, Path(settings.output), cast, name, lambda p: bar.update(p.done, p.total))
    finally:
        bar.clear()
    report(file, episode, settings.output, as_json=as_json)
    if not as_json:
        tell(voice_note(settings.voice, episode))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise MissingSourceError(f"the script {file!r} cannot be read: {error}") from error
