"""lyt say: what will be said for a text, and why."""

from __future__ import annotations

from pathlib import Path

import click

from reader.cli import options
from reader.cli.console import result, result_json, tell
from reader.danish import Reading, read_aloud


@click.command("say")
@click.argument("text")
@click.option("--explain", is_flag=True, help="Show which rule changed which words into what.")
@options.option("-o", "--output", metavar="FILE", help="Speak it into an MP3 file.")
@options.voice
@options.config
@options.as_json
def say_text(text: str, config: Path | None, *, explain: bool, output: str | None, as_json: bool, **given: str) -> None:
    """Show TEXT in the words in which it will be spoken."""
    reading = read_aloud(text)
    if as_json:
        changes = [{"written": text[c.start : c.end], "spoken": c.spoken, "rule": c.rule} for c in reading.changes]
        result_json({"written": text, "spoken": reading.spoken, "changes": changes})
    else:
        result("\n".join([reading.spoken, *(_explained(reading) if explain else [])]))
    if output is not None:
        speak_into(text, Path(output), options.settings_from(config, **given).voice)


def _explained(reading: Reading) -> list[str]:
    width = max((len(change.rule) for change in reading.changes), default=0)
    return [
        f"  {change.rule:{width}}  {reading.written[change.start : change.end]!r} -> {change.spoken!r}"
        for change in reading.changes
    ]


def speak_into(text: str, path: Path, voice: str) -> None:
    """Speak one text into an MP3 file."""
    from reader.assembler import assemble
    from reader.files import Staging
    from reader.model import Article, Paragraph
    from reader.scriptwriter import write_script
    from reader.synthesizer import Cast, synthesize
    from voices import load

    speaker = load(voice)
    script = write_script(Article(None, (Paragraph(" ".join(text.split())),)), chapters="none", notice=None)
    with Staging(path.parent) as stage:
        assemble(script, synthesize(script, Cast(speaker, speaker)), stage.path(path.name), name=path.name)
    tell(f"spoken into {path}")
