"""The feeds of an output folder: archives, corrected and withdrawn articles, what is left out, and the pages' links."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from episodes import BASE, SITE, SOUND, episode, put
from lxml import etree

from reader import cover, library
from reader.cli import run
from reader.errors import ConfigError, PublishError
from reader.feeds import Written, carried, renew_feeds, write_feeds
from reader.publisher.show import Show
from reader.shows import listed_sounds

Output = pytest.CaptureFixture[str]

SHOW = Show(title="Fjordnyt", description="Nyt fra fjorden", base_url=BASE, sites=(SITE,))
ATOM = "{http://www.w3.org/2005/Atom}link"
COMMAND = ["feed", "output", "--title", "Fjordnyt", "--description", "Nyt", "--base-url", f"{BASE}lyd/", "--site", SITE]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An empty output folder."""
    (tmp_path / "output").mkdir()
    return tmp_path / "output"


def write(output: Path, show: Show = SHOW) -> Written:
    (written,) = write_feeds(output, [show])
    return written


def channel_of(file: Path) -> Any:
    return etree.parse(str(file)).getroot().find("channel")


def items(output: Path, name: str = "feed.xml") -> list[str]:
    """The guids in a document, in their order."""
    return [item.findtext("guid") for item in channel_of(output / name).iterfind("item")]


def sounds(output: Path, name: str = "feed.xml") -> list[str]:
    """The sound that a document names, in its order: "slug/file.mp3"."""
    found = channel_of(output / name).iterfind("item/enclosure")
    return [enclosure.get("url").removeprefix(BASE).removeprefix("lyd/") for enclosure in found]


def links(file: Path) -> dict[str, str]:
    """What a document says of itself and the others, by relation."""
    return {link.get("rel"): link.get("href").removeprefix(BASE) for link in channel_of(file).iterfind(ATOM)}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files below a folder that are not hidden, with what is in them, and when they were written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


# Which files are written


def test_episodes_stand_in_a_feed_whatever_order_they_were_made_in(tmp_path: Path) -> None:
    """The same episodes, put into their folders in another order and twice, make the same bytes."""
    plains = [episode(f"e{n}", f"Nr. {n}", published=f"2024-01-{n * 4 % 9 + 1:02}") for n in range(9)]
    first, second = tmp_path / "first", tmp_path / "second"
    put(first, *plains)
    put(second, *plains[::-1], *plains)
    for output in (first, second, second):
        write(output)
    assert (first / "feed.xml").read_bytes() == (second / "feed.xml").read_bytes()
    assert items(first) == [f"https://{SITE}/e{n}" for n in (2, 4, 6, 8, 1, 3, 5, 7, 0)]


def test_of_one_moment_the_slug_decides(output: Path) -> None:
    """Articles of one moment stand in the order of their slugs, also where that is told in several zones."""
    dates = {"c": "2024-01-01T12:00:00+01:00", "a": "2024-01-01T11:00:00Z", "b": "2024-01-01T13:00:00+02:00", "d": None}
    put(output, *(episode(slug, slug, published=date) for slug, date in dates.items()))
    write(output)
    assert items(output) == [f"https://{SITE}/{slug}" for slug in "cbad"]


def test_a_cover_is_made_again_only_when_asked(output: Path) -> None:
    """A feed that is renewed leaves its cover, and makes one where none is; lyt feed makes it anew."""
    put(output, episode("a", "A"))
    write(output)
    drawn = (output / "feed.jpg").read_bytes()
    (output / "feed.jpg").write_bytes(b"another")
    renew_feeds(output)
    assert (output / "feed.jpg").read_bytes() == b"another"
    write(output)
    assert (output / "feed.jpg").read_bytes() == drawn
    (output / "feed.jpg").unlink()
    renew_feeds(output)
    assert (output / "feed.jpg").read_bytes() == drawn


def test_a_feed_that_stays_the_same_is_not_touched(output: Path) -> None:
    """Written again with nothing new, no file of a feed is touched: not the archives, nor the cover."""
    put(output, *(episode(f"e{n}", f"Nr. {n}", published="2024-01-01") for n in range(5)))
    show = Show(
        **{**{name: getattr(SHOW, name) for name in ("title", "description", "base_url", "sites")}, "episodes": 2}
    )
    write(output, show)
    before = contents(output)
    assert {"feed.xml", "feed.archive-1.xml", "feed.jpg", "shows.json"} <= before.keys()
    write(output, show)
    renew_feeds(output)
    assert contents(output) == before


def test_pages_that_stay_the_same_are_not_touched(output: Path) -> None:
    """Where there are pages, a feed that is written again with nothing new touches none of them either."""
    (folder,) = put(output, episode("a", "A"))
    assert run(["page", str(folder)]) == 0
    write(output)
    before = contents(output)
    write(output)
    assert contents(output) == before


def test_a_folder_without_episodes_has_a_feed(output: Path) -> None:
    """A feed may be there before its first episode."""
    assert write(output).episodes == 0
    assert items(output) == []
    assert channel_of(output / "feed.xml").findtext("language") == "da"


def test_a_feed_is_in_the_language_of_most_articles(output: Path) -> None:
    """Without a language of its own a show has that of most of its articles."""
    put(output, episode("a", "A", language="sv"), episode("b", "B", language="sv"), episode("c", "C"))
    write(output)
    assert channel_of(output / "feed.xml").findtext("language") == "sv"


def test_without_shows_there_is_nothing_to_renew(output: Path) -> None:
    """A folder that never had a feed gets none."""
    put(output, episode("a", "A"))
    assert renew_feeds(output) == []
    assert not (output / "feed.xml").exists()


# Archives


@pytest.fixture(scope="module")
def library_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with 1,230 episodes, of which some came out on one day and some nobody knows when."""
    output = tmp_path_factory.mktemp("many")
    put(output, *(numbered(n) for n in range(1230)))
    return output


def numbered(n: int) -> dict[str, Any]:
    day = None if n < 5 else f"{2000 + n // 336}-{n // 28 % 12 + 1:02}-{n // 2 * 2 % 28 + 1:02}"
    return episode(f"e{n:04}", f"Nr. {n % 100}", published=day)


def chain(output: Path, name: str = "feed") -> list[Path]:
    """The documents of a feed by way of their links, the newest first."""
    documents = [output / f"{name}.xml"]
    while older := links(documents[-1]).get("prev-archive"):
        documents.append(output / older)
    return documents


@pytest.mark.parametrize(("number", "archives"), [(1, 0), (50, 0), (100, 0), (101, 1), (199, 1), (200, 2)])
def test_a_feed_has_as_many_archives_as_it_needs(number: int, archives: int, output: Path) -> None:
    """The newest hundred episodes are in the feed; the oldest hundreds are in archives, as many as they fill."""
    put(output, *(numbered(n) for n in range(number)))
    assert write(output).archives == archives
    assert len(chain(output)) == archives + 1
    assert len(list(output.glob("*.archive-*.xml"))) == archives
    assert len(items(output)) == min(100, number)


def test_no_episode_is_lost(library_of_many: Path, tmp_path: Path) -> None:
    """Of 1,230 episodes each is in the feed or in an archive, the newest first, and links lead through all."""
    output = tmp_path / "output"
    shutil.copytree(library_of_many, output)
    written = write(output)
    assert (written.episodes, written.archives, dict(written.left_out)) == (1230, 12, {})
    documents = chain(output)
    assert [len(items(output, one.name)) for one in documents] == [100] * 13
    newest, *archived = ([guid[-5:] for guid in items(output, one.name)] for one in documents)
    assert newest == [f"e{n:04}" for n in range(1229, 1129, -1)]
    assert [guid for guids in archived for guid in guids] == [f"e{n:04}" for n in range(1199, -1, -1)]
    titles = {item.findtext("title") for one in documents for item in channel_of(one).iterfind("item")}
    assert len(titles) == 1230
    for newer, older in pairwise(documents):
        assert links(newer)["prev-archive"] == links(older)["self"] == older.name
        assert links(older).get("next-archive", newer.name) == newer.name
        assert links(older)["current"] == "feed.xml"
    assert "next-archive" not in links(documents[0])
    assert "next-archive" not in links(documents[1]), "the feed itself is current, and no archive"
    assert links(documents[2])["next-archive"] == documents[1].name


def test_a_full_archive_stays_as_it_is(library_of_many: Path, tmp_path: Path) -> None:
    """New episodes change the feed; of the archives only the last one, and that only by a link to the next."""
    output = tmp_path / "output"
    shutil.copytree(library_of_many, output)
    write(output)
    full = {name: value for name, value in contents(output).items() if ".archive-" in name}
    last = full.pop("feed.archive-12.xml")
    guids = items(output, "feed.archive-12.xml")
    assert len(full) == 11
    put(output, *(numbered(n) for n in range(1230, 1260)))
    assert write(output).episodes == 1260
    assert full.items() <= contents(output).items()
    assert contents(output)["feed.archive-12.xml"] == last
    put(output, *(numbered(n) for n in range(1260, 1300)))
    assert write(output).archives == 13
    assert full.items() <= contents(output).items()
    assert items(output, "feed.archive-12.xml") == guids


def test_archives_that_are_no_longer_reached_go(output: Path) -> None:
    """Archives that are not needed any more are removed, and others' files stay."""
    put(output, *(numbered(n) for n in range(7)))
    write(output, Show(title="A", description="B", base_url=BASE, sites=(SITE,), episodes=3))
    assert (output / "feed.archive-1.xml").is_file()
    (output / "feed.archive-x.xml").write_text("mine", "utf-8")
    write(output)
    assert sorted(path.name for path in output.glob("*.xml")) == ["feed.archive-x.xml", "feed.xml"]


# What is left out


def damaged(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """An episode in whose sidecar something is wrong."""
    plain = episode("b", "B", published="2024-01-02")
    change(plain)
    return plain


DAMAGES: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "no article": lambda plain: plain.pop("article"),
    "an article that is none": lambda plain: plain.update(article=[]),
    "no recording": lambda plain: plain.pop("recording"),
    "no title": lambda plain: plain.pop("title"),
    "a title that is none": lambda plain: plain.update(title=7),
    "half a character in its title": lambda plain: plain.update(title="\ud83d"),
    "no chapters": lambda plain: plain.pop("chapters"),
    "a time that is none": lambda plain: plain["recording"].update(duration=float("nan")),
    "a cover elsewhere": lambda plain: plain.update(cover="../../secret.jpg"),
    "a transcript elsewhere": lambda plain: plain.update(transcripts=["/etc/passwd"]),
    "an unknown field": lambda plain: plain["article"].update(bylines=[]),
    "a language that is none": lambda plain: plain["article"].update(language=None),
    "a date that is none": lambda plain: plain["article"].update(published=7),
    "a revision that is none": lambda plain: plain.update(revision="x"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_left_out(damage: str, output: Path) -> None:
    """An episode that is damaged is left out and counted as that, and the others stand as without it."""
    put(output, episode("a", "A", published="2024-01-01"), episode("c", "C", published="2024-01-03"))
    write(output)
    alone = (output / "feed.xml").read_bytes()
    folder = output / "b"
    folder.mkdir()
    (folder / "b.mp3").write_bytes(SOUND)
    (folder / "episode.json").write_text(json.dumps(damaged(DAMAGES[damage])), "utf-8")
    written = write(output)
    assert (output / "feed.xml").read_bytes() == alone
    assert {reason: len(slugs) for reason, slugs in written.left_out.items()} == {"damaged": 1}
    assert written.episodes == 2
    assert carried(output) == ["a", "c"]


def test_what_is_no_sidecar_at_all_is_passed_over(output: Path) -> None:
    """Folders whose episode.json cannot be read, or that have none, are no episodes."""
    put(output, episode("a", "A"))
    for name, text in (("b", "{"), ("c", "[]"), ("d", '{"id": 7}'), ("e", "")):
        (output / name).mkdir()
        (output / name / "episode.json").write_text(text, "utf-8")
    (output / "f").mkdir()
    assert write(output).episodes == 1


def without_sound(folder: Path) -> None:
    (folder / "b.mp3").unlink()


def shorter(folder: Path) -> None:
    (folder / "b.mp3").write_bytes(SOUND[:-1])


def elsewhere(folder: Path) -> None:
    (folder.parent / "secret.mp3").write_bytes(SOUND)
    file = folder / "episode.json"
    file.write_text(file.read_text("utf-8").replace('"b.mp3"', '"../secret.mp3"'), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(without_sound, "without their sound"), (shorter, "without their sound"), (elsewhere, "damaged")],
)
def test_an_episode_without_its_sound_is_left_out(spoil: Callable[[Path], None], reason: str, output: Path) -> None:
    """Sound that is missing, of another length than was told, or in another folder, is in no feed."""
    _, folder = put(output, episode("a", "A"), episode("b", "B"))
    spoil(folder)
    written = write(output)
    assert items(output) == [f"https://{SITE}/a"]
    assert (written.episodes, {why: len(slugs) for why, slugs in written.left_out.items()}) == (1, {reason: 1})


def test_an_article_in_two_folders_is_in_a_feed_once(output: Path) -> None:
    """Of two folders with one article the first is in the feed."""
    put(output, episode("a", "A"), episode("b", "B", own={"id": f"https://{SITE}/a"}), episode("c", "C"))
    written = write(output)
    assert sounds(output) == ["c/c.mp3", "a/a.mp3"]
    assert {reason: len(slugs) for reason, slugs in written.left_out.items()} == {"in two folders": 1}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "a.mp3").unlink(),
        lambda folder: (folder / "episode.json").write_text(json.dumps({"id": f"https://{SITE}/a"}), "utf-8"),
    ],
)
def test_a_copy_that_is_whole_stands_for_one_that_is_not(spoil: Callable[[Path], object], output: Path) -> None:
    """Of two folders with one article the whole one is in the feed, where the first is damaged or has no sound."""
    first, _ = put(output, episode("a", "A"), episode("b", "B", own={"id": f"https://{SITE}/a"}))
    spoil(first)
    write(output)
    assert sounds(output) == ["b/b.mp3"]


@pytest.mark.parametrize("name", ["omdoebt", "sær & ny #1 %41+", "'a' b"])
def test_a_renamed_folder_is_named_as_it_is(name: str, output: Path) -> None:
    """An episode whose folder was renamed is named where it is, by an address that leads there."""
    put(output, episode("a", "A"))
    (output / "a").rename(output / name)
    write(output)
    (url,) = (one.get("url") for one in channel_of(output / "feed.xml").iterfind("item/enclosure"))
    assert re.fullmatch(r"[A-Za-z0-9:/._~%-]+", url.replace("'", "%27"))
    assert etree.parse(str(output / "feed.xml")) is not None
    from urllib.parse import unquote, urlsplit

    assert unquote(urlsplit(url).path) == f"/{name}/a.mp3"


# Corrected articles, as they are told by their sidecars


@pytest.mark.parametrize("name", ["a", "sær og ny", "a+b"])
def test_the_old_sound_goes_after_a_second_writing(name: str, output: Path) -> None:
    """Sound that the last feed named stays while clients may still ask for it, and goes when the next is written."""
    put(output, episode("a", "A"))
    if name != "a":
        (output / "a").rename(output / name)
    write(output)
    corrected = episode("a", "A", own={"revision": 2}) | {"slug": name}
    put(output, corrected)
    write(output)
    assert sorted(path.name for path in (output / name).glob("*.mp3")) == ["a.mp3", "a.r2.mp3"]
    assert sounds(output)[0].endswith("/a.r2.mp3")
    write(output)
    assert [path.name for path in (output / name).glob("*.mp3")] == ["a.r2.mp3"]
    write(output)
    assert [path.name for path in (output / name).glob("*.mp3")] == ["a.r2.mp3"]


def test_sound_of_what_is_left_out_is_not_removed(output: Path) -> None:
    """An episode that turns out to be damaged keeps its sound, whatever its revision."""
    put(output, episode("a", "A", own={"revision": 2, "cover": "../cover.jpg"}), episode("b", "B"))
    for _ in range(3):
        write(output)
    assert (output / "a" / "a.r2.mp3").is_file()


def test_two_shows_keep_the_sound_that_either_names(output: Path) -> None:
    """Sound that one of several feeds names is kept."""
    put(output, episode("a", "A", section="Kultur"))
    shows = [SHOW, Show("kultur", "Kultur", "K", base_url=BASE, sites=(SITE,), sections=("Kultur",))]
    write_feeds(output, shows)
    assert listed_sounds(output) == {"a/a.mp3"}
    put(output, episode("a", "A", section="Sport", own={"revision": 2}))
    write_feeds(output, shows)
    assert sounds(output) == ["a/a.r2.mp3"]
    assert sounds(output, "kultur.xml") == []
    assert (output / "a" / "a.mp3").is_file()
    write_feeds(output, shows)
    assert [path.name for path in (output / "a").glob("*.mp3")] == ["a.r2.mp3"]


# Corrected and withdrawn articles, as they are spoken

TEXT = "Broen åbner\n\nDet regner i Nørrehavn.\n\n»Vi bygger nu,« siger Ida Ravn.\n"
BRIDGE = Path("output/broen-aabner")


@pytest.fixture
def spoken(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with an article and its episode."""
    monkeypatch.setenv("LYT_CACHE", str(bare_folder / "cache"))
    (bare_folder / "broen.txt").write_text(TEXT, "utf-8")
    assert run(["read", "broen.txt"]) == 0
    return bare_folder


def mp3s() -> list[str]:
    return sorted(path.name for path in BRIDGE.glob("*.mp3"))


def corrected(text: str = "sner") -> int:
    """Read the article again, with another word in it."""
    Path("broen.txt").write_text(TEXT.replace("regner", text), "utf-8")
    return run(["read", "broen.txt"])


def item() -> Any:
    (found,) = channel_of(Path("output/feed.xml")).iterfind("item")
    return found


@pytest.mark.whole
def test_a_correction_gets_a_name_of_its_own(spoken: Path) -> None:
    """Rendered again, an article that stands in a feed gets new sound beside the old, and keeps guid and date.

    What goes with the sound has an address of its own, too, so that no cache gives out the old.
    """
    assert run(COMMAND) == 0
    before = item()
    sound = (BRIDGE / "broen-aabner.mp3").read_bytes()
    assert corrected() == 0
    assert mp3s() == ["broen-aabner.mp3", "broen-aabner.r2.mp3"]
    assert (BRIDGE / "broen-aabner.mp3").read_bytes() == sound
    plain = json.loads((BRIDGE / "episode.json").read_text("utf-8"))
    assert (plain["revision"], plain["recording"]["path"]) == (2, "broen-aabner.r2.mp3")
    assert run(["feed", "output"]) == 0
    after = item()
    assert [after.findtext(name) for name in ("guid", "pubDate", "title")] == [
        before.findtext(name) for name in ("guid", "pubDate", "title")
    ]
    names = {
        name: [one.get("url") for one in after.iterfind(f"{{https://podcastindex.org/namespace/1.0}}{name}")]
        for name in ("chapters", "transcript")
    }
    assert len(names["transcript"]) == 2
    files = {url.rpartition("/")[2] for urls in names.values() for url in urls}
    assert files == {"chapters.r2.json", "transcript.r2.vtt", "transcript.r2.srt"}
    assert all((BRIDGE / name).is_file() for name in files)
    assert after.find("enclosure").get("length") == str((BRIDGE / "broen-aabner.r2.mp3").stat().st_size)
    assert mp3s() == ["broen-aabner.mp3", "broen-aabner.r2.mp3"]
    assert run(["feed", "output"]) == 0
    assert mp3s() == ["broen-aabner.r2.mp3"]


@pytest.mark.whole
def test_what_belongs_to_a_revision_goes_with_it(spoken: Path) -> None:
    """Chapters and transcripts of a revision go with its sound, and all with the episode when it is withdrawn."""
    assert run(COMMAND) == 0
    for text in ("sner", "hagler"):
        assert corrected(text) == 0
        assert run(["feed", "output"]) == 0
    assert {"chapters.r2.json", "transcript.r2.vtt", "chapters.r3.json"} <= {path.name for path in BRIDGE.iterdir()}
    assert run(["feed", "output"]) == 0
    assert not list(BRIDGE.glob("*.r2.*"))
    assert len(list(BRIDGE.glob("*.r3.*"))) == 4
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert [path.name for path in BRIDGE.iterdir()] == ["episode.json"]


@pytest.mark.whole
def test_a_revision_is_verified(spoken: Path) -> None:
    """verify finds a revision in order, while the old sound is there and after."""
    assert run(COMMAND) == 0
    assert corrected() == 0
    assert run(["verify", str(BRIDGE)]) == 0
    for _ in range(2):
        assert run(["feed", "output"]) == 0
    assert run(["verify", str(BRIDGE)]) == 0


@pytest.mark.whole
def test_reading_again_what_has_not_changed_is_no_revision(spoken: Path) -> None:
    """The same sound again is no revision, however often, and the feed stays byte for byte."""
    assert run(COMMAND) == 0
    feed = Path("output/feed.xml").read_bytes()
    for _ in range(2):
        assert run(["read", "broen.txt"]) == 0
    assert mp3s() == ["broen-aabner.mp3"]
    assert run(["feed", "output"]) == 0
    assert Path("output/feed.xml").read_bytes() == feed


@pytest.mark.whole
def test_what_stands_in_no_feed_is_replaced(spoken: Path) -> None:
    """An article that no feed has named is rendered anew in its place: before the first feed, and as a revision."""
    assert corrected() == 0
    assert mp3s() == ["broen-aabner.mp3"]
    assert run(COMMAND) == 0
    assert corrected("hagler") == 0
    assert corrected("tordner") == 0
    assert mp3s() == ["broen-aabner.mp3", "broen-aabner.r2.mp3"]
    assert run(["verify", str(BRIDGE)]) == 0
    assert run(["feed", "output"]) == 0
    assert corrected("blæser det voldsomt") == 0
    assert "broen-aabner.r3.mp3" in mp3s()


@pytest.mark.whole
def test_what_is_withdrawn_leaves_the_feed_at_once(spoken: Path) -> None:
    """A withdrawn article is in no feed any more, and comes back as a later revision under another name."""
    assert run(COMMAND) == 0
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert items(Path("output")) == []
    assert mp3s() == []
    assert run(["read", "broen.txt"]) == 0
    assert mp3s() == ["broen-aabner.r2.mp3"]
    assert run(["feed", "output"]) == 0
    assert sounds(Path("output")) == ["broen-aabner/broen-aabner.r2.mp3"]
    assert run(["verify", str(BRIDGE)]) == 0
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert mp3s() == []
    assert run(["read", "broen.txt"]) == 0
    assert mp3s() == ["broen-aabner.r3.mp3"]


@pytest.mark.whole
def test_withdrawing_takes_every_revision(spoken: Path) -> None:
    """Of a withdrawn article no sound is left, of no revision."""
    assert run(COMMAND) == 0
    assert corrected() == 0
    assert len(mp3s()) == 2
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert [path.name for path in BRIDGE.iterdir()] == ["episode.json"]


# Pages


def alternates(page: Path) -> list[tuple[Any, Any]]:
    """The feeds that a page names: title and address."""
    found = etree.parse(str(page), etree.HTMLParser(encoding="utf-8")).getroot().iterfind(".//link[@rel='alternate']")
    return [(link.get("title"), link.get("href")) for link in found if link.get("type") == "application/rss+xml"]


@pytest.fixture
def paged(spoken: Path) -> Path:
    """The same, with a page."""
    assert run(["page"]) == 0
    return spoken / "output"


@pytest.mark.whole
def test_pages_name_the_feed_once_there_is_one(paged: Path) -> None:
    """Pages that were there before are renewed with the first feed, and verify finds them in order."""
    assert alternates(paged / "index.html") == alternates(BRIDGE / "index.html") == []
    assert run(COMMAND) == 0
    assert alternates(paged / "index.html") == [("Fjordnyt", "feed.xml")]
    assert alternates(BRIDGE / "index.html") == [("Fjordnyt", "../feed.xml")]
    assert 'href="feed.xml">Podcast: Fjordnyt<' in (paged / "index.html").read_text("utf-8")
    assert run(["verify", str(BRIDGE)]) == 0


@pytest.mark.whole
def test_pages_follow_what_becomes_of_feeds(paged: Path) -> None:
    """A second show, another title, and a show that goes: pages say what is so, and verify agrees each time."""
    assert run(COMMAND) == 0
    assert run([*COMMAND, "--show", "kultur", "--title", '<Kultur> & "mere"']) == 0
    both = [("Fjordnyt", "../feed.xml"), ('<Kultur> & "mere"', "../kultur.xml")]
    assert alternates(BRIDGE / "index.html") == both
    assert run(["verify", str(BRIDGE)]) == 0
    write_feeds(paged, [SHOW])
    assert alternates(BRIDGE / "index.html") == both[:1]
    assert run(["verify", str(BRIDGE)]) == 0
    assert run(["page", str(BRIDGE)]) == 0
    assert alternates(BRIDGE / "index.html") == both[:1]


@pytest.mark.whole
def test_a_page_that_is_made_after_the_feed_names_it(spoken: Path) -> None:
    """A page, and one of an article that was rendered again, names the feeds that are there."""
    assert run(COMMAND) == 0
    assert run(["page"]) == 0
    assert alternates(BRIDGE / "index.html") == [("Fjordnyt", "../feed.xml")]
    assert corrected() == 0
    assert alternates(BRIDGE / "index.html") == [("Fjordnyt", "../feed.xml")]
    assert run(["verify", str(BRIDGE)]) == 0


@pytest.mark.whole
def test_a_page_for_what_is_missing_leads_home(paged: Path) -> None:
    """404.html links the root of the folder by its absolute path, which is that of the base URL."""

    def home() -> list[str | None]:
        page = etree.parse(str(paged / "404.html"), etree.HTMLParser(encoding="utf-8")).getroot()
        return [link.get("href") for link in page.iterfind(".//a")]

    assert home() == ["/"]
    assert run(COMMAND) == 0
    assert home() == ["/lyd/"]
    assert run(["feed", "output", "--base-url", BASE]) == 0
    assert home() == ["/"]


@pytest.mark.whole
def test_a_sitemap_names_every_page(paged: Path) -> None:
    """With a base URL, sitemap.xml lists the root and each page, with the day of its last change where it is known."""
    assert not (paged / "sitemap.xml").exists()
    folders = put(
        paged,
        episode("b", "B", published="2024-03-05T10:00:00+01:00", modified="2024-03-07"),
        episode("c", "C", published="2024-03-06"),
        episode("sær & ny", "S", published="2024-02"),
        episode("d", "D", published="2024-03-06", modified="i går"),
        episode("uden-side", "U"),
    )
    for folder in folders[:-1]:
        assert run(["page", str(folder)]) == 0
    assert run(COMMAND) == 0
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = etree.parse(str(paged / "sitemap.xml")).getroot().findall("s:url", names)
    root = f"{BASE}lyd/"
    assert {url.findtext("s:loc", None, names): url.findtext("s:lastmod", None, names) for url in urls} == {
        root: None,
        f"{root}broen-aabner/": None,
        f"{root}b/": "2024-03-07",
        f"{root}c/": "2024-03-06",
        f"{root}s%C3%A6r%20%26%20ny/": "2024-02",
        f"{root}d/": "2024-03-06",
    }


@pytest.mark.whole
def test_what_is_private_is_in_no_sitemap(paged: Path) -> None:
    """A folder whose feed is private has no sitemap, also where it had one before, and asks not to be found."""
    assert run(COMMAND) == 0
    assert (paged / "sitemap.xml").is_file()
    base = f"{BASE}{'aB3' * 11}/"
    assert run(["feed", "output", "--private", "--base-url", base]) == 0
    assert not (paged / "sitemap.xml").exists()
    assert 'content="noindex"' in (paged / "index.html").read_text("utf-8")
    assert 'content="noindex"' in (BRIDGE / "index.html").read_text("utf-8")


def test_a_library_without_pages_gets_none(output: Path) -> None:
    """Writing a feed makes no pages where there were none."""
    put(output, episode("a", "A"))
    write(output)
    shown = sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
    assert shown == ["a", "feed.jpg", "feed.xml", "shows.json"]
    assert not (output / "a" / library.PAGE).exists()


# Files that are not ours, and what is said


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "", "sitemap", "A b"])
def test_shows_cannot_name_files_elsewhere(name: str, output: Path) -> None:
    """A shows.json whose shows have names that none may have is refused, and no file of such a name is touched."""
    write(output)
    plain = json.loads((output / "shows.json").read_bytes())
    plain["shows"][0]["name"] = name
    (output / "shows.json").write_text(json.dumps(plain), "utf-8")
    with pytest.raises(ConfigError, match=r"shows\.json"):
        write(output)


def test_a_feed_of_others_is_not_written_over(output: Path) -> None:
    """A feed.xml that was there before the show is refused, and stays."""
    (output / "feed.xml").write_text("mine", "utf-8")
    with pytest.raises(PublishError, match=r"feed\.xml' was there before"):
        write(output)
    assert (output / "feed.xml").read_text("utf-8") == "mine"


def test_a_feed_of_ours_is_written_anew(output: Path) -> None:
    """Where the list of shows was lost, as somebody is told to remove a damaged one, our own feed is no obstacle."""
    write(output)
    (output / "shows.json").unlink()
    assert write(output).file.is_file()


@pytest.mark.parametrize("place", ["transcripts", "cover", "audio"])
def test_workings_are_not_for_others(place: str, output: Path) -> None:
    """An episode.json that names its script or its own self as something to publish is damaged."""
    plain = episode("a", "A")
    names = {"transcripts": ["script.json"], "cover": "render.json"}
    if place == "audio":
        plain["recording"]["path"] = "episode.json"
    else:
        plain[place] = names[place]
    put(output, plain)
    assert list(write(output).left_out) == ["damaged"]


def test_a_link_to_another_folder_is_left_out(output: Path, tmp_path: Path) -> None:
    """A folder that is a link is in no feed: what is behind it may be anywhere."""
    (folder,) = put(output, episode("a", "A"))
    folder.rename(tmp_path / "a")
    folder.symlink_to(tmp_path / "a")
    assert list(write(output).left_out) == ["a link to another folder"]


def test_a_cover_is_not_written_over(output: Path, tmp_path: Path) -> None:
    """A picture of one's own in the place of the feed's cover is refused, and stays as it is."""
    drawn = cover.drawn_cover("A", None)
    (output / "feed.jpg").write_bytes(drawn)
    with pytest.raises(ConfigError, match="keep it elsewhere"):
        write(output, dataclasses.replace(SHOW, cover=str(output / "feed.jpg")))
    assert (output / "feed.jpg").read_bytes() == drawn


@pytest.mark.whole
def test_a_damaged_list_of_shows_stops_a_rendering(spoken: Path) -> None:
    """Where it cannot be told whether a feed names the sound that is there, it is not replaced."""
    assert run(COMMAND) == 0
    (spoken / "output" / "shows.json").write_text("{", "utf-8")
    before = (BRIDGE / "broen-aabner.mp3").read_bytes()
    assert corrected() == 2
    assert (BRIDGE / "broen-aabner.mp3").read_bytes() == before


def test_subscribers_are_thought_of(output: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """It is said when a feed moves, and when a show is no more, for those who have subscribed."""
    monkeypatch.chdir(output.parent)
    assert run(COMMAND) == 0
    capsys.readouterr()
    assert run(["feed", "output", "--base-url", "https://ny.example/"]) == 0
    told = capsys.readouterr().err
    assert f"{BASE}lyd/feed.xml has moved: have it lead to https://ny.example/feed.xml" in told
    Path("lyt.toml").write_text(
        f'[shows.kultur]\ntitle = "K"\ndescription = "K"\nsites = ["{SITE}"]\nbase_url = "{BASE}"\n', "utf-8"
    )
    assert run(["feed", "output"]) == 0
    assert "feed.xml is no more, and its subscribers lose it; [show]" in capsys.readouterr().err
