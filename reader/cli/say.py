"""lyt say: what will be said for a text, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import printable, result, result_json, tell
from reader.cli.report import voice_note
from reader.config import SAME, Settings
from reader.danish import Reading, read_aloud
from reader.errors import ScriptError


@click.command("say")
@click.argument("text")
@click.option("--explain", is_flag=True, help="Show which rule changed which words into what.")
@options.file
@options.voice
@options.offline
@options.config
@options.as_json
def say_text(text: str, config: Path | None, *, explain: bool, file: Path | None, as_json: bool, **given: Any) -> None:
    """Show TEXT in the words in which it will be spoken; with -o, speak it into an MP3 file too."""
    reading = read_aloud(text)
    if as_json:
        changes = [{"written": text[c.start : c.end], "spoken": c.spoken, "rule": c.rule} for c in reading.changes]
        result_json({"written": text, "spoken": reading.spoken, "changes": changes})
    else:
        result("\n".join([reading.spoken, *(_explained(reading) if explain else [])]))
    if file is not None:
        speak_into(text, file, options.settings_from(config, **given))


def _explained(reading: Reading) -> list[str]:
    width = max((len(change.rule) for change in reading.changes), default=0)
    return [
        f"  {change.rule:{width}}  {reading.written[change.start : change.end]!r} -> {change.spoken!r}"
        for change in reading.changes
    ]


def speak_into(text: str, file: Path, settings: Settings) -> None:
    """Speak one text into an MP3 file, in one voice."""
    from reader.assembler import assemble
    from reader.files import writing_alone
    from reader.model import Article, Paragraph
    from reader.pipeline import choose_cast
    from reader.scriptwriter import write_script
    from reader.synthesizer import synthesize

    if not any(map(str.isalnum, text)):
        raise ScriptError("there is nothing to say: the text holds no word")
    cast = choose_cast(replace(settings, quote_voice=SAME))
    script = write_script(Article(None, (Paragraph(" ".join(text.split())),)), chapters="none", notice=None)
    with writing_alone(file) as path:
        assemble(script, synthesize(script, cast), path, name=file.name)
    tell(f"spoken into {printable(str(file))}")
    tell(voice_note([cast.body.id]))
