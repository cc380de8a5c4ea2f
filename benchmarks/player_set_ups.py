"""The players that are compared, and how the documentation of each puts it on a page for sound with chapters."""

from __future__ import annotations

from dataclasses import dataclass

TRACKS = """\
<track kind="captions" label="Dansk" src="$captions" srclang="da">
<track kind="chapters" label="Kapitler" src="$chapters" srclang="da">
"""
CHOSEN = TRACKS.replace('srclang="da"', 'srclang="da" default')  # where the documentation asks for it
SOUND = """\
<audio id="player" controls>
<source src="$sound" type="audio/mpeg">
"""


@dataclass(frozen=True, slots=True)
class Player:
    """A player, and how its documentation puts it on a page.

    `package` is its name in npm; `head`, `body` and `foot` are its parts of the page, `code` is what starts it,
    `is_packed` tells that this is packed with what it imports. `root`, `play` and `slider` are selectors: of all that
    is its own, of its button, of its slider of time.
    """

    name: str
    package: str
    root: str
    play: str
    slider: str
    body: str = f"{SOUND}{TRACKS}</audio>"
    head: str = ""
    foot: str = ""
    code: str = ""
    is_packed: bool = False

    @property
    def key(self) -> str:
        """What its files are called."""
        return self.name.split()[0].lower().replace(".", "-")


OURS = Player("Lyt til artiklen", "", "lyt-artiklen", "lyt-artiklen button.play", "lyt-artiklen input.position")
PLAYERS = (
    OURS,
    Player(
        name="Plyr",
        package="plyr",
        root=".plyr",
        play=".plyr button[data-plyr=play]",
        slider=".plyr input[data-plyr=seek]",
        head='<link rel="stylesheet" href="node_modules/plyr/dist/plyr.css">',
        body=f"{SOUND}{CHOSEN}</audio>",
        foot='<script src="node_modules/plyr/dist/plyr.min.js"></script>\n<script src="start/plyr.js"></script>',
        code="""\
const markers = { enabled: true, points: $points };
new Plyr("#player", { iconUrl: "node_modules/plyr/dist/plyr.svg", markers });
""",
    ),
    Player(
        name="MediaElement.js",
        package="mediaelement",
        root=".mejs__container",
        play=".mejs__playpause-button button",
        slider=".mejs__time-slider",
        head='<link rel="stylesheet" href="node_modules/mediaelement/build/mediaelementplayer.min.css">',
        foot='<script src="node_modules/mediaelement/build/mediaelement-and-player.min.js"></script>\n'
        '<script src="start/mediaelement-js.js"></script>',
        code='new MediaElementPlayer("player", { iconSprite: "node_modules/mediaelement/build/mejs-controls.svg" });',
    ),
    Player(
        name="Vidstack",
        package="vidstack",
        root="media-player",
        play="media-play-button",
        slider="media-time-slider",
        head='<link rel="stylesheet" href="packed/vidstack.css">\n'
        '<script type="module" src="packed/vidstack.js"></script>',
        body=f'<audio id="player" title="$title" src="$sound" controls>\n{CHOSEN}</audio>',
        code="""\
import "vidstack/player/styles/default/theme.css";
import "vidstack/player/styles/default/layouts/audio.css";
import { VidstackPlayer, VidstackPlayerLayout } from "vidstack/global/player";
VidstackPlayer.create({ target: "#player", layout: new VidstackPlayerLayout() });
""",
        is_packed=True,
    ),
    Player(
        name="media-chrome",
        package="media-chrome",
        root="media-controller",
        play="media-play-button",
        slider="media-time-range input",
        head='<script defer src="node_modules/media-chrome/dist/iife/index.js"></script>',
        body=f"""\
<media-controller audio lang="da">
<audio slot="media" src="$sound">
{CHOSEN}</audio>
<media-control-bar>
<media-play-button></media-play-button>
<media-time-display showduration></media-time-display>
<media-time-range></media-time-range>
<media-playback-rate-button></media-playback-rate-button>
<media-mute-button></media-mute-button>
<media-volume-range></media-volume-range>
</media-control-bar>
</media-controller>""",
    ),
    Player(
        name="Video.js",
        package="video.js",
        root=".video-js",
        play=".vjs-play-control",
        slider=".vjs-progress-holder",
        head='<link rel="stylesheet" href="node_modules/video.js/dist/video-js.min.css">',
        body="""\
<audio id="player" class="video-js" controls preload="auto" data-setup='{"audioOnlyMode": true, "fluid": true}'>
<source src="$sound" type="audio/mpeg">
<track kind="captions" label="Dansk" src="$captions" srclang="da">
<track kind="chapters" label="Kapitler" src="$chapters" srclang="da" default>
</audio>""",
        foot='<script src="node_modules/video.js/dist/video.min.js"></script>\n'
        '<script src="node_modules/video.js/dist/lang/da.js"></script>',
    ),
)
