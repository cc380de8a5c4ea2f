"""The player on a page: the lines of HTML that a newsroom puts there, and what they say to search engines."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

from reader.errors import PublishError
from reader.publisher.listing import Listing
from reader.publisher.sidecar import TRANSCRIPT
from reader.publisher.wording import label_of, words_of
from reader.slugs import revised

SCRIPT = "lyt.js"
TRACKS = {"chapters": "chapters.vtt", "metadata": "sentences.vtt"}
Layout = Literal["compact", "full", "button"]
LAYOUTS = get_args(Layout)

_ALGORITHMIC = frozenset({"espeak", "tone"})  # engines whose sound is computed by rules; all others were trained
_SOURCE_TYPE = "https://schema.org/{}DigitalSource"


@dataclass(frozen=True, slots=True)
class Embedding:
    """How the player stands on a page.

    `script` is the address of lyt.js, `folder` that of the episode's folder with a final slash; both absolute or
    relative to the page. `tap` lets a tap on a sentence play it, `memory` is "off" or "consent" if it may not remember
    at once, `text` a selector of the element that holds the article. `is_cross_origin`: the sound is on another host,
    which allows it (CORS). `can_download`: the player offers the file.
    """

    script: str = SCRIPT
    folder: str = ""
    layout: Layout = "compact"
    tap: bool = False
    memory: str = ""
    text: str = ""
    is_cross_origin: bool = False
    can_download: bool = True


def player_script() -> bytes:
    """lyt.js. Raises PublishError where this is a checkout in which it was never built."""
    try:
        return Path(__file__).with_name(SCRIPT).read_bytes()
    except FileNotFoundError as error:
        raise PublishError("lyt.js, the player, was not built here: run pip install -e . in this checkout") from error


def integrity(script: bytes) -> str:
    """The value for `integrity`: a browser that finds other bytes does not run them."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()


def script_html(address: str, script: bytes = b"") -> str:
    """The line that loads the player, once on each page; with the hash of `script`, which alone may then run."""
    seal = f' integrity="{integrity(script)}" crossorigin="anonymous"' if script else ""
    return f'<script type="module" src="{escape(address)}"{seal}></script>'


def player_html(listing: Listing, embedding: Embedding) -> str:
    """The line that stands where the player shall stand. Without the script, it is a plain audio element."""
    article, folder = listing.article, embedding.folder
    attributes = {
        "lang": article.language,
        "heading": listing.title,
        "publisher": article.site or "",
        "cover": folder + quote(listing.cover) if listing.cover else "",
        "duration": f"{listing.duration:.1f}",
        "layout": "" if embedding.layout == "compact" else embedding.layout,
        "memory": embedding.memory,
        "text": embedding.text,
    }
    flags = [name for name, is_set in (("tap", embedding.tap), ("nodownload", not embedding.can_download)) if is_set]
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
    label, note = label_of(article.language, listing.duration), words_of(article.language)["synthetic"]
    audio = f'<audio controls preload="none" src="{escape(folder + quote(listing.audio))}"'
    audio += ' crossorigin="anonymous">' if embedding.is_cross_origin else ">"
    tracks = "".join(
        f'<track kind="{kind}" src="{escape(folder + name)}" srclang="{escape(article.language)}">'
        for kind, name in TRACKS.items()
    )
    opening = f"<lyt-artiklen{told}{''.join(f' {name}' for name in flags)}>"
    whole = f"{audio}{tracks}</audio>"
    # What stands here until the script runs is about as high as what it puts there, so that nothing moves.
    plain = f"{whole} <small>{note}</small>" if embedding.layout == "button" else f"{label}<br>{note}<br>{whole}"
    return f"{opening}{plain}</lyt-artiklen>"


def audio_object(listing: Listing, folder: str) -> dict[str, Any]:
    """The sound as schema.org's AudioObject, which says that a machine speaks."""
    article = listing.article
    engines = {voice.partition(":")[0] for voice in listing.voices}
    transcript = folder + revised(TRANSCRIPT, listing.revision)
    plain = {
        "@type": "AudioObject",
        "name": listing.title,
        "contentUrl": folder + quote(listing.audio),
        "encodingFormat": "audio/mpeg",
        "contentSize": f"{listing.bytes} B",
        "duration": f"PT{listing.duration:.0f}S",
        "inLanguage": article.language,
        "uploadDate": article.modified or article.published,
        "thumbnailUrl": folder + quote(listing.cover) if listing.cover else None,
        "caption": {"@type": "MediaObject", "contentUrl": transcript, "encodingFormat": "text/vtt"},
        "digitalSourceType": _SOURCE_TYPE.format(
            "AlgorithmicMedia" if engines <= _ALGORITHMIC else "TrainedAlgorithmicMedia"
        ),
        "encodesCreativeWork": {"@type": "NewsArticle", "@id": article.url} if article.url else None,
    }
    return {name: value for name, value in plain.items() if value}


def json_ld(value: Mapping[str, Any]) -> str:
    """A value of schema.org as it stands in a page; nothing in it can end its element."""
    text = json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/ld+json">{safe}</script>'


def embed_html(listing: Listing, embedding: Embedding, script: bytes) -> str:
    """All that a newsroom's page needs: the script, the player, and what search engines read."""
    lines = [
        script_html(embedding.script, script),
        player_html(listing, embedding),
        json_ld(audio_object(listing, embedding.folder)),
    ]
    return "\n".join(lines)
