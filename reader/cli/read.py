"""lyt read: all stages, from the source to the files of an episode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from reader.aside import Aside
from reader.cli import options
from reader.cli.console import one_line, printable, result_json, tell
from reader.cli.report import Watch, report, voice_note
from reader.config import Settings
from reader.errors import LytError, PartialError, UsageError
from reader.model import Episode
from reader.prepared import Prepared


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@options.output
@options.of_sound
@options.of_script
@options.episode_id
@options.of_source
@options.as_json
def read(sources: Sequence[str], config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Turn articles into MP3s with chapters.

    SOURCE is an address, an .html, .txt or .md file, or - for standard input. The MP3 and its transcript, chapters and
    script land in a folder of their own in the output folder, and stdout says where.
    """
    settings = options.settings_from(config, **given)
    if len(sources) > 1 and (settings.title or settings.id):
        raise click.UsageError("--title and --id are for one source; there are several")
    failures: list[LytError] = []
    episodes: list[Episode] = []
    for source in sources:
        try:
            episode, cached = _read_one(source, settings)
        except UsageError:
            raise  # it would be the same for every source
        except LytError as error:
            failures.append(error)
            _report_failure(source, error, alone=len(sources) == 1, as_json=as_json)
        else:
            episodes.append(episode)
            report(source, episode, settings.output, cached=cached, as_json=as_json)
    if episodes and not as_json:
        tell(voice_note([voice for episode in episodes for voice in episode.voices]))
    if failures:
        raise _verdict(failures, len(sources))


def _read_one(source: str, settings: Settings) -> tuple[Episode, int]:
    watch = Watch(Path(source).name or source)
    try:
        with Aside(lambda: _prepared(source, settings)) as text:  # meanwhile this process gets ready to speak
            from reader.casting import choose_voices
            from reader.soundside import load, perform

            voices = choose_voices(settings)
            load(with_cover=settings.cover is not None)
            prepared = text.result()
        return perform(prepared, voices, settings, watch=watch), watch.cached
    finally:
        watch.end()


def _prepared(source: str, settings: Settings) -> Prepared:
    from reader.textside import prepare

    return prepare(source, settings)


def _report_failure(source: str, error: LytError, *, alone: bool, as_json: bool) -> None:
    if as_json:
        result_json({"source": source, "error": one_line(error), "exit_code": error.exit_code})
    if not alone:
        named = one_line(error) if source in str(error) else f"{printable(source)}: {one_line(error)}"
        tell(f"lyt: {named}")


def _verdict(failures: Sequence[LytError], sources: int) -> LytError:
    """The error of the whole run: the failure itself where nothing else was done, else that a part is missing."""
    if sources == 1:
        return failures[0]
    if len(failures) == sources:
        return type(failures[0])(f"all {sources} sources failed")
    return PartialError(f"{len(failures)} of {sources} sources failed; the others are done")
