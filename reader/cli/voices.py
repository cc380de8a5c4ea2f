"""lyt voices: the voices that are here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import printable, result, result_json, tell
from voices import EngineStatus, available

SAMPLE = "Goddag. Sådan lyder jeg, når jeg læser en artikel op: »Det er et vildt år,« siger borgmesteren."


@click.group(invoke_without_command=True)
@click.pass_context
@options.as_json
def voices(ctx: click.Context, *, as_json: bool) -> None:
    """Show the voices that are here, or try one."""
    if ctx.invoked_subcommand is None:
        _list(as_json=as_json)


@voices.command("list")
@options.as_json
def list_voices(*, as_json: bool) -> None:
    """Show the voices that are here."""
    _list(as_json=as_json)


@voices.command("try")
@click.argument("name")
@options.file
@options.offline
@options.config
def try_voice(name: str, file: Path | None, config: Path | None, **given: Any) -> None:
    """Have the voice NAME speak a sample sentence, into sample.mp3 unless -o says where."""
    from reader.cli.say import speak_into

    speak_into(SAMPLE, file or Path("sample.mp3"), options.settings_from(config, voice=name, **given))


def _list(*, as_json: bool) -> None:
    engines = available()
    if as_json:
        result_json([_plain(status) for status in engines])
        return
    for status in engines:
        result(_row(status))
    tell("\nUse one with --voice NAME, hear one with: lyt voices try NAME")


def _row(status: EngineStatus) -> str:
    if status.engine is None:
        return f"{status.name:8} cannot be used: {printable(status.problem or '')}"
    place = "online" if status.engine.online else "offline"
    return f"{status.name:8} {place:8} {status.engine.summary}\n{'':17} {', '.join(status.engine.examples)}"


def _plain(status: EngineStatus) -> dict[str, object]:
    if status.engine is None:
        return {"name": status.name, "problem": status.problem}
    engine = status.engine
    return {
        "name": engine.name,
        "summary": engine.summary,
        "online": engine.online,
        "licence": engine.licence,
        "voices": list(engine.examples),
    }
