"""A small site with one article that is read aloud, and a page of it for each of the players that are compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from player_set_ups import OURS, Player

from reader import pages
from reader.config import Settings
from reader.model import Episode
from reader.pipeline import narrate
from reader.preview import address_of, preview_server
from reader.publisher.embed import Embedding, embed_html, player_script
from reader.timeline import chapter_times
from reader.version import __version__

HERE = Path(__file__).resolve().parent
LISTED = HERE / "players"
ARTICLE = """\
Biblioteket i Egelund låner nu værktøj ud

Fra mandag kan borgerne i Egelund låne en boremaskine ved skranken. Den står mellem romanerne og rejsebøgerne. Det er
gratis.

## Sådan begyndte det

Bibliotekar Tove Rask fik ideen, da hendes nabo købte sin tredje stiksav. Nu har hun samlet tres redskaber. De fleste er
brugt to gange.

## Hvad der kommer nu

Til foråret følger en symaskine med. Køen er allerede på elleve navne.
"""
STYLE = (
    "body { margin: 0 auto; max-width: 42rem; padding: 1rem; font: 1.1rem/1.6 serif; background: #fff; color: #111 }"
)
PAGE = Template("""\
<!DOCTYPE html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="stylesheet" href="page.css">
$head
</head>
<body>
<main>
<article>
<h1>$title</h1>
$body
$text
</article>
</main>
$foot
</body>
</html>
""")
OWN = re.compile(r"\.(html|mp3|vtt|jpg)$|/page\.css$|/start/")  # of the page or the article


@dataclass(slots=True)
class Site:
    """The folder that is served, and its address; the episode in it."""

    folder: Path
    episode: Episode
    address: str = ""

    def version(self, player: Player) -> tuple[str, str]:
        """The version and the licence of a player."""
        if player is OURS:
            return __version__, "MIT"
        told = json.loads((self.folder / "node_modules" / player.package / "package.json").read_text("utf-8"))
        return told["version"], told["license"]

    def sentences(self) -> list[tuple[float, float, str]]:
        """What is heard of the article: from when, until when, and how it is written."""
        lines = zip(self.episode.script.lines, self.episode.recording.cues, strict=True)
        return [(cue.start, cue.end, " ".join(line.written.split())) for line, cue in lines if line.role != "frame"]


class SetUpError(Exception):
    """A player could not be set up; the message says what happened."""


def install(folder: Path) -> None:
    """Let npm install the players into a folder; no script of a package is run. Raises SetUpError."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LISTED / name, folder)
    command = [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SetUpError(f"npm could not bring the players: {ended.stderr.strip().partition(chr(10))[0]}")


def build(folder: Path, players: tuple[Player, ...]) -> Site:
    """Install the players, read the article aloud, and write a page for each. Raises SetUpError or LytError."""
    install(folder)
    source = folder / "article.txt"
    source.write_text(ARTICLE, "utf-8")
    site = Site(folder, narrate(str(source), folder, settings=Settings(voice="espeak", cache=None, verify=False)))
    (folder / "lyt.js").write_bytes(player_script())
    (folder / "page.css").write_text(STYLE, "utf-8")
    (folder / "start").mkdir()
    for player in players:
        write_page(site, player)
    return site


def write_page(site: Site, player: Player) -> None:
    """Write the page of a player, and what starts it. Raises SetUpError."""
    slug, sound = site.episode.slug, site.episode.recording.path
    found = pages.listing(site.folder / slug)
    values = {
        "title": found.title,
        "sound": f"{slug}/{sound}",
        "captions": f"{slug}/transcript.vtt",
        "chapters": f"{slug}/chapters.vtt",
        "points": json.dumps(points(site)),
    }
    body = player.body
    if player is OURS:
        body = embed_html(found, Embedding("lyt.js", f"{slug}/"), player_script())
    parts = {"head": player.head, "body": body if player is OURS else Template(body).substitute(values)}
    html = PAGE.substitute(values, **parts, foot=player.foot, text=article_html())
    (site.folder / f"{player.key}.html").write_text(html, "utf-8")
    if player.code:
        (site.folder / "start" / f"{player.key}.js").write_text(Template(player.code).substitute(values), "utf-8")
    if player.is_packed:
        pack(site.folder, player)


def pack(folder: Path, player: Player) -> None:
    """Put what starts a player and all that it imports into files for a browser. Raises SetUpError."""
    packer = str(folder / "node_modules" / "esbuild" / "bin" / "esbuild")
    options = ("--bundle", "--splitting", "--format=esm", "--minify", "--outdir=packed", "--log-level=error")
    command = [shutil.which("node") or "node", packer, f"{player.key}=start/{player.key}.js", *options]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SetUpError(f"esbuild could not pack it: {ended.stderr.strip().partition(chr(10))[0]}")


def points(site: Site) -> list[dict[str, int | str]]:
    """The chapters, for a player that knows no track of chapters."""
    recording = site.episode.recording
    times = chapter_times(site.episode.script, recording.cues, recording.duration)
    return [{"time": round(time.start_ms / 1000), "label": time.chapter.title} for time in times]


def article_html() -> str:
    """The article below its headline."""
    blocks = [" ".join(block.split()) for block in ARTICLE.split("\n\n")[1:]]
    return "\n".join(f"<h2>{block[3:]}</h2>" if block.startswith("## ") else f"<p>{block}</p>" for block in blocks)


@contextmanager
def served(site: Site) -> Iterator[None]:
    """Serve the site on the loopback interface."""
    server = preview_server(site.folder)
    site.address = address_of(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
