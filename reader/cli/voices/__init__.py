"""lyt voices: the voices that are here, and those that could be."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import BytesTold, ProgressBar, printable, result, result_json, tell
from reader.cli.voices.listing import engine_problem, plain, rows, speaks_by_default
from reader.cli.voices.table import shown
from reader.config import load_settings
from reader.errors import ConfigError, UnknownVoiceError, UsageError
from voices import resolve
from voices.catalogue import Entry, entries, entry
from voices.installing import install, installed, remove
from voices.places import voices_folder

SAMPLE = "Goddag. Sådan lyder jeg, når jeg læser en artikel op: »Det er et vildt år,« siger borgmesteren."

_chosen = options.option("--voice", hidden=True)  # so that LYT_VOICE is heeded here as everywhere


@click.group(invoke_without_command=True)
@click.pass_context
@_chosen
@options.config
@options.as_json
def voices(ctx: click.Context, voice: str | None, config: Path | None, *, as_json: bool) -> None:
    """Show the voices that are here and those that could be; install, remove or try one."""
    if ctx.invoked_subcommand is None:
        _list(voice, config, as_json=as_json)


@voices.command("list")
@_chosen
@options.config
@options.as_json
def list_voices(voice: str | None, config: Path | None, *, as_json: bool) -> None:
    """Show the voices that are here and those that could be."""
    _list(voice, config, as_json=as_json)


@voices.command("install")
@click.argument("name")
@options.offline
@options.config
@options.as_json
def install_voice(name: str, config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Install the voice NAME; one that broke off goes on where it stopped."""
    wanted, folder = entry(name), _folder()
    if problem := engine_problem(wanted.engine):
        raise UnknownVoiceError(f"the voice {wanted.name!r} could not speak yet: {problem}")
    was_there = installed(wanted, folder)
    if not was_there:
        if options.settings_from(config, **given).offline:
            raise UsageError(
                f"the voice {wanted.name!r} comes from the network, but offline was asked for: run again with --online"
            )
        _install(wanted, folder)
    _prepare(wanted, folder)
    _say_installed(wanted, folder, was_there=was_there, as_json=as_json)


@voices.command("remove")
@click.argument("name")
def remove_voice(name: str) -> None:
    """Remove the voice NAME, which was installed."""
    wanted, folder = entry(name), _folder()
    _forget(wanted, folder)
    remove(wanted, folder)
    tell(f"the voice {wanted.name} is removed; {wanted.command} brings it back")


@voices.command("try")
@click.argument("name")
@options.file
@options.offline
@options.config
def try_voice(name: str, file: Path | None, config: Path | None, **given: Any) -> None:
    """Have the voice NAME speak a sample sentence, into sample.mp3 unless -o says where."""
    from reader.cli.say import speak_into

    speak_into(SAMPLE, file or Path("sample.mp3"), options.settings_from(config, voice=_here(name), **given))


def _list(voice: str | None, config: Path | None, *, as_json: bool) -> None:
    found = rows(voice or load_settings(config).voice)
    if as_json:
        result_json([plain(row) for row in found])
        return
    result("\n".join(shown(found)))
    tell("\nUse one with --voice NAME, hear one with: lyt voices try NAME")


def _here(name: str) -> str:
    """The voice to try: one of the catalogue may be called by any of its names, but must be installed."""
    voice = resolve(name)
    names = (voice,) if voice != name else (name, *_voice_of_alias(name))
    for one in entries():
        if one.voice in names:
            if not installed(one, _folder()):
                raise UnknownVoiceError(f"the voice {name!r} is not installed; install it with: {one.command}")
            return name if voice == one.voice else one.voice
    return name


def _voice_of_alias(name: str) -> tuple[str, ...]:
    return tuple(one.voice for one in entries() if name in (one.name, *one.aliases))


def _install(wanted: Entry, folder: Path) -> None:
    tell(f"installing {wanted.name}, {wanted.bytes / 1e6:.0f} MB")
    bar = ProgressBar(wanted.aliases[0] if wanted.aliases else wanted.name, BytesTold())
    try:
        install(wanted, folder, progress=bar.update)
    except KeyboardInterrupt:
        bar.clear()
        tell("what has arrived is kept: the same command goes on from there")
        raise
    finally:
        bar.clear()


def _prepare(wanted: Entry, folder: Path) -> None:
    """Have the engine do now what would else hold up the first article."""
    if wanted.engine == "piper":
        prepare: Callable[[Path], None] = import_module("voices.piper").prepare
        prepare(folder / wanted.name / wanted.files[0].name)


def _forget(wanted: Entry, folder: Path) -> None:
    """Have the engine remove what it made of an installed voice."""
    if wanted.engine == "piper":
        forget: Callable[[Path], None] = import_module("voices.piper").forget
        forget(folder / wanted.name / wanted.files[0].name)


def _say_installed(wanted: Entry, folder: Path, *, was_there: bool, as_json: bool) -> None:
    is_default = speaks_by_default(wanted.voice)
    place = folder / wanted.name
    if as_json:
        result_json(
            {
                "name": wanted.name,
                "voice": wanted.voice,
                "folder": str(place),
                "bytes": wanted.bytes,
                "was_there": was_there,
                "default": is_default,
            }
        )
        return
    result(str(place))
    tell(f"  {wanted.name} {'was installed already' if was_there else 'is installed'}")
    if is_default:
        tell(f"  it speaks {'' if was_there else 'from now on, '}unless you name another one")
    else:
        tell(f"  use it with --voice {wanted.voice}")
    if wanted.commercial != "yes":
        tell(f"  commercial use: {wanted.commercial}: {printable(wanted.licence)}")


def _folder() -> Path:
    folder = voices_folder()
    if folder is None:
        raise ConfigError("there is no home folder to keep voices in: name a folder in LYT_DATA")
    return folder
