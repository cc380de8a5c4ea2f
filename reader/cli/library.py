"""lyt verify, refresh and withdraw: what can be done with episodes that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from reader.cli import options
from reader.cli.console import counted, one_line, printable, result, result_json, tell
from reader.cli.report import Watch, voice_note
from reader.config import Settings
from reader.errors import LytError, MissingSourceError, PartialError, PublishError, UnprovenError, UsageError

Named = TypeVar("Named", Path, str)

episodes = click.argument("folders", metavar="[DIR/SLUG]...", nargs=-1, type=click.Path(path_type=Path))


@click.command()
@episodes
@options.output
@options.config
@options.as_json
def verify(folders: Sequence[Path], config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Prove that every word of an episode's article was spoken, or say why not.

    Listens to the whole MP3 again, holds it to its script and its times, and compares every file with every other.
    Without DIR/SLUG, all episodes in the output folder are checked.
    """
    from reader.inspection import Verdict, inspect
    from reader.soundside import Progress

    settings = options.settings_from(config, **given)

    def check(folder: Path) -> Verdict:
        watch = Watch(folder.name)
        try:
            verdict = inspect(folder, lambda stage, done, total: watch(Progress(stage, done, total)))
        finally:
            watch.end()
        if as_json:
            result_json({"folder": str(folder), "ok": not verdict.problems} | asdict(verdict))
        else:
            _show(folder, verdict)
        if verdict.problems:
            raise UnprovenError(f"{printable(str(folder))}: {counted(len(verdict.problems), 'problem')}")
        return verdict

    for_each(folders or all_episodes(settings), check, as_json=as_json)


def _show(folder: Path, verdict: Any) -> None:
    result(f"{'broken' if verdict.problems else 'ok'}  {printable(str(folder))}")
    for check in verdict.checks:
        result(f"   yes  {check}")
    for problem in verdict.problems:
        result(f"    NO  {printable(problem)}")
    proof = verdict.proof
    if proof:
        left_out = "".join(f", {omission.characters} not ({omission.reason})" for omission in proof.omissions)
        result(f"        {proof.spoken} of {proof.characters} characters are spoken{left_out}")
        result(f"        {proof.lines} lines, {proof.words} words; {verdict.loudness} LUFS, {verdict.true_peak} dBTP")


@click.command()
@episodes
@options.output
@options.of_sound
@options.of_script
@options.of_source
@options.as_json
def refresh(folders: Sequence[Path], config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Render again what the source, the lexicon or a voice has changed, sentence by sentence.

    Without DIR/SLUG, all episodes in the output folder are looked at. An article that came from an address is fetched
    again; what was asked for it alone, such as its voice, holds as before.
    """
    from reader.refreshing import Refreshed
    from reader.refreshing import refresh as refreshed

    settings = options.settings_from(config, **given)
    if settings.title:
        raise click.UsageError("--title is for one article: read it again with it")

    def renew(folder: Path) -> Refreshed:
        watch = Watch(folder.name)
        try:
            done = refreshed(folder, settings, watch=watch)
        finally:
            watch.end()
        _tell_refreshed(folder, done, as_json=as_json)
        return done

    done = for_each(folders or all_episodes(settings), renew, as_json=as_json)
    voices = [voice for one in done if one.episode for voice in one.episode.voices]
    if voices and not as_json:
        tell(voice_note(voices))


def _tell_refreshed(folder: Path, done: Any, *, as_json: bool) -> None:
    if as_json:
        told = {"folder": str(folder), "slug": done.slug, "refreshed": done.episode is not None}
        result_json(
            told | {"changed": [number + 1 for number in done.changed], "lines": done.total, "by_hand": done.kept}
        )
        return
    by_hand = f"; {counted(done.kept, 'line')} corrected by hand stay so" if done.kept else ""
    if done.episode is None:
        result(f"up to date  {printable(str(folder))}{by_hand}")
    else:
        result(f"rendered    {printable(str(folder))}: {len(done.changed)} of {done.total} lines are new{by_hand}")


@click.command()
@click.argument("folders", metavar="DIR/SLUG...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.cache
@options.offline
@options.config
@options.as_json
def withdraw(folders: Sequence[Path], config: Path | None, *, yes: bool, as_json: bool, **given: Any) -> None:
    """Take episodes away: their files, what was kept of their sentences, and their place in feed and pages.

    Wherever the folder was published, their copies are taken away at once, too. A note stays in the folder that the
    article was withdrawn; lyt read brings it back.
    """
    from reader.library import sidecar
    from reader.publishing import copies_of
    from reader.withdrawal import withdraw as withdrawn

    settings = options.settings_from(config, **given)
    if len(folders) == 1:
        sidecar(folders[0])  # what is not there needs no question
    if not yes:
        named = ", ".join(printable(str(folder)) for folder in folders)
        click.confirm(f"Remove for good: {named}?", abort=True, err=True)

    def take_away(folder: Path) -> str:
        sidecar(folder)  # or it is no episode, and its name that of more than one
        copies = copies_of(folder.resolve())
        try:
            slug = withdrawn(folder, settings)
        finally:  # also where a feed could not be renewed, or an earlier run could not reach a target
            take_down_all(copies, offline=settings.offline)
        result_json({"folder": str(folder), "slug": slug, "withdrawn": True}) if as_json else result(
            f"withdrawn  {printable(str(folder))}"
        )
        return slug

    for_each(folders, take_away, as_json=as_json)


def take_down_all(copies: Sequence[tuple[Path, str, str]], *, offline: bool) -> None:
    """Take copies of an episode away, wherever they are. Raises PublishError, which names where they still are."""
    from reader.publishing import take_down

    left: list[str] = []
    for root, target, name in copies:
        if offline:
            tell(f"  a copy is still there: lyt publish {printable(target)} {printable(str(root))} takes it away")
            continue
        try:
            number = take_down(root, target, name)
            tell(f"  {counted(number, 'file')} removed from {printable(target)}")
        except LytError as error:
            left.append(f"{target} ({one_line(error)})")
    if left:
        raise PublishError(f"withdrawn here, but not everywhere; publish again to {' and to '.join(left)}")


def all_episodes(settings: Settings) -> list[Path]:
    """The folders of all episodes in the output folder. Raises MissingSourceError where there is none."""
    from reader.library import episode_folders

    found = episode_folders(Path(settings.output))
    if not found:
        raise MissingSourceError(f"no episode is in {settings.output!r}: name another folder with -o")
    return found


def for_each(folders: Sequence[Named], do: Callable[[Named], Any], *, as_json: bool) -> list[Any]:
    """Do it with each, and go on where one fails; then say how many did."""
    done: list[Any] = []
    failures: list[LytError] = []
    for folder in folders:
        try:
            done.append(do(folder))
        except UsageError:
            raise
        except LytError as error:
            failures.append(error)
            if as_json and not isinstance(error, UnprovenError):
                result_json({"folder": str(folder), "error": one_line(error), "exit_code": error.exit_code})
            if len(folders) > 1:
                tell(f"lyt: {printable(str(folder))}: {one_line(error)}")
    if len(folders) == 1 and failures:
        raise failures[0]
    if failures and not done:
        raise type(failures[0])(f"all {len(folders)} episodes failed")
    if failures:
        raise PartialError(f"{len(failures)} of {len(folders)} episodes failed")
    return done
