"""lyt read: all stages, from the source to the files of an episode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.ahead import TEXT_SIDE
from reader.cli import options
from reader.cli.console import one_line, printable, result_json, tell
from reader.cli.report import Watch, report, voice_note
from reader.config import Settings
from reader.errors import LytError, PartialError, UsageError
from reader.model import Episode

if TYPE_CHECKING:
    from reader.synthesizer import Ensemble


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
    for _ in read_sources(sources, options.settings_from(config, **given), as_json=as_json):
        pass


def read_sources(sources: Sequence[str], settings: Settings, *, as_json: bool) -> Iterator[Episode]:
    """Make the episode of each source, report it, and give it; say in the end what failed.

    Raises a LytError after all, where something did.
    """
    if len(sources) > 1 and (settings.title or settings.id):
        raise click.UsageError("--title and --id are for one source; there are several")
    failures: list[LytError] = []
    episodes: list[Episode] = []
    for source, result in zip(sources, _read(sources, settings), strict=True):
        if isinstance(result, LytError):
            failures.append(result)
            _report_failure(source, result, alone=len(sources) == 1, as_json=as_json)
        else:
            episode, cached = result
            episodes.append(episode)
            report(source, episode, settings.output, cached=cached, as_json=as_json)
            yield episode
    if episodes and not as_json:
        tell(voice_note([voice for episode in episodes for voice in episode.voices]))
    if failures:
        raise _verdict(failures, len(sources))


def _read(sources: Sequence[str], settings: Settings) -> Iterator[tuple[Episode, int] | LytError]:
    """The episode of each source with the number of lines that had been spoken before, or what went wrong with it.

    The script of one is written while the one before is spoken. Raises UsageError: it would hold for all of them.
    """
    try:
        TEXT_SIDE.ask((sources[0], settings))
        from reader.casting import choose_voices

        voices = choose_voices(settings)
        import_module("numpy")  # it will be needed, and now there is time: the script is still being written
        for source, after in zip_longest(sources, sources[1:]):
            if after is not None:
                TEXT_SIDE.ask((after, settings))
            try:
                yield _read_one(source, voices, settings)
            except UsageError:
                raise
            except LytError as error:
                yield error
    finally:
        TEXT_SIDE.end()


def _read_one(source: str, voices: Sequence[Ensemble], settings: Settings) -> tuple[Episode, int]:
    from reader.soundside import perform

    prepared = TEXT_SIDE.answer().told()
    watch = Watch(Path(source).name or source)
    try:
        return perform(prepared, voices, settings, watch=watch), watch.cached
    finally:
        watch.end()


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
