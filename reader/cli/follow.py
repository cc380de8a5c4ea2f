"""lyt follow: read newsrooms' feeds, round after round, and convert what is new."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.cli import options
from reader.cli.console import counted, one_line, printable, tell
from reader.cli.interrupts import heed
from reader.cli.rounds import Teller, conclude
from reader.config import Settings
from reader.errors import LytError, PublishError, UsageError
from reader.files import alone_in
from reader.scraper import is_address

if TYPE_CHECKING:
    from reader.following import Plan

LONGEST_NAP = 1.0  # seconds after which a waiting run looks whether it shall stop
FEWEST_MINUTES = 1.0
LOCK = ".follow.lock"


@click.command(epilog="Example, for cron: lyt follow https://avis.example/rss --once --publish s3://lyd-avis")
@click.argument("feeds", metavar="FEED...", nargs=-1, required=True)
@options.output
@options.option("--once", is_flag=True, help="Read the feeds once, and end.")
@options.option(
    "--every",
    metavar="MINUTES",
    type=click.FloatRange(FEWEST_MINUTES),
    default=15.0,
    help="How long to wait before the feeds are read again.  [default: 15]",
)
@options.option(
    "--first",
    metavar="N",
    type=click.IntRange(0),
    default=10,
    help="How many articles of a feed to read at first; the rest is passed over.  [default: 10]",
)
@options.option(
    "--delay",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=1.0,
    help="The least time between two visits to one host.  [default: 1]",
)
@click.option("--retry", is_flag=True, help="Try at once what failed before, and what was left out.")
@click.option("--publish", "target", metavar="TARGET", help="Publish the folder after each round; see lyt publish.")
@options.of_sound
@options.of_script
@options.of_source
@options.as_json
def follow(
    feeds: Sequence[str], config: Path | None, *, once: bool, every: float, target: str | None, **given: Any
) -> None:
    """Follow newsrooms: convert what is new in their feeds, and what they correct.

    FEED is the address of a feed (RSS, Atom, JSON Feed), a sitemap, or a page that names its feed. What was read is
    remembered in follow.json in the output folder. Pages that their owners reserve against text and data mining are
    left, unless --by-hand is typed. An article that was passed over or left out can still be read with lyt read.
    """
    from reader.following import Means, Plan, check_online, follow_once

    as_json, first, delay, retry = (given.pop(name) for name in ("as_json", "first", "delay", "retry"))
    settings = _unattended(options.settings_from(config, **given))
    plan = Plan(_addresses(feeds), first, delay, retry)
    check_online(settings)
    output = Path(settings.output)
    if target is not None:
        _check_target(output, config, target)
    with alone_in(output, LOCK, waits=False) as is_alone:
        if not is_alone:
            tell(f"lyt: another run follows feeds into {printable(settings.output)}: nothing was done")
            return
        from reader.casting import choose_voices

        voices = choose_voices(settings)

        def read_round(plan: Plan) -> LytError | None:
            teller = Teller(settings.output, as_json=as_json)
            try:
                means = Means(teller.tell, teller.watch, lambda output: renew(output, config))
                outcome = follow_once(plan, settings, voices, means)
            finally:
                teller.end()
            conclude(outcome, as_json=as_json)
            if target is not None:
                _publish(output, target)
            return outcome.verdict()

        if not once:
            _for_ever(read_round, plan, every * 60)
            return
        failure = read_round(plan)
        if failure:
            raise failure


def _unattended(settings: Settings) -> Settings:
    """Nobody sits at it, unless a person typed that somebody does."""
    if settings.title:
        raise click.UsageError("--title is for one article: read it with lyt read")
    return settings if "unattended" in settings.given else replace(settings, unattended=True)


def _addresses(feeds: Sequence[str]) -> tuple[str, ...]:
    for feed in feeds:
        if not is_address(feed):
            raise click.UsageError(
                f"{printable(feed)} is not the address of a feed: give one that begins with https://"
            )
    return tuple(dict.fromkeys(feed.strip() for feed in feeds))


def renew(output: Path, config: Path | None) -> None:
    """Write the feeds of a folder anew, as the settings file wants them; without one, as they were asked for."""
    from reader.feeds import write_feeds
    from reader.shows import current_shows, kept_shows

    shows = current_shows(output, config)
    if shows:
        write_feeds(output, shows, pictures=not kept_shows(output))


def _check_target(output: Path, config: Path | None, target: str) -> None:
    """Raise what would be wrong with publishing in the end, before any work is done."""
    from reader.feeds import check
    from reader.shows import current_shows
    from reader.transfer import check_target

    check_target(output, target)
    shows = current_shows(output, config)
    if not shows:
        raise PublishError("there is no feed to publish: write [show] into lyt.toml, or make one with lyt feed first")
    check(shows)


def _publish(output: Path, target: str) -> None:
    """Publish what is not published yet, be it from this round or from an earlier one."""
    from reader.publishing import publish

    shipment = publish(output, target)
    if shipment.sent or shipment.removed:
        tell(f"{counted(len(shipment.sent), 'file')} sent to {printable(target)}, {len(shipment.removed)} removed")


def _for_ever(read_round: Callable[[Plan], LytError | None], plan: Plan, pause: float) -> None:
    """Read round after round, whatever fails but the call itself; to be stopped while waiting is a good end."""
    while True:
        try:
            failure = read_round(plan)
        except UsageError:
            raise
        except LytError as error:
            failure = error
        if failure:
            tell(f"lyt: {one_line(failure)}")
        plan = replace(plan, retry=False)
        tell(f"Next look at {time.strftime('%H:%M', time.localtime(time.time() + pause))}; Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):
            _wait(pause)
            continue
        return


def _wait(seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        heed()
        time.sleep(min(left, LONGEST_NAP))
