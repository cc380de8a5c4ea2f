"""lyt cache: what is kept for the next run."""

from __future__ import annotations

from pathlib import Path

import click

from reader.cachefolder import CacheFolder
from reader.cli import options
from reader.cli.console import counted, printable, result, result_json, tell
from reader.config import Settings
from reader.errors import UsageError

_place = options.option("--cache", metavar="DIR", help="Where the cache stands.  [default: your cache folder]")


class _ShowFirst(click.Group):
    """Without a subcommand it shows; so an option stands behind the subcommand that it is for, or is refused."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["show", *args] if is_bare else args)


@click.group(cls=_ShowFirst)
def cache() -> None:
    """Show or empty the cache: pages that were fetched, and sentences that were spoken.

    It keeps itself within its bounds, and may be emptied at any time; what is missing is fetched and spoken again.
    """


@cache.command("show")
@_place
@options.config
@options.as_json
def show(config: Path | None, cache: str | None, *, as_json: bool) -> None:
    """Show where the cache is, and how much is in it."""
    settings = options.settings_from(config, cache=cache)
    usage = {kind: (folder, *folder.usage()) for kind, folder in _folders(settings).items()}
    root = Path(settings.cache or "").absolute()
    if as_json:
        plain = {kind: {"entries": n, "bytes": size, "most": of.most} for kind, (of, n, size) in usage.items()}
        result_json({"cache": str(root), **plain})
        return
    result(printable(str(root)))
    for kind, (folder, entries, size) in usage.items():
        result(f"{kind:6} {entries:>7}  {_size(size):>8} of {_size(folder.most)}")
    tell("\nEmpty it with: lyt cache clear")


@cache.command("clear")
@click.option("--pages", is_flag=True, help="Only the pages.")
@click.option("--clips", is_flag=True, help="Only the sentences, and the sound that was made from them.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and leave it.")
@_place
@options.config
def clear(config: Path | None, cache: str | None, *, pages: bool, clips: bool, dry_run: bool) -> None:
    """Empty the cache, or a part of it. Nothing but what this program keeps there is touched."""
    wanted = {"pages": pages, "clips": clips, "sound": clips}
    for kind, folder in _folders(options.settings_from(config, cache=cache)).items():
        if wanted[kind] or not (pages or clips):
            entries, size = folder.usage() if dry_run else folder.clear()
            done = "would be removed" if dry_run else "removed"
            result(f"{kind}: {counted(entries, 'entry', 'entries')} {done}, {_size(size)}")


def _folders(settings: Settings) -> dict[str, CacheFolder]:
    """The parts of the cache. Raises UsageError where nothing is kept."""
    from reader.scraper.pagecache import page_folder
    from reader.soundside import kept_by
    from reader.textside import PAGES

    kept = kept_by(settings)
    if kept is None or settings.cache is None:
        raise UsageError(
            "no cache is kept: the settings say cache = false, or you have no home folder; name one with --cache"
        )
    return {"pages": page_folder(Path(settings.cache, PAGES)), "clips": kept.clips.folder, "sound": kept.sound}


def _size(count: int) -> str:
    """Bytes for people: 950 B, 4.1 kB, 38 MB, 1 GB."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 999.5:
            break
        size, unit = size / 1000, larger
    return f"{size:.1f}".removesuffix(".0") + f" {unit}" if size < 9.95 else f"{size:.0f} {unit}"
