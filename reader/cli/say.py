"""lyt say: what will be said for a text, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reader.cli import explain as explaining
from reader.cli import options
from reader.cli.console import printable, result, result_json, tell, whole
from reader.cli.report import voice_note
from reader.cli.words import readings_of, words
from reader.config import SAME, Settings
from reader.danish import Reading
from reader.errors import ScriptError
from reader.lexicon import load_lexicon


@click.command("say")
@click.argument("text", metavar="TEXT...", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Show which rule changed which words into what.")
@options.file
@options.voice
@options.lexicon
@options.offline
@options.config
@options.as_json
def say_text(
    text: Sequence[str], config: Path | None, *, explain: bool, file: Path | None, as_json: bool, **given: Any
) -> None:
    """Show TEXT in the words in which it will be spoken; with -o, speak it into an MP3 file too.

    TEXT is - for standard input. Each of its lines is read by itself. What begins with a dash goes after --.
    """
    settings = options.settings_from(config, **given)
    written = words(text)
    readings = readings_of(written, load_lexicon(settings.lexicon))
    if as_json:
        result_json(as_plain(written, readings))
    elif explain:
        result(explaining.explained(readings))
    else:
        result("\n".join(whole(reading.spoken) for reading in readings))
    if file is not None:
        speak_into(written, file, settings)


def as_plain(written: str, readings: Sequence[Reading]) -> dict[str, Any]:
    """A text, what is said for it, and the changes between the two, for programs."""
    rows = [row for reading in readings for row in explaining.rows_of_reading(reading)]
    spoken = "\n".join(reading.spoken for reading in readings)
    return {"written": written, "spoken": spoken, "changes": explaining.plain(rows)}


def speak_into(text: str, file: Path, settings: Settings) -> None:
    """Speak one text into an MP3 file, in one voice."""
    from reader.assembler import assemble
    from reader.casting import choose_voices
    from reader.files import writing_alone
    from reader.model import Article, Paragraph
    from reader.scriptwriter import write_script
    from reader.synthesizer import synthesize

    if not any(map(str.isalnum, text)):
        raise ScriptError("there is nothing to say: the text holds no word")
    ensembles = choose_voices(replace(settings, quote_voice=SAME))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    article = Article(None, tuple(Paragraph(line) for line in lines if line))
    script = write_script(article, lexicon=load_lexicon(settings.lexicon), chapters="none", notice=None)
    with writing_alone(file) as path:
        assemble(script, synthesize(script, [ensemble.cast(script) for ensemble in ensembles]), path)
    tell(f"spoken into {printable(str(file))}")
    tell(voice_note([ensembles[0].body.voice.id]))
