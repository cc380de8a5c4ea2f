"""lyt feed and publish: episodes as podcasts, and out into the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from reader.cli import options
from reader.cli.console import BytesTold, ProgressBar, counted, printable, result, result_json, tell
from reader.errors import MissingSourceError
from reader.publisher.show import AGENCIES, Medium, Show

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
DONE = {"send": "sent", "remove": "removed"}
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

    What the feed says stands in lyt.toml, in [show] or, for several, in [shows.NAME], or is told here; DIR remembers
    it, so that the next time `lyt feed DIR` will do. Only articles of the show's own sites are in it, none that is not
    free or by a news agency, unless told so.
    """
    from reader.feeds import write_feeds

    output = _output_of(folder, config, given)
    for written in write_feeds(output, _shows(output, config, show, given)):
        named, archived = str(written.file), counted(written.archives, "archive")
        if as_json:
            left_out = dict(sorted(written.left_out.items()))
            plain = {"show": written.show.name, "feed": named, "address": written.show.address}
            result_json(plain | {"episodes": written.episodes, "archives": written.archives, "left_out": left_out})
            continue
        result(printable(named))
        tell(f"  {printable(written.show.title)}: {counted(written.episodes, 'episode')}, {archived}")
        for reason, number in sorted(written.left_out.items()):
            tell(f"  {number} left out: {reason}")
        tell(f"  at {printable(written.show.address)}")
        if not written.show.email and not written.show.private:
            tell("  Apple and Spotify want to know an e-mail address: --email")


def _output_of(folder: Path | None, config: Path | None, given: dict[str, Any]) -> Path:
    output = folder or Path(options.settings_from(config, output=given["output"]).output)
    if not output.is_dir():
        raise MissingSourceError(f"{printable(str(output))!r} is no folder: lyt read makes the episodes that go there")
    return output


def _shows(output: Path, config: Path | None, name: str | None, given: Mapping[str, Any]) -> list[Show]:
    """The shows that are written: those of the settings file, else those that the folder knows, else a new one."""
    from reader.shows import configured_shows, kept_shows, with_folder_address

    kept = kept_shows(output)
    shows = list(configured_shows(config) or kept or [Show()])
    if name is not None and name not in [show.name for show in shows]:
        shows = [*(show for show in shows if show != Show()), Show(name=name)]
    told = _told(given)
    if told.keys() - {"base_url"} and len(shows) > 1 and name is None:
        raise click.UsageError("there are several shows: say which one with --show, or write it into lyt.toml")
    addresses = {show.name: show.base_url for show in kept}
    shows = [replace(show, base_url=show.base_url or addresses.get(show.name, "")) for show in shows]
    changed = [replace(show, **told) if name in (None, show.name) else show for show in shows]
    return [with_folder_address(show) for show in changed]


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was told of the show for this run, by the names of its fields."""
    known = set(Show.__dataclass_fields__)
    told = {name: value for name, value in given.items() if name in known and value not in (None, "", ())}
    told |= {field: given[name] for name, field in _LISTS.items() if given[name]}
    if given["agency"]:
        told["agencies"] = (*AGENCIES, *given["agency"])
    return told | ({"agencies": ()} if given["any_agency"] else {})


@click.command()
@click.argument("target")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be sent and removed.")
@click.option("--everything", is_flag=True, help="Send also what is there already.")
@options.output
@options.config
@options.as_json
def publish(
    target: str,
    folder: Path | None,
    config: Path | None,
    *,
    dry_run: bool,
    everything: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Send the episodes in DIR, their pages and their feeds to where they are served.

    TARGET is a folder, s3://BUCKET/FOLDER (any store that speaks S3: AWS_ENDPOINT_URL says where) or
    sftp://USER@HOST/FOLDER. Sound goes first and feeds go last; only what has changed is sent; what was withdrawn is
    taken away. Scripts and other workings stay here, and so do episodes that no feed carries.
    """
    from reader.publishing import publish as published

    output = _output_of(folder, config, given)
    bar = ProgressBar("publishing", BytesTold())
    try:
        shipment = published(output, target, rehearse=dry_run, everything=everything, watch=bar.update)
    finally:
        bar.clear()
    for verb, names in (("send", shipment.sent), ("remove", shipment.removed)):
        for name in names if not as_json else ():
            result(f"{f'would {verb}' if dry_run else DONE[verb]:<12}  {printable(name)}")
    if as_json:
        plain = {"sent": shipment.sent, "removed": shipment.removed, "kept": len(shipment.kept)}
        result_json(plain | {"bytes": shipment.bytes, "dry_run": dry_run})
    else:
        done = "would be sent" if dry_run else "sent"
        sent = f"{counted(len(shipment.sent), 'file')} {done} ({shipment.bytes / 1e6:.1f} MB)"
        tell(f"{sent}, {len(shipment.removed)} removed, {len(shipment.kept)} were there")
