"""The article's own picture as the cover: fetched like a page, and never in the way of the article."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import Answer, Site, serving
from PIL import Image

from reader.casting import choose_voices
from reader.config import Settings
from reader.pipeline import narrate
from reader.prepared import Prepared
from reader.soundside import record
from reader.textside import prepare

pytestmark = pytest.mark.whole

SETTINGS = Settings(voice="tone", allow_private=True)
JPEG = {"content-type": "image/jpeg"}


def picture(side: int = 800, colour: str = "#aa3311") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def publish(site: Site, image: str) -> str:
    """A page on the site whose lead picture has an address; gives the page's own."""
    paragraphs = "<p>Færgen sejler igen fra mandag, efter at den har ligget på værft i seks uger.</p>" * 4
    head = f'<title>Færgen</title><meta property="og:image" content="{image}">'
    body = f"<article><h1>Færgen er tilbage</h1>{paragraphs}</article>"
    site.answers["/faergen"] = Answer(f"<html lang=da><head>{head}</head><body>{body}</body></html>")
    return f"{site.address}/faergen"


def test_the_lead_picture_becomes_the_cover(tmp_path: Path) -> None:
    """The picture of an article that came from an address is fetched once, and is the cover of its episode."""
    with serving() as site:
        site.answers["/faerge.jpg"] = Answer(picture(), headers=JPEG)
        episode = narrate(publish(site, f"{site.address}/faerge.jpg"), tmp_path, settings=SETTINGS)
        assert site.paths().count("/faerge.jpg") == 1
    with Image.open(tmp_path / episode.slug / "cover.jpg") as cover:
        assert cover.size == (1400, 1400)
        red, green, blue = cover.getpixel((700, 700))  # type: ignore[misc]
        assert (abs(red - 0xAA) < 9, abs(green - 0x33) < 9, abs(blue - 0x11) < 9) == (True, True, True)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("no", 404),
        Answer("<html>log in</html>", headers=JPEG),
        Answer(picture(100), headers=JPEG),
        Answer(picture()[:900], headers=JPEG),
        Answer(b"x" * 11_000_000, headers=JPEG),
    ],
)
def test_a_picture_that_cannot_be_had_stops_nothing(answer: Answer, tmp_path: Path) -> None:
    """A picture that is missing, none, too small, cut off or too large is replaced by a drawn cover."""
    with serving() as site:
        site.answers["/faerge.jpg"] = answer
        episode = narrate(publish(site, f"{site.address}/faerge.jpg"), tmp_path, settings=SETTINGS)
    with Image.open(tmp_path / episode.slug / "cover.jpg") as cover:
        assert cover.size == (1400, 1400)


def test_a_page_leads_to_no_other_private_host() -> None:
    """Where hosts that are not public are allowed, that is said of the page's own, and not of one that it names."""
    with serving() as site, serving() as other:
        other.answers["/faerge.jpg"] = Answer(picture(), headers=JPEG)
        assert prepare(publish(site, f"{other.address}/faerge.jpg"), SETTINGS).picture is None
        assert other.asked == []


@pytest.mark.parametrize("change", [{"cover": None}, {"cover": "drawn"}])
def test_no_picture_is_fetched_that_nobody_wants(change: dict[str, str | None]) -> None:
    """Where no cover is wanted, or a drawn one, the site is not asked for its picture."""
    with serving() as site:
        site.answers["/faerge.jpg"] = Answer(picture(), headers=JPEG)
        prepared = prepare(publish(site, f"{site.address}/faerge.jpg"), replace(SETTINGS, **change))  # type: ignore[arg-type]
        assert site.paths() == ["/faergen"]
    assert prepared.picture is None
    assert prepared.source == f"{site.address}/faergen"


def test_a_file_makes_nobody_reach_out(tmp_path: Path) -> None:
    """A page that lies on the disk is read without a look at the network, whatever picture it names."""
    with serving() as site:
        site.answers["/faerge.jpg"] = Answer(picture(), headers=JPEG)
        publish(site, f"{site.address}/faerge.jpg")
        body = site.answers["/faergen"].body
        (tmp_path / "faergen.html").write_text(str(body), "utf-8")
        prepared = prepare(str(tmp_path / "faergen.html"), SETTINGS)
        assert site.asked == []
    assert (prepared.picture, prepared.source) == (None, None)


def test_a_new_rendering_keeps_the_picture(tmp_path: Path) -> None:
    """An episode that is rendered again offline keeps the picture that was fetched; a drawn cover is drawn anew."""
    with serving() as site:
        site.answers["/faerge.jpg"] = Answer(picture(), headers=JPEG)
        address = publish(site, f"{site.address}/faerge.jpg")
        with_picture = narrate(address, tmp_path, settings=replace(SETTINGS, id="a"))
        drawn = narrate(address, tmp_path, settings=replace(SETTINGS, id="b", title="En titel", cover="drawn"))
    covers = []
    for episode in (with_picture, drawn):
        folder = tmp_path / episode.slug
        before = (folder / "cover.jpg").read_bytes()
        script = episode.script
        renamed = replace(script, article=replace(script.article, title="En anden titel"))
        settings = replace(SETTINGS, output=str(tmp_path))
        again = record(Prepared(renamed, episode.id), choose_voices(settings), settings)
        assert again.slug == episode.slug
        covers.append((folder / "cover.jpg").read_bytes() == before)
    assert covers == [True, False]
