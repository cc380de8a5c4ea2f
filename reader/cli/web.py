"""lyt page, embed and preview: the player on web pages."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click

from reader.cli import options
from reader.cli.console import printable, result, result_json, tell
from reader.cli.library import all_episodes, for_each
from reader.publisher.embed import LAYOUTS, SCRIPT, Embedding


@click.command()
@click.argument("folders", metavar="[DIR/SLUG]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--paid", is_flag=True, help="Also for articles that are not free.")
@options.output
@options.config
@options.as_json
def page(folders: Sequence[Path], config: Path | None, *, paid: bool, as_json: bool, **given: Any) -> None:
    """Write the article's web page, with a player that reads along.

    Beside it, in the folder above, come lyt.js, the player itself, and index.html, the list of all articles that have a
    page. Without DIR/SLUG, every episode in the output folder gets one. Any web server that answers ranges can serve
    the folder; lyt preview shows it here.
    """
    from reader.pages import write_list, write_page

    settings = options.settings_from(config, **given)
    outputs: dict[Path, None] = {}

    def write(folder: Path) -> None:
        shown = folder / write_page(folder, paid=paid).name
        outputs[folder.resolve().parent] = None
        result_json({"folder": str(folder), "page": str(shown)}) if as_json else result(printable(str(shown)))

    try:
        for_each(folders or all_episodes(settings), write, as_json=as_json)
    finally:  # also for those that were written where another failed
        for output in outputs:
            listed = write_list(output)
            if not as_json:
                tell(f"The list of all: {printable(str(listed))}. To see it: lyt preview {printable(str(output))}")


@click.command()
@click.argument("folder", metavar="DIR/SLUG", type=click.Path(path_type=Path))
@click.option(
    "--base-url", metavar="URL", default="", help="Where the output folder is served: https://lyd.avis.example/"
)
@click.option("--layout", type=click.Choice(LAYOUTS), default="compact", show_default=True, help="How large it is.")
@click.option("--tap", is_flag=True, help="A tap on a sentence of the article plays from there.")
@click.option("--text", metavar="SELECTOR", default="", help="The element that holds the article, if it is not found.")
@click.option(
    "--memory",
    type=click.Choice(["on", "consent", "off"]),
    default="on",
    show_default=True,
    help="Whether the reader's place is remembered: at once, after the page's event lyt-consent, or never.",
)
@click.option("--cors", is_flag=True, help="The sound is on another host than the page, and that host allows it.")
@click.option("--no-download", is_flag=True, help="Do not offer the file.")
@options.as_json
def embed(folder: Path, *, as_json: bool, **given: Any) -> None:
    """Print the HTML that puts the player on an article's page: two lines, and a third for search engines.

    The first loads the player, with its hash; once on each page. The second stands where the player shall stand. The
    third tells of the sound, and that its voice is synthetic (schema.org).
    """
    from reader.pages import listing
    from reader.publisher.embed import audio_object, embed_html, integrity, player_html, player_script

    found = listing(folder)
    base = _base(given["base_url"])
    embedding = Embedding(
        script=base + SCRIPT,
        folder=f"{base}{quote(found.slug)}/",
        layout=given["layout"],
        tap=given["tap"],
        memory="" if given["memory"] == "on" else given["memory"],
        text=given["text"],
        is_cross_origin=given["cors"],
        can_download=not given["no_download"],
    )
    script = player_script()
    if as_json:
        parts = {"script": embedding.script, "integrity": integrity(script), "html": player_html(found, embedding)}
        result_json(parts | {"json_ld": audio_object(found, embedding.folder)})
    else:
        result(embed_html(found, embedding, script))
        if not base:
            tell("These addresses are relative to the page: --base-url says where the output folder is served.")


def _base(url: str) -> str:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--base-url") from error
    if url and not url.casefold().startswith(("https://", "http://", "/")):
        raise click.BadParameter("it must begin with https://, http:// or /", param_hint="--base-url")
    if any(mark in url for mark in "?#") or bool(parts.scheme) != has_host or not url.isprintable():
        raise click.BadParameter("it must be the address of a folder", param_hint="--base-url")
    return url.rstrip("/") + "/" if url else ""


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@options.option("--port", type=click.IntRange(0, 65535), default=0, help="[default: one that is free]")
@click.option("--open/--no-open", "opened", default=False, help="Open it in the browser.  [default: no-open]")
@options.output
@options.config
def preview(folder: Path | None, config: Path | None, *, port: int, opened: bool, **given: Any) -> None:
    """Show the episodes of an output folder, and their pages, in a browser on this machine, until Ctrl-C.

    Pages that were not written yet are made as they are asked for. Nobody but this machine can reach it.
    """
    from reader.library import episode_folders
    from reader.pages import made_page
    from reader.preview import address_of, preview_server

    output = (folder or Path(options.settings_from(config, **given).output)).resolve()
    if not output.is_dir():
        raise click.BadParameter(f"{printable(str(output))} is no folder", param_hint="DIR")
    server = preview_server(output, port, lambda path: made_page(output, path))
    address = address_of(server)
    result(address)
    if not episode_folders(output):
        tell("There is no episode yet: lyt read makes one, and then it is here.")
    click.get_text_stream("stdout").flush()
    tell("Ctrl-C ends it.")
    if opened:
        webbrowser.open(address)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        tell("")
    finally:
        server.server_close()
