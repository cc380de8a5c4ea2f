"""Shows: what a feed must say of itself, which articles it carries, and how lyt.toml tells both."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from episodes import BASE, SITE, episode, put

from reader.cli import run
from reader.errors import ConfigError
from reader.publisher.categories import all_categories, category_of
from reader.publisher.languages import is_language
from reader.publisher.show import AGENCIES, Show, faults, guid_of, is_web_address, reason_against
from reader.shows import configured_shows, kept_shows, shows_json

Output = pytest.CaptureFixture[str]

TOKEN = "Zm9yIGRpZy1hbGVuZS1vZy1pbmdlbiBhbmRy"
GOOD = Show(title="Fjordnyt", description="Nyt fra fjorden", base_url=BASE, sites=(SITE,))
OPTIONS = {"title": "Fjordnyt", "description": "Nyt fra fjorden", "base-url": BASE, "site": SITE}


@pytest.fixture
def output(bare_folder: Path) -> Path:
    """An output folder with an episode, in the folder to work in."""
    put(bare_folder / "output", episode("a", "A", published="2024-03-05"))
    return Path("output")


def feed(**options: str | None) -> int:
    """Run lyt feed with usual options and these others; None leaves one out."""
    told = OPTIONS | {name.replace("_", "-"): value for name, value in options.items()}
    return run(
        [
            "feed",
            "output",
            *(part for name, value in told.items() if value is not None for part in (f"--{name}", value)),
        ]
    )


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files below a folder that are not hidden, with what is in them, and when they were written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


# What a feed must say of itself

WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "no title": ({"title": None}, "--title"),
    "a blank title": ({"title": " "}, "--title"),
    "a title that shows nothing": ({"title": "\x07"}, "--title"),
    "half a character in its title": ({"title": "a\udcff"}, "--title"),
    "a long title": ({"title": "ø" * 128}, "--title"),
    "no description": ({"description": None}, "--description"),
    "a description that is too long in bytes": ({"description": "ø" * 2001}, "--description"),
    "no address": ({"base_url": None}, "--base-url"),
    "an address without scheme": ({"base_url": "lyd.avis.example"}, "--base-url"),
    "an address of another scheme": ({"base_url": "ftp://lyd.avis.example/"}, "--base-url"),
    "an address with a query": ({"base_url": "https://lyd.avis.example/?a=b"}, "--base-url"),
    "an address with a user": ({"base_url": "https://ida@lyd.avis.example/"}, "--base-url"),
    "an address with a blank": ({"base_url": "https://lyd.avis.example/en mappe/"}, "--base-url"),
    "an address with a wrong port": ({"base_url": "https://lyd.avis.example:99999/"}, "--base-url"),
    "no sites": ({"site": None}, "--site"),
    "a blank site": ({"site": " "}, "--site"),
    "an address as site": ({"site": "https://avis.example/"}, "--site"),
    "a Danish category": ({"category": "Nyheder"}, "--category"),
    "a subcategory of another one": ({"category": "Arts > Daily News"}, "--category"),
    "a language by its name": ({"language": "dansk"}, "--language"),
    "a language in capitals": ({"language": "DA"}, "--language"),
    "an e-mail address without host": ({"email": "redaktionen"}, "--email"),
    "an e-mail address with its name": ({"email": "Ida <ida@avis.example>"}, "--email"),
    "a guid that is none": ({"guid": "1234"}, "--guid"),
    "a link that is none": ({"link": "avis.example"}, "--link"),
    "its own feed as link": ({"link": f"{BASE}feed.xml"}, "--link"),
    "no episodes": ({"episodes": "0"}, "--episodes"),
    "an unknown medium": ({"medium": "video"}, "--medium"),
    "a cover that is not there": ({"cover": "nowhere.jpg"}, "nowhere.jpg"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_show_that_lacks_something_is_refused(fault: str, output: Path, capsys: Output) -> None:
    """Whatever is missing or wrong is exit code 2 with the option that mends it, and nothing is written."""
    before = contents(output)
    options, named = WRONG[fault]
    assert feed(**options) == 2
    out, err = capsys.readouterr()
    assert (out, named in err) == ("", True), err
    assert contents(output) == before


@pytest.mark.parametrize("fault", ["a Danish category", "a description that is too long in bytes", "no episodes"])
def test_a_feed_that_is_there_stays_as_it_was(fault: str, output: Path) -> None:
    """What is refused changes nothing of a feed that was written before."""
    assert feed() == 0
    before = contents(output)
    assert feed(**WRONG[fault][0]) == 2
    assert contents(output) == before


def test_a_good_show_has_no_faults() -> None:
    """A show with a title, a description, an address and its sites may be written; up to the last byte."""
    assert list(faults(GOOD)) == []
    assert list(faults(dataclasses.replace(GOOD, description="ø" * 2000, title="t" * 255))) == []
    assert list(faults(dataclasses.replace(GOOD, sites=(), private=True, base_url=f"{BASE}{TOKEN}/"))) == []


@pytest.mark.parametrize("base", [BASE, f"{BASE}liste/", f"{BASE}{'a' * 19}/", f"{BASE}{'a' * 30}/liste/"])
def test_a_private_show_lies_where_nobody_guesses(base: str) -> None:
    """A private show whose folder has a name that can be guessed is refused."""
    (fault,) = faults(dataclasses.replace(GOOD, sites=(), private=True, base_url=base))
    assert "nobody guesses" in fault


def test_all_faults_are_told_at_once(output: Path, capsys: Output) -> None:
    """Everything that is missing is told in one line, with every option that mends it."""
    assert run(["feed", "output"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert all(option in err for option in ("--base-url", "--title", "--description", "--site"))


@pytest.mark.parametrize(
    ("said", "near"),
    [("Dayly News", "Daily News"), ("new", "News"), ("daily news", "News > Daily News"), ("Sport", "Sports")],
)
def test_a_category_that_is_near_is_named(said: str, near: str) -> None:
    """Of an unknown category the nearest one is named."""
    (fault,) = faults(dataclasses.replace(GOOD, category=said))
    assert near in fault


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("News", ("News", "")),
        ("News > Daily News", ("News", "Daily News")),
        ("News>Daily News", ("News", "Daily News")),
        ("Daily News", ("News", "Daily News")),
        ("Kids & Family > Parenting", ("Kids & Family", "Parenting")),
        ("Nyheder", None),
        ("News > ", ("News", "")),
        (" > News", None),
        ("", None),
    ],
)
def test_a_category_is_told_by_its_names(said: str, meant: tuple[str, str] | None) -> None:
    """A category is one of Apple's, alone or with one of its subcategories, or a subcategory alone."""
    assert category_of(said) == meant


def test_every_category_can_be_told() -> None:
    """Each name in the list of all is a category."""
    assert all(category_of(name) for name in all_categories())
    assert len(all_categories()) == 110


@pytest.mark.parametrize("name", ["", "Ø", "a b", "../x", "a" * 65, "-a", "sitemap"])
def test_a_show_has_a_name_that_can_be_a_file(name: str) -> None:
    """The name of a show can be that of a file and in an address, and is no other file's that stands there."""
    assert list(faults(dataclasses.replace(GOOD, name=name))) != []


@pytest.mark.parametrize(
    "url", ["https://a.example/", "http://a.example:8080/b/c/", "https://[::1]/", "http://127.0.0.1:80/~ida/"]
)
def test_a_web_address_is_one(url: str) -> None:
    """Whole http and https addresses of folders are web addresses."""
    assert is_web_address(url)


def test_a_guid_is_that_of_podcasting_2() -> None:
    """The guid is the one that Podcasting 2.0 derives from the feed's address without scheme and final slashes."""
    assert guid_of("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert guid_of("http://podnews.net/rss//") == guid_of("https://podnews.net/rss")
    assert str(uuid.UUID(guid_of(GOOD.address))) == guid_of(GOOD.address)


# Which articles a show carries


def reason(show: Show = GOOD, /, **article: Any) -> str | None:
    """Why a show leaves an article out."""
    return reason_against(show, {"url": f"https://{SITE}/a", **article})


@pytest.mark.parametrize(
    "url",
    [
        "https://avis.example/a",
        "http://www.avis.example/a",
        "https://kultur.AVIS.example:8080/a",
        "https://a.b.avis.example",
        None,
        "",
    ],
)
@pytest.mark.parametrize("site", ["avis.example", "www.avis.example", "AVIS.example"])
def test_a_show_carries_the_articles_of_its_sites(url: str | None, site: str) -> None:
    """A site is a host with all below it, however it is written; an article without an address is nobody else's."""
    assert reason(dataclasses.replace(GOOD, sites=("other.example", site)), url=url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://evilavis.example/a",
        "https://avis.example.evil.example/a",
        "https://avis.example@evil.example/a",
        "https://evil.example/avis.example",
        "https://evil.example/?avis.example",
        "https://evil.example/#.avis.example",
        "https://evil.example\\@avis.example/",
        "https://avis.exampl/a",
        "https://example/a",
        "https://[avis.example/a",
        "https:///a",
        "avis.example/a",
        7,
    ],
)
def test_what_only_looks_like_a_site_is_another(url: object) -> None:
    """Hosts that hold the site's name elsewhere than at their end, after a dot, are other sites."""
    assert reason(url=url) == "of another site"


@pytest.mark.parametrize(
    "byline",
    [
        "/ritzau/",
        "Ritzau",
        "RITZAU",
        "Ritzau, AFP",
        "Ritzaus Bureau",
        "Af Ritzau",
        "Reuters/Ritzau",
        "Ida Ravn, Reuters",
        "AP",
        "(AP)",
        "/AFP",
        "dpa",
        "DPA",
        "NTB",
        "TT",
        "TT-AFP",
        "Bloomberg News",
    ],
)
def test_what_a_news_agency_wrote_is_left_out(byline: str) -> None:
    """An agency in a byline is found as a word of its own, among others, between strokes and in any spelling."""
    assert reason(byline=["Ida Ravn", byline]) == "by a news agency"
    assert reason(dataclasses.replace(GOOD, agencies=()), byline=[byline]) is None


@pytest.mark.parametrize(
    "byline", ["Tapper", "Ap Holm", "MATTTT", "Otto TTesen", "Ida Apel", "Peter Ritzauer", "Tt Ek"]
)
def test_people_are_no_news_agencies(byline: str) -> None:
    """A name that only holds the letters of an agency is a person's."""
    assert reason(byline=[byline]) is None


def test_agencies_may_be_added(output: Path) -> None:
    """--agency leaves out one more, and --any-agency none."""
    assert feed(agency="Fjordpressen") == 0
    (show,) = kept_shows(output)
    assert show.agencies == (*AGENCIES, "Fjordpressen")
    assert run(["feed", "output", "--any-agency"]) == 0
    assert kept_shows(output)[0].agencies == ()


def test_what_is_not_free_is_left_out() -> None:
    """An article that is not free is in no show that is not paid for; one of which that is unknown is."""
    paid = dataclasses.replace(GOOD, paid=True)
    assert [reason(is_free=free) for free in (True, None, False)] == [None, None, "not free"]
    assert [reason(paid, is_free=free) for free in (True, None, False)] == [None, None, None]


def test_a_show_may_be_of_some_sections_authors_or_tags() -> None:
    """Where sections, authors and tags are told, an article has one of each, in any case."""
    show = dataclasses.replace(GOOD, sections=("Kultur", "DEBAT"), authors=("Ida Ravn",), tags=("broer",))
    article = {"section": "kultur", "byline": ["Bo", "IDA RAVN"], "tags": ["Færger", "Broer"]}
    assert reason(show, **article) is None
    assert reason(show, **article | {"section": "debat"}) is None
    others: list[dict[str, Any]] = [{"section": "Sport"}, {"section": None}, {"byline": ["Bo"]}, {"tags": []}]
    for other in (*others, {"tags": "broer og mere"}):
        assert reason(show, **article | other) == "of another section, author or tag"


def test_a_private_show_carries_all() -> None:
    """A private show has no rule."""
    private = Show(private=True)
    assert reason(private, url="https://other.example/", is_free=False, byline=["Ritzau"]) is None


ARTICLES = [
    episode("egen", "Egen", published="2024-03-01", section="Kultur"),
    episode("anden", "Anden", url="https://evilavis.example/", section="Kultur"),
    episode("laast", "Låst", is_free=False, section="Kultur"),
    episode("bureau", "Bureau", byline=["/ritzau/"], section="Kultur"),
    episode("sport", "Sport", section="Sport"),
    episode("sport-2", "Sport igen", section="Sport"),
]
LEFT_OUT = {"by a news agency": 1, "not free": 1, "of another section, author or tag": 2, "of another site": 1}


def test_what_is_left_out_is_counted(output: Path, capsys: Output) -> None:
    """stderr names an article that is left out for each reason, with the option for it; --json counts them."""
    put(output, *ARTICLES)
    assert feed(section="kultur", email="a@avis.example") == 0
    out, err = capsys.readouterr()
    assert out == "output/feed.xml\n"
    first, *reasons, address, way = err.splitlines()
    assert (first, address) == ("  Fjordnyt: 1 episode", f"  at {BASE}feed.xml")
    assert way == "To send it where it is served: lyt publish TARGET output"
    told = {re.sub(r": .*? and (\d+) more", r": \1 more", line) for line in reasons}
    assert {line.partition(": ")[0] for line in told} == {f"  left out, {reason}" for reason in LEFT_OUT}
    assert any(line.endswith("; in it with --paid") for line in told)
    assert "  left out, of another section, author or tag: 2 more" in told
    assert run(["feed", "output", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "show": "feed",
        "feed": "output/feed.xml",
        "address": f"{BASE}feed.xml",
        "episodes": 1,
        "archives": 0,
        "left_out": LEFT_OUT | {"of another section, author or tag": 3},
    }


def test_options_open_a_show(output: Path, capsys: Output) -> None:
    """--paid, --any-agency and several sites let in what was left out."""
    put(output, *ARTICLES)
    command = ["feed", "output", *(part for name, value in OPTIONS.items() for part in (f"--{name}", value))]
    assert run([*command, "--paid", "--any-agency", "--site", "evilavis.example", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == {}


# lyt.toml

TABLE = f"""
title = "Fjordnyt"
description = "Nyt fra fjorden"
base_url = "{BASE.rstrip("/")}"
sites = ["{SITE}"]
"""


def write(text: str) -> None:
    Path("lyt.toml").write_text(text, "utf-8")


def test_a_show_stands_in_the_settings_file(output: Path) -> None:
    """[show] is the show whose feed is feed.xml."""
    write(f"[show]\n{TABLE}episodes = 7\npaid = true\n")
    assert run(["feed", "output"]) == 0
    (show,) = kept_shows(output)
    assert (show.name, show.title, show.episodes, show.paid) == ("feed", "Fjordnyt", 7, True)
    assert show.base_url == BASE
    assert (output / "feed.xml").is_file()


def test_several_shows_share_what_show_says(output: Path) -> None:
    """Each [shows.NAME] has a feed beside that of [show], and what that says where it says nothing itself."""
    write(f'[show]\n{TABLE}[shows.kultur]\ntitle = "Kultur"\nsections = ["Kultur"]\n[shows.alt]\nepisodes = 3\n')
    assert run(["feed", "output"]) == 0
    feed, kultur, alt = kept_shows(output)
    assert (feed.name, feed.title) == ("feed", "Fjordnyt")
    assert (kultur.name, kultur.title, kultur.sections, kultur.episodes) == ("kultur", "Kultur", ("Kultur",), 100)
    assert (alt.name, alt.title, alt.sections, alt.episodes) == ("alt", "Fjordnyt", (), 3)
    assert kultur.guid != alt.guid
    assert sorted(path.name for path in output.glob("*.xml")) == ["alt.xml", "feed.xml", "kultur.xml"]
    assert sorted(path.name for path in output.glob("*.jpg")) == ["alt.jpg", "feed.jpg", "kultur.jpg"]


def test_what_only_shares_is_no_show(output: Path) -> None:
    """Beside [shows.NAME] a [show] without a title is none itself, and only says what the others have in common."""
    shared = TABLE.replace('title = "Fjordnyt"', "")
    write(f'[show]\n{shared}[shows.kultur]\ntitle = "Kultur"\n')
    assert run(["feed", "output"]) == 0
    assert [show.name for show in kept_shows(output)] == ["kultur"]


BAD_FILES = {
    "an unknown key": ('[show]\ntittel = "A"\n', "tittel"),
    "an unknown key of several": ('[shows.kultur]\ntittel = "A"\n', "tittel"),
    "a name as key": ('[show]\nname = "a"\n', "name"),
    "a number for a text": ("[show]\ntitle = 7\n", "title"),
    "a date for a text": ("[show]\ntitle = 2024-03-05\n", "title"),
    "a text for a number": ('[show]\nepisodes = "7"\n', "episodes"),
    "a text for a truth": ('[show]\npaid = "yes"\n', "paid"),
    "a text for a list": ('[show]\nsites = "avis.example"\n', "sites"),
    "a number in a list": ("[show]\nsites = [7]\n", "sites"),
    "an unknown medium": ('[show]\nmedium = "video"\n', "medium"),
    "no table": ("show = 7\n", "show"),
    "no tables": ("shows = 7\n", "shows"),
    "a show that is no table": ("[shows]\nkultur = 7\n", "kultur"),
    "a show that has no name": (f'[shows."Å"]\n{TABLE}', "Å"),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_what_is_wrong_in_the_settings_file_is_named(fault: str, output: Path, capsys: Output) -> None:
    """An unknown key or a value of the wrong kind is exit code 2, names key and file, and nothing is written."""
    text, key = BAD_FILES[fault]
    write(text)
    before = contents(output)
    assert run(["feed", "output"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert key in err
    assert "lyt.toml" in err or key == "Å"
    assert contents(output) == before


@pytest.mark.parametrize("folder", [["output"], []])
def test_a_settings_file_that_is_no_toml_is_said(folder: list[str], output: Path, capsys: Output) -> None:
    """A file that cannot be read as TOML is one line and exit code 2, whether or not the folder is named."""
    write("[show\n")
    assert run(["feed", *folder]) == 2
    assert "lyt.toml" in capsys.readouterr().err


@pytest.mark.parametrize("folder", [["output"], []])
def test_a_settings_file_that_is_not_there_is_said(folder: list[str], output: Path, capsys: Output) -> None:
    """--config with a file that does not exist is one line and exit code 2."""
    assert feed() == 0
    assert run(["feed", *folder, "--config", "nowhere.toml"]) == 2
    assert "nowhere.toml" in capsys.readouterr().err


@pytest.mark.whole
def test_reading_goes_on_with_shows_in_the_settings_file(bare_folder: Path) -> None:
    """lyt read takes no notice of shows in lyt.toml, and of all else there as before."""
    write(f'output = "andet"\n[show]\n{TABLE}[shows.kultur]\ntitle = "Kultur"\n')
    (bare_folder / "broen.txt").write_text("Broen\n\nDet regner.\n", "utf-8")
    assert run(["read", "broen.txt"]) == 0
    assert Path("andet/broen/episode.json").is_file()
    assert run(["feed"]) == 0
    assert Path("andet/kultur.xml").is_file()


def test_options_win_over_the_file(output: Path) -> None:
    """What is told as an option holds, whatever lyt.toml says."""
    write(f"[show]\n{TABLE}explicit = true\nlocked = true\nepisodes = 7\n")
    options = ["--title", "Andet", "--clean", "--unlocked", "--episodes", "9", "--site", "other.example"]
    assert run(["feed", "output", *options]) == 0
    (show,) = kept_shows(output)
    told = (show.title, show.explicit, show.locked, show.episodes, show.sites)
    assert told == ("Andet", False, False, 9, ("other.example",))
    assert show.description == "Nyt fra fjorden"


def test_of_several_shows_one_is_meant(output: Path, capsys: Output) -> None:
    """With several shows an option says with --show which one it is about; without, that is exit code 2."""
    write(f"[show]\n{TABLE}[shows.a]\n[shows.b]\n")
    assert run(["feed", "output", "--title", "Andet"]) == 2
    assert "--show" in capsys.readouterr().err
    assert run(["feed", "output", "--title", "Andet", "--show", "b"]) == 0
    assert [show.title for show in kept_shows(output)] == ["Fjordnyt", "Fjordnyt", "Andet"]


def test_a_show_is_added_beside_others(output: Path) -> None:
    """--show with a new name makes one more feed, and the one that was there stays."""
    assert feed() == 0
    before = (output / "feed.xml").read_bytes()
    assert feed(show="kultur", title="Kultur", section="Kultur") == 0
    assert [show.name for show in kept_shows(output)] == ["feed", "kultur"]
    assert (output / "feed.xml").read_bytes() == before


def test_the_folder_remembers_what_was_asked(output: Path) -> None:
    """Without options and without lyt.toml the next run writes the same bytes, wherever it is started."""
    assert feed(email="a@avis.example", category="Daily News", section="Kultur") == 0
    before = contents(output)
    assert run(["feed", "output"]) == 0
    assert contents(output) == before


def test_the_address_is_remembered_where_the_file_does_not_say_it(output: Path) -> None:
    """The base URL need be told but once, also where all else stands in lyt.toml."""
    write("[show]\n" + "\n".join(line for line in TABLE.splitlines() if "base_url" not in line))
    assert run(["feed", "output"]) == 2
    assert run(["feed", "output", "--base-url", BASE]) == 0
    before = contents(output)
    assert run(["feed", "output"]) == 0
    assert contents(output) == before


def test_the_guid_stays_when_the_address_changes(output: Path) -> None:
    """A feed that moves to another address stays the same podcast."""
    assert feed() == 0
    (before,) = kept_shows(output)
    assert before.guid == guid_of(before.address)
    assert feed(base_url="https://other.example/lyd") == 0
    (after,) = kept_shows(output)
    assert (after.base_url, after.guid) == ("https://other.example/lyd/", before.guid)
    assert before.guid in (output / "feed.xml").read_text("utf-8")
    assert BASE not in (output / "feed.xml").read_text("utf-8")


def test_the_guid_stays_when_the_file_names_another_address(output: Path) -> None:
    """So does one whose address stands in lyt.toml, which says nothing of a guid."""
    write(f"[show]\n{TABLE}")
    assert run(["feed", "output"]) == 0
    (before,) = kept_shows(output)
    write(f"[show]\n{TABLE}".replace("lyd.avis.example", "other.example"))
    assert run(["feed", "output"]) == 0
    (after,) = kept_shows(output)
    assert (after.base_url, after.guid) == ("https://other.example/", before.guid)


def test_a_guid_may_be_brought_along(output: Path) -> None:
    """A feed that had a guid elsewhere keeps it."""
    guid = str(uuid.uuid4())
    assert feed(guid=guid) == 0
    assert f"<podcast:guid>{guid}</podcast:guid>" in (output / "feed.xml").read_text("utf-8")


def test_a_show_that_is_no_more_loses_its_files(output: Path) -> None:
    """Taken out of lyt.toml, a show loses its feed, its archives and its cover; files of others stay."""
    put(output, *(episode(f"e{n}", f"E {n}", published="2024-01-01") for n in range(4)))
    write(f"[show]\n{TABLE}episodes = 2\n[shows.a]\n[shows.ab]\n")
    assert run(["feed", "output"]) == 0
    for name in ("a.archive-x.xml", "a.jpg.txt", "other.xml"):
        (output / name).write_text("mine", "utf-8")
    assert {path.name for path in output.glob("a*.xml")} == {
        *("a.xml", "a.archive-1.xml", "a.archive-2.xml", "a.archive-x.xml"),
        *("ab.xml", "ab.archive-1.xml", "ab.archive-2.xml"),
    }
    write(f"[show]\n{TABLE}episodes = 2\n[shows.ab]\n")
    assert run(["feed", "output"]) == 0
    left = {path.name for path in output.iterdir() if path.is_file() and not path.name.startswith(".")}
    assert left == {
        *(
            f"{name}{ending}"
            for name in ("feed", "ab")
            for ending in (".xml", ".archive-1.xml", ".archive-2.xml", ".jpg")
        ),
        *("shows.json", "a.archive-x.xml", "a.jpg.txt", "other.xml"),
    }


def test_shows_are_remembered_whole(tmp_path: Path) -> None:
    """Every field of a show comes back as it was kept, whether it says something or not."""
    words = {field.name: f"{field.name} æ" for field in dataclasses.fields(Show) if isinstance(field.default, str)}
    words |= {"name": "kultur", "base_url": f"https://lyd.example/{tmp_path.name}/"}
    lists = {field.name: ("a", "b") for field in dataclasses.fields(Show) if isinstance(field.default, tuple)}
    switches = {name: not getattr(GOOD, name) for name in ("explicit", "locked", "paid", "private")}
    whole = Show(**words | lists | switches | {"medium": "audiobook", "episodes": 7})  # type: ignore[arg-type]
    assert all(getattr(whole, field.name) != field.default for field in dataclasses.fields(Show))
    shows = (whole, Show(), GOOD, dataclasses.replace(GOOD, agencies=()))
    (tmp_path / "shows.json").write_text(shows_json(shows), "utf-8")
    assert kept_shows(tmp_path) == shows


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "shows": []}',
        '{"format": 1, "shows": [{"titel": "A"}]}',
        '{"format": 1}',
        '{"format": 1, "shows": [7]}',
    ],
)
def test_a_damaged_memory_is_said(text: str, output: Path, capsys: Output) -> None:
    """A shows.json that is none of ours is one line and exit code 2, and stays."""
    (output / "shows.json").write_text(text, "utf-8")
    assert feed() == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "shows.json" in err
    assert (output / "shows.json").read_text("utf-8") == text
    with pytest.raises(ConfigError):
        kept_shows(output)


def test_there_may_be_no_settings_at_all(bare_folder: Path) -> None:
    """Without a settings file there are no shows, nor where it speaks of none."""
    assert configured_shows(None) == ()
    write('voice = "tone"\n')
    assert configured_shows(None) == ()


def test_a_folder_that_is_not_there_is_said(bare_folder: Path, capsys: Output) -> None:
    """lyt feed of a folder that does not exist is one line and exit code 3."""
    assert run(["feed", "nowhere"]) == 3
    assert "lyt read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "is_one"), [("da", True), ("en-GB", True), ("xx", False), ("dansk", False), ("da-", False)]
)
def test_a_language_is_one_that_directories_know(code: str, is_one: bool) -> None:
    """A feed's language is a code of ISO 639, alone or with a region; others are refused before directories do it."""
    assert is_language(code) is is_one
    assert any("--language" in fault for fault in faults(dataclasses.replace(GOOD, language=code))) is not is_one


def test_an_empty_feed_is_told_of(output: Path, capsys: Output) -> None:
    """Of a feed without an episode it is said that directories do not take it yet."""
    shutil.rmtree(output / "a")
    assert feed() == 0
    assert "once it has an episode" in capsys.readouterr().err
