"""lyt feed: episodes as podcasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from reader.cli import options
from reader.cli.console import counted, printable, result, result_json, tell
from reader.errors import MissingSourceError
from reader.publisher.show import AGENCIES, FEED, Medium, Show

if TYPE_CHECKING:
    from reader.feeds import Written

show_name = options.option("--show", metavar="NAME", help="Which one the options are about, where there are several.")
base_url = options.option("--base-url", metavar="URL", help="Where DIR is served: https://lyd.avis.example/")


def _option(name: str, help_: str, **kwargs: Any) -> Any:
    return click.option(name, help=help_, **kwargs)


_TOLD = (
    _option("--title", "What it is called."),
    _option("--description", "What it is about, in a few sentences."),
    _option("--author", "Who makes it.  [default: its title]"),
    _option("--owner", "Who is responsible for it.  [default: the author]"),
    _option("--email", "Where directories write to; Apple and Spotify want to know.", metavar="ADDRESS"),
    _option("--language", "Its language.  [default: that of most articles]", metavar="CODE"),
    _option("--category", "One of Apple's categories.  [default: News]", metavar="NAME"),
    _option("--explicit/--clean", "Whether it is for adults.  [default: clean]", default=None),
    _option("--cover", "A picture for it.  [default: one that is drawn]", metavar="FILE"),
    _option("--link", "Its own site.  [default: the base URL]", metavar="URL"),
    _option("--copyright", "Whose it is."),
    _option("--medium", "What kind of feed it is.  [default: podcast]", type=click.Choice(get_args(Medium))),
    _option("--locked/--unlocked", "Whether others may take it over.  [default: locked]", default=None),
    _option("--guid", "Its guid, where it had one before.  [default: from its address]", metavar="UUID"),
    _option("--apple-code", "The code by which Apple lets you claim it.", metavar="CODE"),
    _option("--site", "A site whose articles it may carry, with all below it.", metavar="HOST", multiple=True),
    _option("--section", "Only articles of this section.", metavar="NAME", multiple=True),
    _option("--by", "Only articles by this author.", metavar="NAME", multiple=True),
    _option("--tag", "Only articles with this tag.", metavar="NAME", multiple=True),
    _option("--agency", "Leave out articles with this byline, too.", metavar="NAME", multiple=True),
    _option("--any-agency", "Leave out no byline: you have the rights.", is_flag=True),
    _option("--paid/--free", "Whether articles are in it that are not free.  [default: free]", default=None),
    _option(
        "--private/--public", "A feed of your own, which no directory shall list.  [default: public]", default=None
    ),
    _option(
        "--episodes", "How many stand in the feed itself.  [default: 100]", metavar="N", type=click.IntRange(1, 10000)
    ),
)
WAYS = {"of another site": "--site", "not free": "--paid", "by a news agency": "--any-agency"}
_LISTS = {"site": "sites", "section": "sections", "by": "authors", "tag": "tags"}


def _of_show(function: Any) -> Any:
    for one in reversed(_TOLD):
        function = one(function)
    return function


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@base_url
@show_name
@_of_show
@options.output
@options.config
@options.as_json
def feed(folder: Path | None, config: Path | None, *, show: str | None, as_json: bool, **given: Any) -> None:
    """Write the podcast feed of the episodes in DIR: feed.xml, with its cover and its archive.

    What the feed says stands in lyt.toml, in [show] or, for several, in [shows.NAME]: keys are the options' names with
    _ for -, and sites, sections, authors, tags and agencies are lists. Or it is told here; then DIR remembers it, so
    that the next time `lyt feed DIR` will do. Only articles of the show's own sites are in it, none that is not free or
    by a news agency, unless told so.
    """
    from reader.feeds import write_feeds
    from reader.readinglist import shelf
    from reader.shows import configured_shows, kept_shows

    output = output_of(folder, config, given["output"])
    if shelf(output):
        raise click.UsageError(f"{printable(str(output))} is a reading list: lyt add makes its feed")
    before = kept_shows(output)
    written = write_feeds(output, _shows(output, config, show, given))
    for one in written:
        _tell_json(one) if as_json else _tell(one)
    if not as_json:
        _tell_changes(before, [one.show for one in written])
        if _told(given) and configured_shows(config):
            tell("What was told here holds for this time: the next time lyt.toml holds.")
        tell(f"To send it where it is served: lyt publish TARGET {printable(str(output))}")


def _tell_json(written: Written) -> None:
    plain = {"show": written.show.name, "feed": str(written.file), "address": written.show.address}
    left_out = {reason: len(slugs) for reason, slugs in sorted(written.left_out.items())}
    result_json(plain | {"episodes": written.episodes, "archives": written.archives, "left_out": left_out})


def _tell(written: Written) -> None:
    show = written.show
    result(printable(str(written.file)))
    archives = f", {counted(written.archives, 'archive')}" if written.archives else ""
    tell(f"  {printable(show.title)}: {counted(written.episodes, 'episode')}{archives}")
    for reason, slugs in sorted(written.left_out.items()):
        way = f"; in it with {WAYS[reason]}" if reason in WAYS else ""
        others = "" if len(slugs) == 1 else f" and {len(slugs) - 1} more"
        tell(f"  left out, {reason}: {printable(slugs[0])}{others}{way}")
    if not written.episodes and not show.private:
        tell("  directories take a feed once it has an episode")
    tell(f"  at {printable(show.address)}")
    if not show.email and not show.private:
        tell("  Apple and Spotify want to know an e-mail address: --email")


def _tell_changes(before: Sequence[Show], now: Sequence[Show]) -> None:
    """Say what those who have subscribed would notice."""
    addresses = {show.name: show.address for show in now}
    for show in before:
        address = addresses.get(show.name)
        if address is None:
            kept = f"{'[show]' if show.name == FEED else f'[shows.{show.name}]'} in lyt.toml keeps it"
            tell(f"{show.file} is no more, and its subscribers lose it; {kept}")
        elif address != show.address:
            tell(
                f"{printable(show.address)} has moved: have it lead to {printable(address)} (301), for its subscribers"
            )


def output_of(folder: Path | None, config: Path | None, told: str | None) -> Path:
    """The folder that is meant. Raises MissingSourceError where it is not there."""
    output = folder or Path(options.settings_from(config, output=told).output)
    if not output.is_dir():
        raise MissingSourceError(f"{printable(str(output))!r} is no folder: lyt read makes the episodes that go there")
    return output


def _shows(output: Path, config: Path | None, name: str | None, given: Mapping[str, Any]) -> list[Show]:
    """The shows that are written, with what was told of one of them; one that is new has what the first one has."""
    from reader.shows import current_shows, with_folder_address

    shows = list(current_shows(output, config))
    if not shows or (name and name not in [show.name for show in shows]):
        new = replace(shows[0] if shows else Show(), name=name or FEED, guid="", cover="")
        shows.append(replace(new, title="", sections=(), authors=(), tags=()))
    told = _told(given)
    if told.keys() - {"base_url"} and len(shows) > 1 and name is None:
        raise click.UsageError("there are several shows: say which one with --show, or write it into lyt.toml")
    changed = [replace(show, **told) if name in (None, show.name) else show for show in shows]
    return [with_folder_address(show) for show in changed]


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was told of the show for this run, by the names of its fields."""
    known = set(Show.__dataclass_fields__)
    told = {name: value for name, value in given.items() if name in known and value not in (None, ())}
    told |= {field: given[name] for name, field in _LISTS.items() if given[name]}
    if told.get("cover"):
        told["cover"] = str(Path(told["cover"]).expanduser().resolve())
    if given["agency"]:
        told["agencies"] = (*AGENCIES, *given["agency"])
    return told | ({"agencies": ()} if given["any_agency"] else {})
