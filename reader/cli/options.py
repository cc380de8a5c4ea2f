"""Options that several commands share. Each one can also be set as LYT_<NAME> and, where it fits, in lyt.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from click.core import ParameterSource

from reader.cli.places import cache_folder
from reader.config import (
    BEST,
    FASTEST,
    LONGEST_TIMEOUT,
    LOUDEST,
    QUICKEST,
    QUIETEST,
    SLOWEST,
    TRANSCRIPTS,
    Settings,
    load_settings,
)
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
lists = option(
    "--lists/--no-lists", default=None, help="Say that a list comes, and how long it is.  [default: no-lists]"
)
pictures = option(
    "--pictures/--no-pictures",
    default=None,
    help="Say what the lead picture shows, and read captions.  [default: no-pictures]",
)
opening = option(
    "--opening/--no-opening",
    default=None,
    help="After the headline, say by whom the article is, from where and when.  [default: no-opening]",
)
intro = option("--intro", metavar="FILE", help="A jingle before the article: any sound file, a minute at most.")
outro = option("--outro", metavar="FILE", help="A jingle after it.")
tempo = option(
    "--tempo",
    metavar="FACTOR",
    type=click.FloatRange(SLOWEST, FASTEST),
    help="How quickly it is read: 1.2 is a fifth quicker. The pitch stays.  [default: 1]",
)
loudness = option(
    "--loudness",
    metavar="LUFS",
    type=click.FloatRange(QUIETEST, LOUDEST),
    help="How loud the recording is: -16 for podcasts, -19, -23 for radio.  [default: -16]",
)
quality = option(
    "--quality",
    metavar="0-9",
    type=click.IntRange(BEST, QUICKEST),
    help="LAME's quality: 0 is the best, 9 the quickest.  [default: 7]",
)
cover = option(
    "--cover",
    metavar="FILE",
    help="A picture for the episode, or 'drawn'.  [default: the article's own, or else one that is drawn]",
)
no_cover = option("--no-cover", is_flag=True, help="Make no cover.")
transcripts = option(
    "--transcript",
    "transcripts",
    multiple=True,
    type=click.Choice(TRANSCRIPTS),
    help="Write the transcript also as srt, or as plain text.",
)
verify = option(
    "--verify/--no-verify",
    default=None,
    help="Listen to what was made, and prove that every word is there.  [default: verify]",
)
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
    help="Leave pages that their owners reserve against text and data mining.  [default: by-hand, but for lyt follow]",
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


def of_script(function: Function) -> Function:
    """All options that say what a script holds."""
    for one in (pictures, lists, tables, fact_boxes, opening, notice, lexicon, chapters, cue):
        function = one(function)
    return function


def of_sound(function: Function) -> Function:
    """All options that say how a script sounds, and what is made of it."""
    for one in (verify, transcripts, no_cover, cover, quality, loudness, outro, intro, tempo, quote_voice, voice):
        function = one(function)
    return function


def _is_typed(name: str) -> bool:
    """Whether an option was typed for this run, and does not stand in the environment for all runs."""
    context = click.get_current_context()
    sources = [context.get_parameter_source(given) for given in (name, f"no_{name}")]
    return ParameterSource.COMMANDLINE in sources


def settings_from(path: Path | None, **given: Any) -> Settings:
    """The settings file, with what was given on the command line or in the environment over it."""
    settings = load_settings(path)
    told: dict[str, Any] = {name: value for name, value in given.items() if value not in (None, "", ())}
    for name in ("notice", "opening"):
        wanted = told.pop(name, None)
        if wanted is not None:
            told[name] = (getattr(settings, name) or "") if wanted else None
    for name in ("cache", "cover"):
        if told.pop(f"no_{name}", False):
            told[name] = None
    settings = replace(settings, given=tuple(filter(_is_typed, told)), **told)
    return replace(settings, cache=cache_folder(sys.platform, os.environ)) if settings.cache == "" else settings
