"""Options that several commands share. Each one can also be set as LYT_<NAME> and, where it fits, in lyt.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from reader.cli.places import cache_folder
from reader.config import LONGEST_TIMEOUT, Settings, load_settings
from reader.model import ChapterMode

Function = TypeVar("Function", bound=Callable[..., Any])


def option(*names: str, **kwargs: Any) -> Callable[[Function], Function]:
    """A click option that is also read from the environment."""
    long = next(name for name in names if name.startswith("--")).partition("/")[0]
    return click.option(*names, envvar="LYT_" + long.strip("-").replace("-", "_").upper(), **kwargs)


def whole_characters(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what cannot be shown."""
    if value is not None and not value.isprintable():
        raise click.BadParameter("it holds characters that cannot be shown")
    return value


config = option("--config", type=click.Path(path_type=Path), help="Settings file.  [default: lyt.toml, if it is there]")
offline = option("--offline/--online", default=None, help="Never reach out to the network.  [default: online]")
output = option("-o", "--output", metavar="DIR", help="Folder for the episodes.  [default: output]")
as_json = option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
voice = option(
    "--voice",
    metavar="NAME[,NAME...]",
    help="Who speaks: ENGINE, ENGINE:NAME or a profile; see lyt voices. A second one speaks when the first fails.  "
    "[default: the best one here]",
)
lexicon = option(
    "--lexicon",
    metavar="FILE",
    help="How your newsroom says names; see lyt lexicon.  [default: lexicon.toml, if it is there]",
)
quote_voice = option(
    "--quote-voice",
    metavar="NAME",
    help="Who speaks the quotes: 'second' for other voices of the engine, 'same' for the story's.  [default: second]",
)
cue = option("--cue/--no-cue", default=None, help="Say 'citat' and 'citat slut' around quotes.  [default: no-cue]")
episode_id = option(
    "--id", "id", callback=whole_characters, help="What identifies the article.  [default: its address or place]"
)
chapters = option(
    "--chapters", type=click.Choice(get_args(ChapterMode)), help="Where chapters stand.  [default: speech]"
)
notice = option(
    "--notice/--no-notice", default=None, help="End with a line that says the voice is synthetic.  [default: notice]"
)
fact_boxes = option(
    "--fact-boxes/--no-fact-boxes", default=None, help="Read fact boxes after the story.  [default: fact-boxes]"
)
tables = option("--tables/--no-tables", default=None, help="Read tables row by row.  [default: no-tables]")
allow_teaser = option(
    "--allow-teaser/--no-allow-teaser",
    default=None,
    help="Read the opening of an article that is for subscribers.  [default: no-allow-teaser]",
)
allow_private = option(
    "--allow-private/--no-allow-private",
    default=None,
    help="Fetch from hosts that are not public, such as your own staging.  [default: no-allow-private]",
)
anyway = option(
    "--anyway/--no-anyway",
    default=None,
    help="Read what is no article, or in a language that the voice does not speak.  [default: no-anyway]",
)
unattended = option(
    "--unattended/--by-hand",
    default=None,
    help="Leave pages that their owners reserve against text and data mining.  [default: by-hand]",
)
cache = option(
    "--cache",
    metavar="DIR",
    help="Keep pages and spoken sentences there for the next run.  [default: your cache folder]",
)
no_cache = option("--no-cache", is_flag=True, help="Neither use nor keep what earlier runs fetched or spoke.")
timeout = option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0, LONGEST_TIMEOUT, min_open=True),
    help="How long a page may take to arrive.  [default: 8]",
)
file = click.option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file.")
title = option("--title", callback=whole_characters, help="A title for an article that has none, or another one.")


def of_source(function: Function) -> Function:
    """All options that say how a source is fetched and what of it is read."""
    for one in (config, offline, timeout, no_cache, cache, unattended, anyway, allow_private, allow_teaser, title):
        function = one(function)
    return function


def settings_from(path: Path | None, **given: Any) -> Settings:
    """The settings file, with what was given on the command line or in the environment over it."""
    settings = load_settings(path)
    wanted = given.pop("notice", None)
    if wanted is not None and wanted != (settings.notice is not None):
        settings = replace(settings, notice="" if wanted else None)
    if given.pop("no_cache", False):
        settings = replace(settings, cache=None)
        given.pop("cache", None)
    settings = replace(settings, **{name: value for name, value in given.items() if value not in (None, "")})
    return replace(settings, cache=cache_folder(sys.platform, os.environ)) if settings.cache == "" else settings
