"""The cover: a square JPEG, small enough for every MP3, of the article's own picture or drawn; never a surprise."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from reader.cover import cover_from_file, drawn_cover, picture_cover
from reader.errors import ConfigError

SIDE = 1400
MOST_BYTES = 250_000
RED, GREEN, BLUE = (200, 30, 30), (30, 150, 60), (30, 60, 200)
SITES = ("Fjordavisen", "Havnebladet", "Sundtidende", "Bjergposten", "Søndagsbladet", "Ugens Ærø")


def encoded(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def plain(width: int = 800, height: int = 700, colour: tuple[int, int, int] = RED) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def shown(cover: bytes | None) -> Image.Image:
    """A cover as it is seen, after checking its form."""
    assert cover is not None
    assert len(cover) <= MOST_BYTES
    picture = Image.open(io.BytesIO(cover))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (SIDE, SIDE))
    picture.load()
    return picture


def colour_at(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(map(int, pixel))


def is_like(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 12


def drawn(title: str, site: str | None = "Fjordavisen", language: str = "da") -> Image.Image:
    return shown(drawn_cover(title, site, language))


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box of what is written on the paper: left, top, right, bottom."""
    paper = Image.new("RGB", picture.size, colour_at(picture, 3, 3))
    return differing(picture, paper)


def is_within_its_room(picture: Image.Image) -> bool:
    """Whether there is a margin on every side."""
    left, top, right, bottom = inked(picture)
    return left >= 100 and top >= 100 and right <= SIDE - 100 and bottom <= SIDE - 90


def is_empty(strip: Image.Image) -> bool:
    """Whether nothing is written on a strip of paper."""
    return int(np.ptp(np.asarray(strip), axis=(0, 1)).max()) < 25


def differing(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    """The box in which two pictures differ, beyond what a JPEG blurs."""
    box = ImageChops.difference(one, other).point([255 * (value > 24) for value in range(256)] * 3).getbbox()
    assert box is not None
    return box


# a drawn one


@pytest.mark.parametrize(
    "title",
    [
        "Broen åbner igen",
        "",
        " \n ",
        "En meget lang overskrift om broen over fjorden og om alt, hvad der hører til den. " * 40,
        "Speciallægepraksisplanlægningsstabiliseringsperiode" * 50,
        "WWWWWWWWWWWWWWWW " * 30,
        "»Nej – aldrig!« …",
        "😀" * 90,
        "Broen\x00 \x07åbner\x1b igen\x7f",
        "\u200f\u202eשלום\u202c Broen",
        "橋が開く",
        "\ud800",
        "e" + "\u0301" * 400,
    ],
)
def test_every_headline_makes_a_cover(title: str) -> None:
    """Whatever the headline is, the cover has its form, and nothing that is written on it leaves its room."""
    assert is_within_its_room(drawn(title))


@pytest.mark.parametrize(
    "site", ["Fjordavisen for hele egnen omkring sundet " * 9, "Fjord" * 99, "😀" * 90, "\x00", " "]
)
def test_every_newspaper_makes_a_cover(site: str) -> None:
    """Whatever the newspaper is called, its name stands in one line at the top of the cover, cut where it must be."""
    assert is_within_its_room(drawn("Broen åbner igen", site))
    assert is_empty(drawn("Broen åbner igen", site).crop((0, 228, SIDE, 290)))


def test_a_long_headline_leaves_room_for_what_is_below() -> None:
    """However long the headline is, there is empty paper between it and the line at the bottom."""
    picture = drawn("Ærøfærgen og Ørebroen " * 30)
    assert is_empty(picture.crop((0, 1170, SIDE, 1220)))
    assert not is_empty(picture.crop((0, 1000, SIDE, 1100)))


def test_a_short_headline_is_larger_than_a_long_one() -> None:
    """A headline is drawn as large as it fits: one word is taller than a line of many."""
    one, many = (
        inked(drawn(text).crop((0, 290, SIDE, 430 if text == "Broen" else 370))) for text in ("Broen", "Broen " * 60)
    )
    assert one[3] - one[1] > 1.5 * (many[3] - many[1])


def test_the_same_cover_is_the_same_file() -> None:
    """Equal headlines of one newspaper make equal bytes, so that an episode made again is the same one."""
    assert drawn_cover("Broen åbner igen", "Fjordavisen", "da") == drawn_cover("Broen åbner igen", "Fjordavisen", "da")


def test_the_headline_and_the_newspaper_are_on_the_cover() -> None:
    """Another headline changes the middle of the cover, and another name of one colour only the top."""
    _, top, _, bottom = differing(drawn("Broen åbner igen"), drawn("Broen lukker nu"))
    assert 250 < top < bottom < 1200
    title = "Broen åbner igen"
    one, other = next(
        (drawn(title), drawn(title, name))
        for name in SITES[1:]
        if colour_at(drawn(title, name), 3, 3) == colour_at(drawn(title), 3, 3)
    )
    assert differing(one, other)[3] < 250


def test_a_newspaper_has_a_colour_of_its_own() -> None:
    """The name of the newspaper decides on the paper's colour, the headline does not."""
    papers = {site: colour_at(drawn("Broen åbner igen", site), 3, 3) for site in SITES}
    assert len(set(papers.values())) >= 3
    assert all(colour_at(drawn("Færgen sejler", site), 3, 3) == paper for site, paper in papers.items())


@pytest.mark.parametrize("language", ["nb", "sv", "de", "en"])
def test_the_label_is_in_the_language_of_the_article(language: str) -> None:
    """The invitation at the bottom of the cover, and nothing else on it, follows the article's language."""
    assert differing(drawn("Broen"), drawn("Broen", language=language))[1] > 1200


def test_a_language_without_a_label_gets_the_english_one() -> None:
    """A variant of a language has that language's label, and a language without one the English."""
    covers = {code: drawn_cover("Broen", "Fjordavisen", code) for code in ("da", "da-DK", "nb", "nn", "no", "en", "fi")}
    assert covers["da"] == covers["da-DK"]
    assert covers["nb"] == covers["nn"] == covers["no"]
    assert covers["fi"] == covers["en"]
    assert len(set(covers.values())) == 3


def test_without_a_newspaper_the_label_stands_alone() -> None:
    """Where the newspaper is unknown its place is taken by the label, which then is not said twice."""
    assert inked(drawn("Broen", None))[3] < 600
    assert drawn_cover("Broen", None) == drawn_cover("Broen", "")
    assert inked(drawn("Broen", "Fjordavisen"))[3] > 1200


def test_without_a_headline_the_cover_invites() -> None:
    """Where there is no headline, the label stands in its place."""
    assert drawn_cover("", "Fjordavisen") == drawn_cover("Lyt til artiklen", "Fjordavisen")
    assert drawn_cover("", "Fjordavisen", "sv") == drawn_cover("Lyssna på artikeln", "Fjordavisen", "sv")


@pytest.mark.parametrize("letter", ["æ", "Ø", "å", "»", "–", "…", "é", "ß", "š", "%"])
def test_letters_are_drawn(letter: str) -> None:
    """The letters and marks of the languages of the North are on the cover."""
    assert drawn_cover(f"Broen{letter}", "Fjordavisen") != drawn_cover("Broen", "Fjordavisen")


@pytest.mark.parametrize(
    "unseen",
    [
        *("\u00ad", "\u200b", "\u200f", "\u202e", "\ufeff", "\n", "\t"),
        *("\x00", "\x07", "\x1b", "\x7f", "\x80", "\ufffe", "\ud800"),
        *("😀", "橋", "\u2042"),
    ],
)
def test_what_the_font_lacks_is_left_out(unseen: str) -> None:
    """A sign that the font has no letter for is not on the cover at all, rather than as a box."""
    assert drawn_cover(f"Broen {unseen}", f"Fjordavisen{unseen}") == drawn_cover("Broen", "Fjordavisen")


# the article's own picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_wide_picture_is_cut_to_its_middle(form: str) -> None:
    """Of a wide picture the middle square is the cover."""
    picture = plain(1800, 900, GREEN)
    picture.paste(RED, (440, 0, 1360, 900))
    picture.paste(BLUE, (880, 0, 920, 900))
    cover = shown(picture_cover(encoded(picture, form)))
    assert all(is_like(colour_at(cover, x, y), RED) for x in (5, SIDE - 6) for y in (5, SIDE - 6))
    assert is_like(colour_at(cover, SIDE // 2, SIDE // 2), BLUE)


def test_an_upright_picture_is_cut_to_its_upper_part() -> None:
    """Of an upright picture the cover is a square somewhat above its middle, where its people look out."""
    picture = plain(900, 1900, GREEN)
    picture.paste(RED, (0, 340, 900, 1260))
    cover = shown(picture_cover(encoded(picture)))
    assert all(is_like(colour_at(cover, x, y), RED) for x in (5, SIDE - 6) for y in (5, SIDE - 6))


@pytest.mark.parametrize("side", [600, 1400, 3000])
def test_a_picture_of_any_size_fills_the_cover(side: int) -> None:
    """A small picture is made larger and a large one smaller, and both are seen to their edges."""
    picture = plain(side, side, GREEN)
    picture.paste(BLUE, (0, 0, side // 2, side))
    for form in ("JPEG", "PNG"):
        cover = shown(picture_cover(encoded(picture, form)))
        assert is_like(colour_at(cover, 5, 5), BLUE)
        assert is_like(colour_at(cover, SIDE // 2 - 20, 700), BLUE)
        assert is_like(colour_at(cover, SIDE // 2 + 20, 700), GREEN)
        assert is_like(colour_at(cover, SIDE - 6, SIDE - 6), GREEN)


def test_a_large_photograph_keeps_its_detail() -> None:
    """Of a photograph larger than the cover all is seen that a cover can show: fine stripes are still stripes."""
    columns = (np.arange(2 * SIDE) // 4 % 2 * 255).astype(np.uint8)
    picture = Image.new("L", (2 * SIDE, 2 * SIDE), 128)
    picture.paste(Image.fromarray(np.tile(columns, (SIDE // 2, 1))), (0, 3 * SIDE // 4))
    cover = shown(picture_cover(encoded(picture, "JPEG")))
    across = np.asarray(cover.convert("L"))[SIDE // 2, 100:200].astype(int)
    assert np.ptp(across) > 150
    assert np.count_nonzero(np.diff(across > 128)) == pytest.approx(50, abs=1)


def test_every_kind_of_picture_keeps_its_colours() -> None:
    """Pictures with a palette, with alpha, in grey, in the inks of print or in two tones are seen as what they are."""
    red = plain()
    grey = colour_at(Image.new("L", (800, 700), 120).convert("RGB"), 0, 0)
    transparent = Image.new("P", (800, 700), 0)
    transparent.putpalette([*RED, *GREEN])
    kinds = {
        "alpha": (encoded(red.convert("RGBA")), RED),
        "alpha in WebP": (encoded(red.convert("RGBA"), "WEBP", lossless=True), RED),
        "palette": (encoded(red.convert("P", palette=Image.Palette.ADAPTIVE)), RED),
        "palette with a transparent colour": (encoded(transparent, transparency=1), RED),
        "print": (encoded(red.convert("CMYK"), "JPEG", quality=95), RED),
        "grey": (encoded(Image.new("L", (800, 700), 120)), grey),
        "grey in JPEG": (encoded(Image.new("L", (800, 700), 120), "JPEG"), grey),
        "grey with alpha": (encoded(Image.new("LA", (800, 700), (120, 255))), grey),
        "two tones": (encoded(Image.new("1", (800, 700), 1)), (255, 255, 255)),
    }
    seen = {
        kind: is_like(colour_at(shown(picture_cover(data)), 700, 700), colour) for kind, (data, colour) in kinds.items()
    }
    assert seen == dict.fromkeys(kinds, True)


def test_a_palette_with_shades_of_transparency_is_a_picture() -> None:
    """A picture whose palette holds half-transparent colours is a cover, and nobody is warned of anything."""
    picture = Image.new("P", (800, 700), 0)
    picture.putpalette([*RED, *GREEN, *BLUE])
    cover = shown(picture_cover(encoded(picture, transparency=bytes([255, 128, 64]))))
    assert is_like(colour_at(cover, 700, 700), RED)


def test_what_is_transparent_is_not_black() -> None:
    """Where a picture is transparent, by alpha or by one colour that stands for it, the cover shows white paper."""
    palette = Image.new("P", (800, 700), 1)
    palette.putpalette([*RED, *BLUE])
    kinds = {
        "alpha": encoded(Image.new("RGBA", (800, 700), (0, 0, 0, 0))),
        "alpha in WebP": encoded(Image.new("RGBA", (800, 700), (0, 0, 0, 0)), "WEBP", lossless=True),
        "grey with alpha": encoded(Image.new("LA", (800, 700), (0, 0))),
        "palette": encoded(palette, transparency=1),
        "palette in shades": encoded(palette, transparency=bytes([128, 0])),
        "one colour": encoded(plain(colour=BLUE), transparency=BLUE),
    }
    seen = {kind: colour_at(shown(picture_cover(data)), 700, 700) for kind, data in kinds.items()}
    assert seen == dict.fromkeys(kinds, (255, 255, 255))


@pytest.mark.parametrize(
    ("orientation", "top", "right"), [(1, RED, None), (3, BLUE, None), (6, None, RED), (8, None, BLUE)]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_as_its_camera_was_held(
    form: str, orientation: int, top: tuple[int, ...] | None, right: tuple[int, ...] | None
) -> None:
    """A picture that says in its EXIF how the camera was held is turned upright."""
    picture = plain(900, 900, BLUE)
    picture.paste(RED, (0, 0, 900, 450))
    exif = Image.Exif()
    exif[0x0112] = orientation
    cover = shown(picture_cover(encoded(picture, form, exif=exif)))
    for place, colour in (((700, 50), top), ((SIDE - 50, 700), right)):
        assert colour is None or is_like(colour_at(cover, *place), colour)


def test_a_cover_does_not_tell_where_its_picture_was_taken() -> None:
    """Nothing of what a camera writes beside a picture, such as its place, goes into the cover."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[1] = "N"
    cover = picture_cover(encoded(plain(), "JPEG", exif=exif))
    assert dict(shown(cover).getexif()) == {}
    assert b"Kamera" not in (cover or b"")


def grainy(strength: float) -> bytes:
    """A picture as grainy as a photograph by night."""
    noise = np.random.default_rng(7).normal(128, strength, (SIDE, SIDE)).clip(0, 255).astype(np.uint8)
    return encoded(Image.fromarray(noise))


def test_a_picture_full_of_detail_is_kept_small() -> None:
    """A picture too large at the usual quality is saved at a lower one, for its bytes are carried in every MP3."""
    usual = io.BytesIO()
    Image.open(io.BytesIO(grainy(10))).save(usual, "JPEG", quality=75)
    assert len(usual.getvalue()) > MOST_BYTES
    shown(picture_cover(grainy(10)))


def test_no_picture_is_too_much_for_an_mp3() -> None:
    """A picture of much grain is saved as coarsely as it must be, and one of nothing but grain is no cover."""
    shown(picture_cover(grainy(30)))
    assert picture_cover(grainy(100)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"<!doctype html><title>Siden findes ikke</title>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1400" height="1400"><rect width="9" height="9"/></svg>',
        *(encoded(plain(), form) for form in ("GIF", "BMP", "TIFF")),
        bytes(range(256)) * 100,
    ],
    ids=["nothing", "x", "jpeg", "png", "webp", "html", "svg", "gif", "bmp", "tiff", "bytes"],
)
def test_what_is_no_picture_is_no_cover(data: bytes) -> None:
    """Bytes that are no JPEG, PNG or WebP give no cover and no error."""
    assert picture_cover(data) is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_half_a_picture_is_no_cover(form: str, part: float) -> None:
    """A picture whose end did not arrive gives no cover rather than one that is grey below."""
    data = encoded(Image.linear_gradient("L").resize((800, 700)), form)
    assert picture_cover(data) is not None
    assert picture_cover(data[: round(part * len(data))]) is None


@pytest.mark.parametrize(
    ("width", "height", "is_enough"), [(600, 600, True), (599, 900, False), (900, 599, False), (64, 64, False)]
)
def test_a_picture_too_small_is_no_cover(width: int, height: int, is_enough: bool) -> None:
    """A picture of less than 600 pixels on either side would be a blur, and is not taken."""
    assert (picture_cover(encoded(plain(width, height), "JPEG")) is not None) == is_enough


def claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, and that holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (50_000, 50_000),
        (7000, 7000),
        (10_000, 10_000),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_not_opened(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that claims more pixels than any camera has is left alone before one of them is decoded."""
    monkeypatch.setattr("PIL.Image.Image.load", lambda *_: pytest.fail("it was decoded"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("it was decoded"))
    assert picture_cover(claiming(width, height)) is None


def test_a_damaged_note_of_a_camera_spoils_no_picture() -> None:
    """A picture whose EXIF is cut off is a cover all the same, and nobody is warned of anything."""
    shown(picture_cover(encoded(plain(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01")))


# a file of one's own


def test_a_file_of_ones_own_is_the_cover(tmp_path: Path) -> None:
    """A picture in a file becomes the same cover as the same picture from a page."""
    path = tmp_path / "forside.png"
    path.write_bytes(encoded(plain()))
    assert cover_from_file(path) == picture_cover(encoded(plain()))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A cover that is missing, or is a folder, is a ConfigError that names it and says why."""
    with pytest.raises(ConfigError, match=r"forside\.jpg' cannot be read: No such file"):
        cover_from_file(tmp_path / "forside.jpg")
    (tmp_path / "mappe").mkdir()
    with pytest.raises(ConfigError, match="mappe' cannot be read"):
        cover_from_file(tmp_path / "mappe")


@pytest.mark.parametrize("data", [b"", b"Broen", encoded(plain(300, 300))], ids=["empty", "text", "small"])
def test_a_file_that_is_no_cover_is_refused(tmp_path: Path, data: bytes) -> None:
    """A file that is no picture, or too small a one, is a ConfigError that names it and says what is wanted."""
    path = tmp_path / "forside.jpg"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"forside\.jpg' cannot be used: .* JPEG, PNG or WebP .* 600 x 600"):
        cover_from_file(path)


def test_a_picture_of_more_shades_than_a_screen_is_left() -> None:
    """A grey picture of sixteen bits, as scientists have them, makes no white cover."""
    out = io.BytesIO()
    Image.new("I;16", (800, 700), 30_000).save(out, "PNG")
    assert picture_cover(out.getvalue()) is None
