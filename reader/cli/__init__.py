"""The command line: words to and from people. The only place that prints, reads the environment, or exits.

stdout is the result, stderr the progress. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from reader.cli import interrupts, warnings
from reader.cli.console import one_line, tell
from reader.errors import LytError, OutputError
from reader.version import __version__

INTERRUPTED = 130
COMMANDS = {
    "read": "reader.cli.read:read",
    "text": "reader.cli.text:text",
    "script": "reader.cli.script:script",
    "speak": "reader.cli.script:speak",
    "say": "reader.cli.say:say_text",
    "lexicon": "reader.cli.lexicon:lexicon",
    "voices": "reader.cli.voices:voices",
    "verify": "reader.cli.library:verify",
    "refresh": "reader.cli.library:refresh",
    "withdraw": "reader.cli.library:withdraw",
    "follow": "reader.cli.follow:follow",
    "feed": "reader.cli.feed:feed",
    "publish": "reader.cli.publishing:publish",
    "add": "reader.cli.readinglist:add",
    "list": "reader.cli.readinglist:list_articles",
    "remove": "reader.cli.readinglist:remove",
    "page": "reader.cli.web:page",
    "embed": "reader.cli.web:embed",
    "preview": "reader.cli.web:preview",
    "cache": "reader.cli.cache:cache",
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


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of the design."""
    interrupts.listen()
    warnings.listen()
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Exit at once: all files are in order, what still speaks ends with us, and taking Python apart takes its time."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # whoever read it has gone; pythonw has none
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command line; give its exit code."""
    context: click.Context | None = None
    try:
        with lyt.make_context("lyt", list(arguments)) as context:
            result = lyt.invoke(context)
            click.get_text_stream("stdout").flush()
    except click.exceptions.Exit as done:  # after --help and --version
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        tell("lyt: interrupted; nothing half-done was left behind")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read stdout has gone
        return 0
    except (LytError, OSError) as error:
        if context is not None and context.obj:  # --debug
            raise
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: LytError | OSError) -> int:
    """Say what failed, in one line; an OSError is one of stdout, since every other has a name of ours."""
    if isinstance(error, LytError):
        tell(f"lyt: {one_line(error)}")
        return error.exit_code
    tell(f"lyt: the result could not be written: {error.strerror or type(error).__name__}")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OutputError.exit_code


__all__ = ["lyt", "main", "run"]
