"""The cover of an episode, a square JPEG: the article's picture, or else a page with its headline."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from font_source_serif_pro import font_directory
from PIL import Image, ImageDraw, ImageFont, ImageOps

from reader.errors import ConfigError

Image.MAX_IMAGE_PIXELS = None  # how large a picture is, is looked at here before anything of it is decoded

SIDE = 1400  # pixels: the least that Apple takes
LEAST_SIDE = 600  # of a picture: a smaller one would be a blur
MOST_PIXELS = 40_000_000
MOST_BYTES = 250_000  # it is carried in every MP3
QUALITIES = (85, 75, 65, 50, 35, 20, 10)
FORMATS = ("JPEG", "PNG", "WEBP")
NO_LETTER = "\uffff"

MARGIN = 120
LARGEST, SMALLEST, STEP = 168, 84, 12  # points of the headline
MOST_LINES = 8
LABELS = {
    "da": "Lyt til artiklen",
    "nb": "Lytt til artikkelen",
    "nn": "Lytt til artikkelen",
    "no": "Lytt til artikkelen",
    "sv": "Lyssna på artikeln",
    "de": "Den Artikel hören",
    "en": "Listen to the article",
}
LABEL_POINTS = 56
HEADLINE_FONT, LABEL_FONT = "SourceSerifPro-Semibold.ttf", "SourceSerifPro-Regular.ttf"
PALETTES = (  # paper and ink and line, calm and far apart in lightness
    ("#14304a", "#f6f1e7", "#d9a441"),
    ("#3b1f2b", "#f7efe9", "#d98f73"),
    ("#1d3b2f", "#f3f2e8", "#c9b458"),
    ("#2d2a44", "#f2f0f7", "#c58fb8"),
    ("#40301c", "#f8f2e6", "#d9b26a"),
    ("#123c45", "#eef5f4", "#e0a96d"),
)


class _Layout(NamedTuple):
    font: ImageFont.FreeTypeFont
    lines: list[str]


def drawn_cover(title: str, site: str | None, language: str = "da") -> bytes:
    """A page with the headline of an article and the name of its newspaper, which also decides on the colours."""
    name, invitation = _drawable(site or ""), LABELS.get(language[:2], LABELS["en"])
    paper, ink, line = PALETTES[hashlib.sha256(name.encode()).digest()[0] % len(PALETTES)]
    picture = Image.new("RGB", (SIDE, SIDE), paper)
    draw = ImageDraw.Draw(picture)
    label = _font(LABEL_FONT, LABEL_POINTS)
    draw.text((MARGIN, MARGIN), _shortened(name or invitation, label), font=label, fill=ink)
    draw.rectangle((MARGIN, MARGIN + 92, MARGIN + 160, MARGIN + 100), fill=line)
    layout = _laid_out(_drawable(title) or invitation)
    draw.multiline_text(
        (MARGIN, MARGIN + 180), "\n".join(layout.lines), font=layout.font, fill=ink, spacing=layout.font.size * 0.14
    )
    if name:
        draw.text((MARGIN, SIDE - MARGIN), invitation, font=label, fill=line, anchor="ls")
    return _jpeg(picture) or b""


def picture_cover(data: bytes) -> bytes | None:
    """The middle of a picture as a square; None for what is no picture, or one too small or too large for a cover."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged notes of a camera, which are no matter here
            square = _squared(data)
        return _jpeg(square) if square else None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        return None


def _squared(data: bytes) -> Image.Image | None:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        width, height = opened.size
        is_deep = opened.mode.startswith(("I", "F"))  # more shades than a screen has, and nobody says which are black
        if is_deep or min(width, height) < LEAST_SIDE or width * height > MOST_PIXELS:
            return None
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large photograph is decoded at a half or a quarter
        upright = ImageOps.exif_transpose(opened)
    if "A" in upright.getbands() or "transparency" in upright.info:
        painted = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", painted.size, "white"), painted)
    # The upper part of an upright photograph is where its people look out.
    return ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.35))


def cover_from_file(path: Path) -> bytes:
    """The cover in a file of one's own. Raises ConfigError where it is none."""
    try:
        cover = picture_cover(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"the cover {str(path)!r} cannot be read: {error.strerror}") from error
    if cover is None:
        raise ConfigError(
            f"the cover {str(path)!r} cannot be used: it must be a JPEG, PNG or WebP of at least "
            f"{LEAST_SIDE} x {LEAST_SIDE} pixels"
        )
    return cover


class _File(io.BytesIO):
    """By its name Pillow knows the format, and imports that one alone."""

    name = "cover.jpg"


def _jpeg(picture: Image.Image) -> bytes | None:
    """The picture in the best quality that an MP3 can carry, if there is one."""
    for quality in QUALITIES:
        out = _File()
        picture.save(out, quality=quality, dpi=(72, 72))
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return None


def _laid_out(title: str) -> _Layout:
    """The headline as large as it fits; one that fits in no size is cut at a word."""
    room = SIDE - 2 * MARGIN
    for points in range(LARGEST, SMALLEST - 1, -STEP):
        font = _font(HEADLINE_FONT, points)
        lines = list(_wrapped(title, font, room))
        if len(lines) * points * 1.3 <= SIDE - 2 * MARGIN - 330 and len(lines) <= MOST_LINES:
            return _Layout(font, lines)
    font = _font(HEADLINE_FONT, SMALLEST)
    lines = list(_wrapped(title, font, room))
    return _Layout(font, [*lines[: MOST_LINES - 1], _shortened(" ".join(lines[MOST_LINES - 1 :]), font, always=True)])


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            yield line
            longer = word
        while font.getlength(longer) > room:  # a word longer than a line is broken
            fitting = next(i for i in range(len(longer) - 1, 0, -1) if font.getlength(longer[:i]) <= room)
            yield longer[:fitting]
            longer = longer[fitting:]
        line = longer
    if line:
        yield line


def _shortened(text: str, font: ImageFont.FreeTypeFont, *, always: bool = False) -> str:
    """A text in one line, with an ellipsis where it was cut."""
    room = SIDE - 2 * MARGIN
    if font.getlength(text) <= room and not always:
        return text
    while text and font.getlength(f"{text} …") > room:
        text = text.rpartition(" ")[0] if " " in text else text[:-1]
    return f"{text.rstrip(' ,.;:–-')} …"


def _drawable(text: str) -> str:
    """A text without what the font has no letter for: it would be drawn as a box."""
    return " ".join("".join(c for c in text[:300] if _has_letter(c)).split())


@cache
def _has_letter(character: str) -> bool:
    if character.isascii() or character.isspace():
        return character.isprintable() or character.isspace()
    font = _font(HEADLINE_FONT, SMALLEST)
    return character.isprintable() and bytes(font.getmask(character)) != bytes(font.getmask(NO_LETTER))


@cache
def _font(name: str, points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(font_directory, name), points)
