"""lyt add, list and remove: a podcast of one's own, of articles to be heard later."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, serving
from lxml import etree

from reader.cli import run
from reader.errors import ConfigError
from reader.readinglist import new_shelf, note_added, note_removed, shelf, times_added
from reader.shows import kept_shows

pytestmark = pytest.mark.whole

Output = pytest.CaptureFixture[str]

BASE = "https://hjemme.example/lister"
PLACE = Path("reading-list")
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


@pytest.fixture
def desk(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with two texts."""
    monkeypatch.setenv("LYT_CACHE", str(bare_folder / "cache"))
    for name, title in (("broen", "Broen åbner"), ("havnen", "Havnen lukker")):
        (bare_folder / f"{name}.txt").write_text(f"{title}\n\nDet blæser på øen.\n", "utf-8")
    return bare_folder


def place() -> Path:
    """Where the list keeps its episodes."""
    found = shelf(PLACE)
    assert found is not None
    return found


def as_json(capsys: Output) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def listed(capsys: Output) -> list[dict[str, Any]]:
    """What lyt list tells programs."""
    capsys.readouterr()
    assert run(["list", "--json"]) == 0
    return as_json(capsys)


def redate(**moments: str) -> None:
    """Have articles been added at these times, by the beginnings of their slugs."""
    file = place() / "list.json"
    plain = json.loads(file.read_text("utf-8"))
    for name, moment in moments.items():
        (found,) = (json.loads(one.read_text("utf-8"))["id"] for one in place().glob(f"{name}*/episode.json"))
        plain["added"][found] = moment
    file.write_text(json.dumps(plain), "utf-8")


def channel() -> Any:
    return etree.parse(str(place() / "feed.xml")).getroot().find("channel")


def items() -> list[tuple[str, str | None]]:
    """Titles and dates in the feed, in their order."""
    return [(item.findtext("title"), item.findtext("pubDate")) for item in channel().iterfind("item")]


# lyt add


def shown(folder: Path) -> set[str]:
    """What is in a folder, but for hidden files."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_everything_lies_behind_a_name_that_nobody_guesses(desk: Path, capsys: Output) -> None:
    """An article that is added lies in a folder with a long random name; beside that lies a page that tells nothing."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    assert shown(PLACE) == {place().name, "index.html"}
    page = (PLACE / "index.html").read_text("utf-8")
    assert "noindex" in page
    assert place().name not in page
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", place().name)
    assert shown(place()) == {
        "broen-aabner",
        "list.json",
        "feed.xml",
        "feed.jpg",
        "shows.json",
    }
    out, err = capsys.readouterr()
    assert out == f"{place() / 'broen-aabner' / 'broen-aabner.mp3'}\n"
    assert f"{BASE}/{place().name}/feed.xml" in err


def test_the_name_is_another_each_time(tmp_path: Path) -> None:
    """Two lists never have the same folder, and a list finds its own again."""
    made = [new_shelf(tmp_path / str(n)) for n in range(20)]
    assert len({folder.name for folder in made}) == 20
    assert all(len(folder.name) >= 20 for folder in made)
    assert [shelf(tmp_path / str(n)) for n in range(20)] == made


def test_a_page_of_others_stays(desk: Path) -> None:
    """An index.html that stands where a list begins is not written over."""
    PLACE.mkdir()
    (PLACE / "index.html").write_text("mine", "utf-8")
    assert run(["add", "broen.txt"]) == 0
    assert (PLACE / "index.html").read_text("utf-8") == "mine"


def test_a_list_may_lie_elsewhere(desk: Path) -> None:
    """--list names another folder, and each list has its own articles."""
    assert run(["add", "broen.txt"]) == 0
    assert run(["add", "--list", "andre", "havnen.txt"]) == 0
    assert [path.parent.name for path in PLACE.glob("*/*/episode.json")] == ["broen-aabner"]
    assert [path.parent.name for path in Path("andre").glob("*/*/episode.json")] == ["havnen-lukker"]


def test_an_article_is_dated_when_it_was_added(desk: Path, capsys: Output) -> None:
    """The feed dates an article when it was added, the newest first, whatever its own date is."""
    (desk / "gammel.html").write_text(
        '<!doctype html><html lang="da"><head><meta property="article:published_time" content="2019-01-01T10:00:00Z">'
        "<title>Gammelt nyt</title></head><body><article><h1>Gammelt nyt</h1>"
        + "<p>Det blæste på øen i mange dage, og ingen kom over med færgen den uge.</p>" * 5
        + "</article></body></html>",
        "utf-8",
    )
    assert run(["add", "broen.txt", "gammel.html", "havnen.txt"]) == 0
    redate(
        broen="2024-03-05T10:00:00+00:00", havnen="2024-03-04T10:00:00+00:00", **{"2019": "2024-03-06T10:00:00+00:00"}
    )
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    redate(broen="2024-03-05T10:00:00+00:00")
    assert run(["feed", str(place())]) == 0
    assert items() == [
        ("Gammelt nyt", "Wed, 06 Mar 2024 10:00:00 +0000"),
        ("Broen åbner", "Tue, 05 Mar 2024 10:00:00 +0000"),
        ("Havnen lukker", "Mon, 04 Mar 2024 10:00:00 +0000"),
    ]
    assert [article["title"] for article in listed(capsys)] == [title for title, _ in items()]


def test_what_is_added_again_moves_up(desk: Path, capsys: Output) -> None:
    """An article that was there before is not there twice, but comes first again."""
    assert run(["add", "broen.txt", "havnen.txt", "--base-url", BASE]) == 0
    redate(broen="2024-03-04T10:00:00+00:00", havnen="2024-03-05T10:00:00+00:00")
    assert [article["slug"] for article in listed(capsys)] == ["havnen-lukker", "broen-aabner"]
    assert run(["add", "broen.txt"]) == 0
    assert [article["slug"] for article in listed(capsys)] == ["broen-aabner", "havnen-lukker"]
    assert len(items()) == 2
    assert items()[0][0] == "Broen åbner"


def test_the_moment_is_now(desk: Path, capsys: Output) -> None:
    """An article is added at the moment when that was asked, to the second."""
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    assert run(["add", "broen.txt"]) == 0
    (article,) = listed(capsys)
    assert before <= dt.datetime.fromisoformat(article["added"]) <= dt.datetime.now(dt.UTC)


def test_the_feed_is_for_nobody_else(desk: Path) -> None:
    """The feed of a list asks directories to leave it."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    assert channel().findtext(f"{ITUNES}block") == "Yes"
    assert channel().findtext("title") == "Min læseliste"
    (show,) = kept_shows(place())
    assert show.private


def test_the_address_is_remembered(desk: Path, capsys: Output) -> None:
    """--base-url need be told but once; told again, the feed moves and keeps its guid."""
    assert run(["add", "broen.txt", "--base-url", f"{BASE}/"]) == 0
    (before,) = kept_shows(place())
    assert before.address == f"{BASE}/{place().name}/feed.xml"
    capsys.readouterr()
    assert run(["add", "havnen.txt"]) == 0
    assert before.address in capsys.readouterr().err
    assert kept_shows(place()) == (before,)
    assert len(items()) == 2
    assert run(["add", "havnen.txt", "--base-url", "https://ude.example/"]) == 0
    (after,) = kept_shows(place())
    assert (after.base_url, after.guid) == (f"https://ude.example/{place().name}/", before.guid)


def test_without_an_address_it_is_said_what_to_do(desk: Path, capsys: Output) -> None:
    """Before it is known where the list is served there is no feed, and it is said how there will be one."""
    assert run(["add", "broen.txt"]) == 0
    assert "--base-url" in capsys.readouterr().err
    assert not (place() / "feed.xml").exists()
    assert len(listed(capsys)) == 1


@pytest.mark.parametrize("url", ["hjemme.example", "ftp://hjemme.example/", "https://hjemme.example/?a", "https://"])
def test_an_address_that_is_none_is_refused(url: str, desk: Path, capsys: Output) -> None:
    """A base URL that is no web address of a folder is exit code 2, and nothing is made."""
    assert run(["add", "broen.txt", "--base-url", url]) == 2
    assert "--base-url" in capsys.readouterr().err
    assert not PLACE.exists()


def test_what_owners_say_of_their_list_stays(desk: Path) -> None:
    """A title that was given with lyt feed is kept when articles are added."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    assert run(["feed", str(place()), "--title", "Til toget"]) == 0
    assert run(["add", "havnen.txt"]) == 0
    (show,) = kept_shows(place())
    assert (show.title, show.private) == ("Til toget", True)
    assert len(items()) == 2


def test_a_source_that_fails_does_not_stop_the_others(desk: Path, capsys: Output) -> None:
    """Where one of several fails, the others are added and in the feed, and it exits with 8."""
    assert run(["add", "broen.txt", "nowhere.txt", "havnen.txt", "--base-url", BASE]) == 8
    assert {title for title, _ in items()} == {"Broen åbner", "Havnen lukker"}
    assert len(listed(capsys)) == 2


def test_where_nothing_could_be_added_the_list_is_empty(desk: Path, capsys: Output) -> None:
    """A source that fails alone exits with its own code, and the list goes on as before."""
    assert run(["add", "nowhere.txt"]) == 3
    assert run(["add", "broen.txt"]) == 0
    assert len(listed(capsys)) == 1
    assert len([path for path in PLACE.iterdir() if path.is_dir()]) == 1


def test_adding_is_told_to_programs(desk: Path, capsys: Output) -> None:
    """With --json each article is one object, and stderr stays silent."""
    assert run(["add", "broen.txt", "havnen.txt", "--base-url", BASE, "--json"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["slug"] for line in out.splitlines()] == ["broen-aabner", "havnen-lukker"]
    assert err == ""


# lyt list


def test_a_list_shows_what_is_on_it(desk: Path, capsys: Output) -> None:
    """Each article is shown with its day, length, title and slug, then how many there are, and where the feed is."""
    assert run(["add", "broen.txt", "havnen.txt", "--base-url", BASE]) == 0
    redate(broen="2024-03-04T10:00:00+00:00", havnen="2024-03-05T10:00:00+00:00")
    capsys.readouterr()
    assert run(["list"]) == 0
    out, err = capsys.readouterr()
    first, slug, second, _ = out.splitlines()
    assert re.fullmatch(r"2024-03-05 +0:\d\d  Havnen lukker", first)
    assert slug.strip() == "havnen-lukker"
    assert second.startswith("2024-03-04 ")
    assert err.startswith("2 articles, 0:")
    assert f"{BASE}/{place().name}/feed.xml" in err


def test_a_list_is_told_to_programs(desk: Path, capsys: Output) -> None:
    """With --json each article is one object with all that is known of it."""
    assert run(["add", "broen.txt"]) == 0
    (article,) = listed(capsys)
    assert article.keys() == {"slug", "id", "title", "site", "duration", "added"}
    assert (article["slug"], article["title"], article["site"]) == ("broen-aabner", "Broen åbner", None)
    assert article["duration"] > 0


@pytest.mark.parametrize("command", [["list"], ["remove", "broen-aabner"]])
def test_without_a_list_it_is_said_how_to_begin(command: list[str], desk: Path, capsys: Output) -> None:
    """Where no list is yet, that is one line with what to do, exit code 3, and none is made."""
    assert run(command) == 3
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "lyt add" in err) == ("", 1, True)
    assert not PLACE.exists()


def test_a_damaged_article_does_not_hide_the_others(desk: Path, capsys: Output) -> None:
    """Where one article's files are damaged, the others are listed, and can be removed."""
    assert run(["add", "broen.txt", "havnen.txt", "--base-url", BASE]) == 0
    file = place() / "havnen-lukker" / "episode.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"chapters": None}), "utf-8")
    assert [article["slug"] for article in listed(capsys)] == ["broen-aabner"]
    assert run(["remove", "broen-aabner"]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "added": {}}',
        '{"format": 1, "added": {"a": "i går"}}',
        '{"format": 1, "added": {"a": "2024-03-05T10:00:00"}}',
        '{"format": 1, "added": 7}',
    ],
)
def test_a_damaged_list_is_said(text: str, tmp_path: Path) -> None:
    """A list.json that is none of ours is said with its name; a folder without one is no list."""
    assert times_added(tmp_path) == {}
    (tmp_path / "list.json").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"list\.json"):
        times_added(tmp_path)


def test_times_are_kept_and_forgotten(tmp_path: Path) -> None:
    """What was added when comes back to the second, and what is removed is forgotten."""
    now = dt.datetime(2024, 3, 5, 10, 30, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    note_added(tmp_path, "æ", now)
    note_added(tmp_path, "b", now)
    assert times_added(tmp_path) == {"æ": now, "b": now}
    note_removed(tmp_path, "æ")
    note_removed(tmp_path, "never there")
    assert times_added(tmp_path) == {"b": now}


# lyt remove


def test_an_article_is_removed_by_its_slug(desk: Path, capsys: Output) -> None:
    """A removed article's sound is gone with all that was made of it, and it is in neither list nor feed."""
    assert run(["add", "broen.txt", "havnen.txt", "--base-url", BASE]) == 0
    capsys.readouterr()
    assert run(["remove", "broen-aabner"]) == 0
    assert capsys.readouterr().out == "removed  broen-aabner\n"
    assert shown(place() / "broen-aabner") == {"episode.json"}, "a note that its name is taken"
    assert [title for title, _ in items()] == ["Havnen lukker"]
    assert [article["slug"] for article in listed(capsys)] == ["havnen-lukker"]
    assert len(json.loads((place() / "list.json").read_text("utf-8"))["added"]) == 1


PAGE = (
    '<!doctype html><html lang="da"><head>{head}<title>Fyret blinker</title></head>'
    "<body><article><h1>Fyret blinker</h1>"
    + "<p>Det blæste på øen i mange dage, og ingen kom over med færgen den uge.</p>" * 5
    + "</article></body></html>"
)


@pytest.fixture
def site(desk: Path) -> Any:
    with serving() as site:
        yield site


def add_page(site: Site, head: str = "") -> str:
    """Add a page of the site, and give its address."""
    site.answers["/fyret"] = Answer(PAGE.replace("{head}", head))
    address = f"{site.address}/fyret"
    assert run(["add", address, "--allow-private", "--base-url", BASE]) == 0
    return address


@pytest.mark.parametrize("head", ["", '<link rel="canonical" href="https://avis.example/2024/fyret">'])
def test_an_article_is_removed_by_its_address(head: str, site: Site, capsys: Output) -> None:
    """The address that an article was added by names it, also where the page says that it has another one."""
    address = add_page(site, head)
    assert len(items()) == 1
    assert run(["remove", address]) == 0
    assert listed(capsys) == []
    assert items() == []


def test_an_article_is_removed_by_the_address_that_the_list_tells(site: Site, capsys: Output) -> None:
    """The id that lyt list --json tells names an article, too."""
    add_page(site, '<link rel="canonical" href="https://avis.example/2024/fyret">')
    (article,) = listed(capsys)
    assert run(["remove", article["id"]]) == 0
    assert listed(capsys) == []


@pytest.mark.parametrize("name", ["nothing", "https://avis.example/", "..", ".", "", "../broen-aabner", "list.json"])
def test_what_is_not_on_the_list_is_said(name: str, desk: Path, capsys: Output) -> None:
    """An unknown name is exit code 3, and nothing is removed."""
    assert run(["add", "broen.txt"]) == 0
    before = sorted(PLACE.rglob("*"))
    capsys.readouterr()
    assert run(["remove", name]) == 3
    assert "lyt list" in capsys.readouterr().err
    assert sorted(PLACE.rglob("*")) == before


def test_one_that_is_not_there_does_not_stop_the_others(desk: Path, capsys: Output) -> None:
    """Of several names those that are there are removed, and it exits with 8."""
    assert run(["add", "broen.txt", "havnen.txt"]) == 0
    capsys.readouterr()
    assert run(["remove", "broen-aabner", "nothing", "havnen-lukker", "--json"]) == 8
    told = as_json(capsys)
    assert [one.get("slug") for one in told] == ["broen-aabner", None, "havnen-lukker"]
    assert told[1]["exit_code"] == 3
    assert listed(capsys) == []


def test_one_that_is_named_twice_is_removed_once(desk: Path) -> None:
    """An article that is named twice is removed, and the second time it is not there."""
    assert run(["add", "broen.txt"]) == 0
    assert run(["remove", "broen-aabner", "broen-aabner"]) == 8
    assert shown(place() / "broen-aabner") == {"episode.json"}


def test_a_removed_article_may_be_added_again(desk: Path, capsys: Output) -> None:
    """Added again, an article is on the list as if it never had been there, and verify finds it in order."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    assert run(["remove", "broen-aabner"]) == 0
    assert run(["add", "broen.txt"]) == 0
    assert [article["slug"] for article in listed(capsys)] == ["broen-aabner"]
    assert [title for title, _ in items()] == ["Broen åbner"]
    assert run(["verify", str(place() / "broen-aabner")]) == 0


def test_removing_forgets_what_was_spoken(desk: Path) -> None:
    """The sentences of a removed article are not kept in the cache."""
    assert run(["add", "broen.txt"]) == 0
    kept = [path for path in (desk / "cache").rglob("*") if path.suffix in (".pcm", ".clip", ".mp3part")]
    assert kept
    assert run(["remove", "broen-aabner"]) == 0
    assert not any(path.exists() for path in kept)


# Another address, and other names


def test_a_list_follows_the_name_of_its_folder(desk: Path, capsys: Output) -> None:
    """Renamed, the folder has another address: in the list, and in the feed as soon as it is published."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    old, new = place(), PLACE / "Abcdefghij0123456789klm"
    old.rename(new)
    assert run(["list"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"Your podcast, for you alone: {BASE}/{new.name}/feed.xml"
    assert run(["publish", "web", "reading-list"]) == 0
    feed = (desk / "web" / new.name / "feed.xml").read_text("utf-8")
    assert old.name not in feed
    assert f"{BASE}/{new.name}/broen-aabner/broen-aabner.mp3" in feed


@pytest.mark.parametrize("name", ["min-liste", "our-public-podcast-folder"])
def test_a_name_that_could_be_guessed_is_refused(name: str, desk: Path, capsys: Output) -> None:
    """A list whose folder got a name of words is not lost: it is said which kind of name it needs."""
    assert run(["add", "broen.txt"]) == 0
    place().rename(PLACE / name)
    for command in (["list"], ["add", "havnen.txt"], ["remove", "broen-aabner"]):
        assert run(command) == 2
        assert "could be guessed: rename it, to " in capsys.readouterr().err
    assert len([path for path in PLACE.iterdir() if path.is_dir()]) == 1


def test_the_address_can_be_told_alone(desk: Path, capsys: Output) -> None:
    """lyt add --base-url says where the folder is served, without another article; nothing at all is a wrong call."""
    assert run(["add", "broen.txt"]) == 0
    assert run(["add", "--base-url", BASE]) == 0
    assert f"{BASE}/{place().name}/feed.xml" in capsys.readouterr().err
    assert run(["add"]) == 2


def test_a_part_of_a_name_will_do(desk: Path, capsys: Output) -> None:
    """An article is removed by a part of its name that no other has; one that several have is refused."""
    assert run(["add", "broen.txt", "havnen.txt"]) == 0
    assert run(["remove", "n"]) == 3
    assert "may mean 2 articles" in capsys.readouterr().err
    assert run(["remove", "havnen"]) == 0
    assert [article["slug"] for article in listed(capsys)] == ["broen-aabner"]


def test_sound_that_was_removed_has_its_name_for_itself(desk: Path) -> None:
    """An article that was removed and is added again gets another file: a cache may hold the old one for a year."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    assert run(["remove", "broen-aabner"]) == 0
    assert run(["add", "broen.txt"]) == 0
    assert channel().find("item/enclosure").get("url").endswith("/broen-aabner/broen-aabner.r2.mp3")


def test_a_list_stays_private(desk: Path) -> None:
    """Settings of a newspaper that lie where one happens to be make no public feed of a reading list."""
    assert run(["add", "broen.txt", "--base-url", BASE]) == 0
    before = (place() / "feed.xml").read_bytes()
    (desk / "lyt.toml").write_text(
        '[show]\ntitle = "Avisen"\ndescription = "A"\nbase_url = "https://avis.example/"\nsites = ["avis.example"]\n'
    )
    assert run(["feed", str(place())]) == 0
    assert (place() / "feed.xml").read_bytes() == before
    assert run(["feed", "reading-list"]) == 2
    assert not (PLACE / "feed.xml").exists()
