"""A newsroom's whole day: its feed is followed, an article corrected, another withdrawn, and all of it is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from bucket import BUCKET, Bucket, storing
from loopback import Answer, Site, serving

from reader.cli import run

pytestmark = pytest.mark.whole

Output = pytest.CaptureFixture[str]
TARGET = f"s3://{BUCKET}/lyd"
BASE = "https://lyd.avis.example/"
HEADLINES = ("Broen åbner i dag", "Havnen lukker for altid", "Skolen får »nye« vinduer & døre")
SOUND = re.compile(r"https://lyd\.avis\.example/(.+\.mp3)")


def page(site: Site, number: int, text: str) -> Answer:
    """An article of the newsroom."""
    return Answer(
        f'<html lang="da"><head><title>{HEADLINES[number]}</title>'
        f'<link rel="canonical" href="{site.address}/{number}">'
        f'<meta property="article:published_time" content="2026-03-0{number + 1}T10:00:00+01:00"></head>'
        f"<body><article><h1>{HEADLINES[number]}</h1><p>Af Ida Ravn</p>"
        f"<p>{HEADLINES[number]}, og det er der {number + 4} gode grunde til, mener kommunens folk i Nørrehavn.</p>"
        f"<p>»{text},« siger Bo Holm, der har boet her i femogtyve år og ser det hele fra sit vindue.</p>"
        f"<p>Kommunen venter, at arbejdet er færdigt til efteråret, og at det bliver billigere end ventet.</p>"
        "</article></body></html>"
    )


def feed_of(site: Site, updated: str = "") -> Answer:
    """The newsroom's own feed of its articles; the first may have been updated since."""
    entries = "".join(
        f"<entry><id>{site.address}/{i}</id><title>Nr. {i}</title><link href='{site.address}/{i}'/>"
        f"<published>2026-03-0{i + 1}T10:00:00+01:00</published>"
        f"<updated>{updated if updated and i == 0 else f'2026-03-0{i + 1}T10:00:00+01:00'}</updated></entry>"
        for i in range(len(HEADLINES))
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Avisen</title>{entries}</feed>"
    return Answer(feed, headers={"content-type": "application/atom+xml"})


@pytest.fixture
def newsroom(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with a feed of three articles."""
    monkeypatch.setenv("LYT_CACHE", str(bare_folder / "cache"))
    with serving() as site:
        for number in range(len(HEADLINES)):
            site.answers[f"/{number}"] = page(site, number, "Vi bygger nu, og det haster")
        site.answers["/feed"] = feed_of(site)
        yield site


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, bare_folder: Path) -> Iterator[Bucket]:
    """A store to publish to."""
    with storing() as store:
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
        yield store


def follow(site: Site, *options: str) -> int:
    """Read the newsroom's feed once."""
    return run(["follow", f"{site.address}/feed", "--once", "--allow-private", "--delay", "0", *options])


def heard(bucket: Bucket) -> feedparser.FeedParserDict:
    """The podcast as a listener's client gets it; each sound that it names is there, and as long as it says."""
    feed = feedparser.parse(bucket.objects["lyd/feed.xml"].body)
    assert not feed.bozo
    for entry in feed.entries:
        (enclosure,) = entry.enclosures
        match = SOUND.fullmatch(enclosure.href)
        assert match
        assert len(bucket.objects[f"lyd/{match[1]}"].body) == int(enclosure.length)
    return feed


def names(bucket: Bucket, ending: str) -> list[str]:
    """What the store holds with this ending."""
    return sorted(key.removeprefix("lyd/") for key in bucket.objects if key.endswith(ending))


def test_a_day_at_a_newsroom(newsroom: Site, bucket: Bucket) -> None:
    """Followed, published, corrected and withdrawn, the store holds at each hour what a listener expects."""
    assert follow(newsroom) == 0
    told = ["--base-url", BASE, "--title", "Avisen", "--description", "Læst op", "--site", "127.0.0.1"]
    assert run(["feed", *told]) == 0
    assert run(["publish", TARGET]) == 0
    first = heard(bucket)
    assert [entry.title for entry in first.entries] == list(reversed(HEADLINES))
    assert len(names(bucket, ".mp3")) == 3
    assert len(names(bucket, "index.html")) == 4
    assert not [
        key for key in bucket.objects if key.endswith(("episode.json", "script.json", "render.json", "shows.json"))
    ]
    order = bucket.keys("PUT")
    assert order.index("lyd/feed.xml") == len(order) - 1

    newsroom.answers["/0"] = page(newsroom, 0, "Vi bygger alligevel ikke, siger jeg")
    newsroom.answers["/feed"] = feed_of(newsroom, "2026-03-09T10:00:00+01:00")
    assert follow(newsroom, "--publish", TARGET) == 0
    second = heard(bucket)
    assert [entry.id for entry in second.entries] == [entry.id for entry in first.entries]
    assert [entry.published for entry in second.entries] == [entry.published for entry in first.entries]
    assert second.entries[2].enclosures[0].href == first.entries[2].enclosures[0].href.replace(".mp3", ".r2.mp3")
    assert "alligevel" in bucket.objects[f"lyd/{slug(second, 2)}/transcript.r2.vtt"].body.decode()

    assert run(["withdraw", "--yes", f"output/{slug(second, 1)}"]) == 0
    third = heard(bucket)
    assert [entry.title for entry in third.entries] == [HEADLINES[2], HEADLINES[0]]
    assert not [key for key in bucket.objects if slug(second, 1) in key]
    assert HEADLINES[1] not in bucket.objects["lyd/index.html"].body.decode()
    assert HEADLINES[1] not in bucket.objects["lyd/sitemap.xml"].body.decode()
    assert names(bucket, ".mp3") == sorted(f"{slug(third, i)}/{sound(third, i)}" for i in range(2))

    assert follow(newsroom) == 0
    assert run(["publish", TARGET]) == 0
    assert len(heard(bucket).entries) == 2, "what was withdrawn came back"


def test_a_correction_leaves_nobody_without_sound(newsroom: Site, bucket: Bucket) -> None:
    """Sound that was corrected stays at the target until the next publication; unsent changes are sent by any round."""
    Path("lyt.toml").write_text(
        f'[show]\ntitle = "Avisen"\ndescription = "A"\nbase_url = "{BASE}"\nsites = ["127.0.0.1"]\n', "utf-8"
    )
    assert follow(newsroom) == 0
    assert follow(newsroom, "--publish", TARGET) == 0
    before = heard(bucket)
    newsroom.answers["/0"] = page(newsroom, 0, "Vi bygger alligevel ikke, siger jeg")
    newsroom.answers["/feed"] = feed_of(newsroom, "2026-03-09T10:00:00+01:00")
    assert follow(newsroom, "--publish", TARGET) == 0
    old = f"{slug(before, 2)}/{sound(before, 2)}"
    assert old in names(bucket, ".mp3")
    assert sound(heard(bucket), 2) == sound(before, 2).replace(".mp3", ".r2.mp3")
    folder = f"lyd/{slug(before, 2)}"
    old_text, new_text = (bucket.objects[f"{folder}/transcript{of}.vtt"].body.decode() for of in ("", ".r2"))
    assert ("alligevel" in old_text, "alligevel" in new_text) == (False, True)
    assert follow(newsroom, "--publish", TARGET) == 0
    assert old not in names(bucket, ".mp3")


def test_withdrawn_is_withdrawn_wherever_it_can_be(newsroom: Site, bucket: Bucket, capsys: Output) -> None:
    """Copies go from every target that answers, also where feeds cannot be renewed; those that stay are named."""
    told = ["--base-url", BASE, "--title", "Avisen", "--description", "Læst op", "--site", "127.0.0.1"]
    assert follow(newsroom) == 0
    assert run(["feed", *told]) == 0
    assert run(["publish", TARGET]) == 0
    assert run(["publish", "web"]) == 0
    gone = slug(heard(bucket), 1)
    bucket.refused = lambda _request: (403, "AccessDenied")
    assert run(["withdraw", "--yes", f"output/{gone}"]) == 7
    assert TARGET in capsys.readouterr().err.splitlines()[-1]
    assert not Path("web", gone).exists()
    assert HEADLINES[1] not in Path("web/feed.xml").read_text("utf-8")
    bucket.refused = lambda _request: None
    assert run(["publish", TARGET]) == 0
    assert not [key for key in bucket.objects if gone in key]


def test_withdrawn_is_withdrawn_whatever_became_of_the_feed(newsroom: Site, capsys: Output) -> None:
    """Where the list of shows is damaged, so that no feed can be written, the copies of an episode go all the same."""
    told = ["--base-url", BASE, "--title", "Avisen", "--description", "Læst op", "--site", "127.0.0.1"]
    assert follow(newsroom) == 0
    assert run(["feed", *told]) == 0
    assert run(["publish", "web"]) == 0
    (gone, *_) = sorted(path.name for path in Path("web").iterdir() if path.is_dir())
    Path("output/shows.json").write_text("{", "utf-8")
    assert run(["withdraw", "--yes", f"output/{gone}"]) == 7
    assert "not everywhere; publish again to file://" in capsys.readouterr().err
    assert not Path("web", gone).exists()


def test_what_is_no_episode_takes_nothing_along(newsroom: Site, bucket: Bucket, capsys: Output) -> None:
    """A folder that is no episode, such as that of a whole list, is not withdrawn, and no copy of it goes."""
    assert run(["add", f"{newsroom.address}/0", "--allow-private", "--base-url", "https://mit.example/lyd"]) == 0
    assert run(["publish", TARGET, "reading-list"]) == 0
    (token,) = {key.split("/")[1] for key in bucket.objects}
    assert run(["withdraw", "--yes", f"reading-list/{token}", "reading-list"]) == 3
    assert "DELETE" not in {request.method for request in bucket.asked}


def test_what_would_go_wrong_in_the_end_is_said_at_once(newsroom: Site, capsys: Output) -> None:
    """Where there is no feed to publish, or a target that is none, nothing is read before that is said."""
    assert follow(newsroom, "--publish", "web") == 7
    assert "there is no feed to publish" in capsys.readouterr().err
    for target in ("s3:/lyd", "gopher://x/y"):
        assert follow(newsroom, "--publish", target) == 7
    assert newsroom.asked == []


def test_a_round_says_what_it_left_out(newsroom: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary of a round says why each article was left out, which is well all the same."""
    newsroom.answers["/1"] = page(newsroom, 1, "Vi bygger nu")
    newsroom.answers["/1"].headers["tdm-reservation"] = "1"
    assert follow(newsroom) == 0
    told = capsys.readouterr().err
    assert "1 feed: 2 new, 1 left out" in told
    assert re.search(rf"left out  {newsroom.address}/1 is reserved", told)


def test_a_reading_list_is_published_where_nobody_looks(newsroom: Site, bucket: Bucket) -> None:
    """All of a reading list stands below a name that nobody guesses; what is taken off it leaves the store at once."""
    added = [f"{newsroom.address}/{number}" for number in (0, 1)]
    assert run(["add", *added, "--allow-private", "--base-url", "https://mit.example/lyd"]) == 0
    assert run(["publish", TARGET, "reading-list"]) == 0
    (token,) = {key.split("/")[1] for key in bucket.objects}
    assert len(token) >= 20
    feed = feedparser.parse(bucket.objects[f"lyd/{token}/feed.xml"].body)
    assert {entry.id for entry in feed.entries} == set(added)
    assert all(f"/lyd/{token}/" in entry.enclosures[0].href for entry in feed.entries)

    assert run(["remove", added[0]]) == 0
    feed = feedparser.parse(bucket.objects[f"lyd/{token}/feed.xml"].body)
    assert [entry.id for entry in feed.entries] == added[1:]
    assert len(names(bucket, ".mp3")) == 1


def slug(feed: feedparser.FeedParserDict, number: int) -> str:
    """The folder of an episode."""
    return str(feed.entries[number].enclosures[0].href).split("/")[-2]


def sound(feed: feedparser.FeedParserDict, number: int) -> str:
    """The file of an episode."""
    return str(feed.entries[number].enclosures[0].href).split("/")[-1]
