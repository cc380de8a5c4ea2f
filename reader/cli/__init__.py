"""The command line: words to and from people. The only place that prints, reads the environment, or exits.

stdout is the result, stderr the progress. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from reader.cli import interrupts
from reader.cli.console import one_line, tell
from reader.errors import LytError
from reader.version import __version__

INTERRUPTED = 130
COMMANDS = {
    "read": "reader.cli.read:read",
    "text": "reader.cli.text:text",
    "script": "reader.cli.script:script",
    "speak": "reader.cli.script:speak",
    "say": "reader.cli.say:say_text",
    "voices": "reader.cli.voices:voices",
    "doctor": "reader.cli.doctor:doctor",
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is used or its help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lyt")
@click.option("--debug", is_flag=True, envvar="LYT_DEBUG", help="Show the whole traceback of an error.")
@click.pass_context
def lyt(ctx: click.Context, *, debug: bool) -> None:
    """Hear the news: an article goes in, one chaptered MP3 in Danish comes out."""
    ctx.obj = debug


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code of the design."""
    interrupts.listen()
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; give its exit code."""
    try:
        with lyt.make_context("lyt", list(arguments)) as context:
            result = lyt.invoke(context)
    except click.exceptions.Exit as done:  # after --help and --version
        return done.exit_code
    except LytError as error:
        if _wants_debug(arguments):
            raise
        tell(f"lyt: {one_line(error)}")
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        tell("lyt: interrupted; nothing was left behind")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read stdout has gone
        return 0
    return result if isinstance(result, int) else 0


def _wants_debug(arguments: Sequence[str]) -> bool:
    return "--debug" in arguments or bool(os.environ.get("LYT_DEBUG"))


__all__ = ["lyt", "main", "run"]
