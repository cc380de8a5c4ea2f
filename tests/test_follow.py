"""Following newsrooms: what is new is converted once, what is corrected anew, and nothing that fails stops the rest."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, serving

from reader import library
from reader.casting import choose_voices
from reader.cli import run
from reader.cli.follow import LOCK
from reader.config import Settings
from reader.errors import ConfigError, FetchError, LytError, OutputError, PartialError, PublishError
from reader.files import alone_in
from reader.following import Event, Means, Outcome, Plan, follow_once
from reader.following.journal import FILE, Feed, Journal, Record, read_journal
from reader.following.schedule import MOST_TRIES, back_off, is_look_due, time_left
from reader.pipeline import narrate
from reader.scraper import robots
from reader.scraper.feeds import BusyError, seconds_asked
from reader.withdrawal import withdraw

NOON = datetime(2024, 6, 10, 12, tzinfo=UTC).timestamp()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
Output = pytest.CaptureFixture[str]

pytestmark = pytest.mark.whole


def story(title: str, words: str = "sol over havnen", head: str = "") -> str:
    """A page with an article of its own."""
    paragraphs = (
        f"<p>Afsnit {number} om {title} melder om {words}, og det har det gjort hele dagen i byen ved vandet.</p>"
        for number in "et to tre".split()
    )
    return (
        f'<!doctype html><html lang="da"><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>'
        f"{''.join(paragraphs)}</article></body></html>"
    )


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


@dataclass
class Newsroom:
    """A site with a feed of stories, somebody who follows it, and a clock that only moves where a test moves it."""

    site: Site
    output: Path
    now: float = NOON
    events: list[Event] = field(default_factory=list)
    renewed: list[Path] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)
    stories: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    @property
    def feed(self) -> str:
        return f"{self.site.address}/rss"

    def publish(
        self, path: str, title: str = "", *, ago: float = HOUR, updated: float | None = None, page: str = ""
    ) -> None:
        """Put a story on the site, and into its feed."""
        title = title or f"Historien {path.strip('/')}"
        self.site.answers[path] = Answer(page or story(title))
        self.stories[path] = {"title": title, "date_published": iso(self.now - ago)}
        if updated is not None:
            self.stories[path]["date_modified"] = iso(updated)
        self.write_feed()

    def write_feed(self, **headers: str) -> None:
        items = [{"id": path, "url": path, **told} for path, told in self.stories.items()]
        text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Nordkysten", "items": items})
        self.site.answers["/rss"] = Answer(text, headers={"content-type": "application/feed+json", **headers})

    def round(self, *feeds: str, first: int = 10, delay: float = 0, retry: bool = False, **changes: Any) -> Outcome:
        settings = replace(self.settings, output=str(self.output), **changes)
        means = Means(
            tell=self.events.append, renew=self.renewed.append, now=lambda: self.now, sleep=self.sleeps.append
        )
        self.site.asked.clear()
        plan = Plan(feeds or (self.feed,), first, delay, retry)
        return follow_once(plan, settings, choose_voices(settings), means)

    def later(self, seconds: float, *feeds: str, **changes: Any) -> Outcome:
        self.now += seconds
        return self.round(*feeds, **changes)

    def episodes(self) -> list[str]:
        return [folder.name for folder in library.episode_folders(self.output)]

    def states(self) -> dict[str, str]:
        return {key.partition("/")[2]: one.state for key, one in read_journal(self.output, self.now).articles.items()}


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    settings = Settings(
        voice="tone", cache=None, verify=False, cover=None, notice=None, allow_private=True, unattended=True
    )
    with serving() as site:
        yield Newsroom(site, tmp_path / "out", settings=settings)


def kinds(outcome: Outcome) -> list[str]:
    return [event.kind for event in outcome.events]


def test_only_what_is_new(newsroom: Newsroom) -> None:
    """At first the newest of a feed are read and the rest is passed over for good; later only what was not there."""
    for number in range(4):
        newsroom.publish(f"/{number}", ago=number * HOUR)
    first = newsroom.round(first=2)
    assert [event.address[-2:] for event in first.events] == ["/0", "/1"]
    assert (first.count("new"), first.passed_over, first.known, first.verdict()) == (2, 2, 0, None)
    newsroom.publish("/4")
    second = newsroom.later(MINUTE, first=2)
    assert [(event.kind, event.address[-2:]) for event in second.events] == [("new", "/4")]
    assert second.known == 4
    assert newsroom.states() == {"0": "done", "1": "done", "2": "passed over", "3": "passed over", "4": "done"}
    assert newsroom.later(MINUTE).events == ()


def test_none_at_first(newsroom: Newsroom) -> None:
    """With --first 0 nothing is read that was there before."""
    newsroom.publish("/a")
    assert newsroom.round(first=0).passed_over == 1
    newsroom.publish("/b")
    assert newsroom.later(MINUTE, first=0).count("new") == 1
    assert newsroom.episodes() == [library.episode_folders(newsroom.output)[0].name]


def test_every_kind_of_feed(newsroom: Newsroom) -> None:
    """RSS, Atom, JSON Feed, a sitemap and an index of packed ones are followed alike."""
    import gzip

    for name in "abcde":
        newsroom.site.answers[f"/{name}"] = Answer(story(f"Historien {name}", f"{name}vejr"))
    home = newsroom.site.address
    bodies: dict[str, str | bytes] = {
        "/f-rss": f"<rss><channel><item><link>{home}/a</link></item></channel></rss>",
        "/f-atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/b"/></entry></feed>',
        "/f-json": '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/c"}]}',
        "/f-map": f"<urlset><url><loc>{home}/d</loc></url></urlset>",
        "/f-index": f"<sitemapindex><sitemap><loc>{home}/part.xml.gz</loc></sitemap></sitemapindex>",
        "/part.xml.gz": gzip.compress(f"<urlset><url><loc>{home}/e</loc></url></urlset>".encode()),
    }
    newsroom.site.answers |= {path: Answer(body) for path, body in bodies.items()}
    outcome = newsroom.round(*(home + path for path in bodies if path.startswith("/f-")))
    assert {event.address[-1] for event in outcome.events if event.kind == "new"} == set("abcde")


def test_an_index_reads_only_maps_that_changed(newsroom: Newsroom) -> None:
    """Of an index, maps that say they are the same are not asked for; old articles of a late map are passed over."""
    home, answers = newsroom.site.address, newsroom.site.answers

    def write(*maps: tuple[str, float, list[str]]) -> None:
        rows = "".join(f"<sitemap><loc>/{n}</loc><lastmod>{iso(t)}</lastmod></sitemap>" for n, t, _ in maps)
        answers["/index"] = Answer(f"<sitemapindex>{rows}</sitemapindex>")
        for name, _, paths in maps:
            urls = "".join(f"<url><loc>{path}</loc></url>" for path in paths)
            answers[f"/{name}"] = Answer(f"<urlset>{urls}</urlset>")

    for path in ("/x", "/y", "/z"):
        answers[path] = Answer(story(f"Historien {path}", path))
    old = [(f"old{number}", NOON - (9 + number) * DAY, [f"/old/{number}"]) for number in range(8)]
    write(("june", NOON - DAY, ["/x"]), *old)
    assert newsroom.round(f"{home}/index", first=1).count("new") == 1
    assert [path for path in newsroom.site.paths() if path.startswith("/old")] == ["/old0", "/old1", "/old2", "/old3"]
    write(("june", NOON, ["/y", "/x"]), *old[:7], ("old7", NOON, ["/old/7", "/old/77"]), ("july", NOON, ["/z"]))
    outcome = newsroom.later(HOUR, f"{home}/index")
    assert {event.address[-2:] for event in outcome.events} == {"/y", "/z"}
    assert newsroom.states()["old/7"] == "passed over"
    assert "/old1" not in newsroom.site.paths()


def test_a_map_that_is_too_long(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a map with more articles than are taken, old ones that come into sight later are passed over."""
    from reader.following import found, reading

    monkeypatch.setattr(found, "MOST_ENTRIES", 2)
    monkeypatch.setattr(reading, "MOST_ENTRIES", 2)

    def write(*paths: str) -> None:
        rows = (f"<url><loc>/{path}</loc><lastmod>2024-06-0{path}</lastmod></url>" for path in paths)
        newsroom.site.answers["/rss"] = Answer(f"<urlset>{''.join(rows)}</urlset>")

    write("1", "2", "3", "4")
    assert newsroom.round(first=0).passed_over == 2
    write("1", "2", "3")
    newsroom.later(HOUR)
    assert newsroom.states() == dict.fromkeys("432", "passed over")


def test_doubles_by_address(newsroom: Newsroom) -> None:
    """Two entries with one canonical address are one article, and so is one that was read by hand before."""
    canonical = f'<link rel="canonical" href="{newsroom.site.address}/a">'
    newsroom.publish("/a", page=story("Broen", head=canonical))
    newsroom.publish("/b", page=story("Broen på forsiden", "regn", head=canonical), ago=2 * HOUR)
    newsroom.publish("/c", page=story("Færgen", "blæst"), ago=3 * HOUR)
    by_hand = replace(newsroom.settings, unattended=False)
    narrate(f"{newsroom.site.address}/c", newsroom.output, settings=by_hand)
    outcome = newsroom.round()
    assert kinds(outcome) == ["new", "left out", "left out"]
    assert "it is there already, as broen" in outcome.events[1].reason
    assert outcome.verdict() is None
    assert len(newsroom.episodes()) == 2


def test_doubles_by_words(newsroom: Newsroom) -> None:
    """An article with the words of another one, whatever its address, headline and marks, is left out."""
    newsroom.publish("/a", page=story("Broen"))
    newsroom.publish("/b", page=story("Broen").replace("<h1>Broen", "<h1>Nyt").replace(", og", " – OG"), ago=2 * HOUR)
    outcome = newsroom.round()
    assert kinds(outcome) == ["new", "left out"]
    assert "the same words as" in outcome.events[1].reason
    assert len(newsroom.episodes()) == 1


def test_two_feeds_with_one_article(newsroom: Newsroom) -> None:
    """An article that two feeds name, each with its own tracking, is fetched once."""
    newsroom.publish("/a")
    link = f"{newsroom.site.address}/a/?utm_source=forside#top"
    newsroom.site.answers["/two"] = Answer(f"<rss><item><link>{link}</link></item></rss>")
    assert newsroom.round(newsroom.feed, f"{newsroom.site.address}/two").count("new") == 1
    assert newsroom.site.paths().count("/a") == 1


def test_withdrawn_stays_withdrawn(newsroom: Newsroom) -> None:
    """A withdrawn episode comes back by no later round, changed, under another address, or with a lost journal."""
    newsroom.publish("/a", page=story("Broen"), updated=NOON)
    newsroom.round()
    withdraw(library.episode_folders(newsroom.output)[0], newsroom.settings)
    newsroom.publish("/a", page=story("Broen"), updated=NOON + HOUR)
    newsroom.publish("/b", page=story("Broen"))
    outcome = newsroom.later(2 * HOUR)
    assert [(event.kind, event.reason) for event in outcome.events] == [("left out", "it was withdrawn")] * 2
    assert newsroom.states() == {"a": "withdrawn", "b": "withdrawn"}
    assert newsroom.later(DAY).events == ()
    (newsroom.output / FILE).unlink()
    newsroom.stories.pop("/b")
    newsroom.write_feed()
    assert newsroom.later(DAY).count("left out") == 1
    assert "/a" not in newsroom.site.paths()
    assert newsroom.episodes() == []


def test_conditional_requests(newsroom: Newsroom) -> None:
    """A feed that did not change is not sent again, and what it named still counts as named."""
    newsroom.publish("/a")
    newsroom.write_feed(etag='"1"')
    newsroom.round()
    outcome = newsroom.later(MINUTE)
    assert ("/rss", '"1"') in newsroom.site.asked
    assert outcome.known == 1
    assert read_journal(newsroom.output, newsroom.now).articles.popitem()[1].named == newsroom.now
    newsroom.publish("/b")
    assert newsroom.later(MINUTE).count("new") == 1


def test_robots(newsroom: Newsroom) -> None:
    """What robots.txt forbids is left out, is no failure, and the file is asked for once in a round."""
    newsroom.publish("/a")
    newsroom.publish("/secret/b")
    newsroom.site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /secret\n")
    outcome = newsroom.round()
    assert sorted(kinds(outcome)) == ["left out", "new"]
    assert outcome.verdict() is None
    assert newsroom.site.paths().count("/robots.txt") == 1
    assert "/secret/b" not in newsroom.site.paths()
    assert newsroom.later(DAY).count("left out", "failed") == 0


def test_robots_of_the_feed(newsroom: Newsroom) -> None:
    """A feed that robots.txt forbids is not fetched; that is its failure."""
    newsroom.publish("/a")
    newsroom.site.answers["/robots.txt"] = Answer(robots.EVERYTHING_DISALLOWED)
    verdict = newsroom.round().verdict()
    assert verdict is not None
    assert (verdict.exit_code, "robots.txt" in str(verdict)) == (3, True)
    assert newsroom.site.paths() == ["/robots.txt"]


def test_robots_that_fail_are_tried_again(newsroom: Newsroom) -> None:
    """A robots.txt that cannot be had now forbids nothing for good: no feed, and no article on another site."""
    newsroom.publish("/a")
    newsroom.site.answers["/robots.txt"] = Answer("", 500)
    assert kinds(newsroom.round()) == ["feed"]
    del newsroom.site.answers["/robots.txt"]
    assert kinds(newsroom.later(HOUR)) == ["new"]
    with serving() as other:
        other.answers |= {"/b": Answer(story("Færgen")), "/robots.txt": Answer("", 503)}
        newsroom.stories[f"{other.address}/b"] = {"title": "Færgen"}
        newsroom.write_feed()
        assert kinds(newsroom.later(MINUTE)) == ["failed"]
        del other.answers["/robots.txt"]
        assert kinds(newsroom.later(HOUR)) == ["new"]


@pytest.mark.parametrize("where", ["header", "page", "site"])
def test_reserved_pages_are_left(newsroom: Newsroom, where: str) -> None:
    """A page that is reserved against text and data mining is left out, unless somebody sits at it."""
    head = '<meta name="tdm-reservation" content="1">' if where == "page" else ""
    newsroom.publish("/a", page=story("Broen", head=head))
    if where == "header":
        newsroom.site.answers["/a"].headers["tdm-reservation"] = "1"
    if where == "site":
        rules = json.dumps([{"location": "/a", "tdm-reservation": 1}])
        newsroom.site.answers["/.well-known/tdmrep.json"] = Answer(rules)
    outcome = newsroom.round()
    assert [(event.kind, "reserved" in event.reason) for event in outcome.events] == [("left out", True)]
    assert outcome.verdict() is None
    newsroom.publish("/b")
    if where != "site":
        (newsroom.output / FILE).unlink()
        assert newsroom.round(unattended=False).count("new") == 2


def test_visits_keep_their_distance(newsroom: Newsroom) -> None:
    """Between two visits to one host there is the delay, be it for its rules, a feed or an article."""
    newsroom.publish("/a")
    newsroom.publish("/b")
    newsroom.round(delay=5)
    assert newsroom.site.paths() == ["/robots.txt", "/rss", "/.well-known/tdmrep.json", "/a", "/b"]
    assert len(newsroom.sleeps) == 4
    assert all(0 < sleep <= 5 for sleep in newsroom.sleeps)


def test_corrections_that_a_feed_tells(newsroom: Newsroom) -> None:
    """Where a feed says that an article was changed, it is fetched again and only what changed is rendered."""
    newsroom.publish("/a", updated=NOON - HOUR)
    newsroom.publish("/b", updated=NOON - HOUR)
    newsroom.round()
    assert newsroom.later(DAY).events == ()
    assert not {"/a", "/b"} & set(newsroom.site.paths())
    page = story("Historien a").replace("Afsnit to om", "Afsnit to nu om")
    newsroom.publish("/a", updated=NOON + HOUR, page=page)
    outcome = newsroom.later(HOUR)
    (event,) = outcome.events
    assert (event.kind, event.address[-2:]) == ("corrected", "/a")
    assert event.refreshed is not None
    assert len(event.refreshed.changed) == 1
    assert "/b" not in newsroom.site.paths()
    assert newsroom.later(HOUR).events == ()
    assert "/a" not in newsroom.site.paths()


def test_corrections_that_nobody_tells(newsroom: Newsroom) -> None:
    """Where a feed gives no time of change, or names a page no more, it is looked at ever more rarely."""
    newsroom.publish("/a", ago=0)
    newsroom.round()
    looks = []
    for step in [HOUR / 8] * 17 + [HOUR * 12] * 16:
        newsroom.later(step)
        if "/a" in newsroom.site.paths():
            looks.append((newsroom.now - NOON) / HOUR)
    assert looks == [0.25, 0.5, 1.0, 2.0, 14.125, 38.125, 86.125]
    newsroom.publish("/b", ago=0)
    newsroom.later(0)
    del newsroom.stories["/b"]
    newsroom.write_feed()
    newsroom.later(HOUR)
    assert "/b" in newsroom.site.paths()


def test_a_correction_is_found_by_looking(newsroom: Newsroom) -> None:
    """What a look finds changed is rendered, and its new words tell doubles from then on, withdrawn or not."""
    newsroom.publish("/a", page=story("Broen"))
    newsroom.round()
    newsroom.site.answers["/a"].body = story("Broen", "torden over havnen")
    assert kinds(newsroom.later(HOUR)) == ["corrected"]
    newsroom.publish("/b", page=story("Broen", "torden over havnen"), ago=1)
    newsroom.publish("/c", page=story("Broen"), ago=2)
    assert kinds(newsroom.later(MINUTE)) == ["left out", "new"]
    withdraw(library.episode_folders(newsroom.output)[0], newsroom.settings)
    newsroom.publish("/d", page=story("Broen", "torden over havnen"))
    assert [event.reason for event in newsroom.later(MINUTE).events] == ["it was withdrawn"]


def test_what_was_taken_down_is_told(newsroom: Newsroom) -> None:
    """Of a page that is gone, a person is told how to take its episode away, also where the feed names it no more."""
    newsroom.publish("/a", updated=NOON - HOUR)
    newsroom.publish("/b", updated=NOON - HOUR)
    newsroom.round()
    del newsroom.stories["/a"]
    newsroom.write_feed()
    newsroom.site.answers["/a"] = Answer("", status=410)
    outcome = newsroom.later(HOUR)
    assert [(event.kind, event.address[-2:]) for event in outcome.events] == [("gone", "/a")]
    assert newsroom.later(HOUR).events == ()


def test_a_look_that_finds_nothing_renews_nothing(newsroom: Newsroom) -> None:
    """Feeds are written anew after a round in which something was rendered, and after no other."""
    newsroom.publish("/a")
    newsroom.round()
    assert len(newsroom.renewed) == 1
    assert newsroom.later(HOUR).events == ()
    assert "/a" in newsroom.site.paths()
    assert len(newsroom.renewed) == 1
    newsroom.site.answers["/a"].body = story("Historien a", "torden over havnen")
    assert kinds(newsroom.later(DAY / 4)) == ["corrected"]
    assert len(newsroom.renewed) == 2


def test_what_waits_can_be_tried_at_once(newsroom: Newsroom) -> None:
    """A retry asks feeds and articles that failed before, and those that were left out, without any wait."""
    newsroom.publish("/a")
    newsroom.publish("/b")
    newsroom.site.answers["/a"].status = 500
    newsroom.site.answers["/b"].headers["tdm-reservation"] = "1"
    assert sorted(kinds(newsroom.round())) == ["failed", "left out"]
    newsroom.site.answers["/a"].status = 200
    del newsroom.site.answers["/b"].headers["tdm-reservation"]
    assert kinds(newsroom.later(0)) == []
    assert kinds(newsroom.round(retry=True)) == ["new", "new"]


def test_a_wall_is_no_correction(newsroom: Newsroom) -> None:
    """A page that suddenly shows hardly anything of its article is a failure, and the episode stays as it was."""
    long = "".join(f"<p>Afsnit {number} om vejret i byen ved vandet, hvor det regner.</p>" for number in range(40))
    newsroom.publish("/a", page=f'<html lang="da"><article><h1>Broen</h1>{long}</article></html>')
    newsroom.round()
    (folder,) = library.episode_folders(newsroom.output)
    before = library.stored(folder)
    newsroom.site.answers["/a"].body = '<html lang="da"><h1>Broen</h1><p>Er du et menneske? Så tryk her.</p></html>'
    (event,) = newsroom.later(HOUR).events
    assert (event.kind, "only" in event.reason) == ("failed", True)
    assert library.stored(folder) == before


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone(newsroom: Newsroom, status: int) -> None:
    """An article whose page was taken down is reported once, stays, and is looked at again when it changes."""
    newsroom.publish("/a")
    newsroom.round()
    newsroom.site.answers["/a"].status = status
    outcome = newsroom.later(HOUR)
    assert kinds(outcome) == ["gone"]
    assert outcome.verdict() is None
    assert len(newsroom.episodes()) == 1
    newsroom.later(DAY)
    assert "/a" not in newsroom.site.paths()
    newsroom.publish("/a", page=story("Historien a", "hagl"), updated=newsroom.now)
    assert kinds(newsroom.later(HOUR)) == ["corrected"]


def test_a_failing_look_backs_off(newsroom: Newsroom) -> None:
    """A look that fails is a failure, tried again after a while; a correction is not forgotten over it."""
    newsroom.publish("/a", updated=NOON - HOUR)
    newsroom.round()
    newsroom.publish("/a", page=story("Historien a", "sne"), updated=NOON)
    newsroom.site.answers["/a"].status = 500
    outcome = newsroom.later(HOUR)
    assert (kinds(outcome), outcome.soonest) == (["failed"], 300)
    newsroom.site.answers["/a"].status = 200
    assert kinds(newsroom.later(MINUTE)) == []
    assert kinds(newsroom.later(5 * MINUTE)) == ["corrected"]


FAULTS: dict[str, Answer] = {
    "404": Answer("no", 404),
    "500": Answer("no", 500),
    "429": Answer("no", 429),
    "empty": Answer(""),
    "captcha": Answer("<html><body><p>Er du et menneske?</p><input></body></html>"),
    "truncated": Answer("<html>", headers={"content-length": "999"}),
    "loop": Answer("", 302, {"location": "/bad"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_bad_article_of_three(newsroom: Newsroom, fault: str) -> None:
    """Whatever is wrong with one article, the others are read, and the run ends with the code of a part."""
    newsroom.publish("/a", ago=1)
    newsroom.publish("/bad", ago=2)
    newsroom.publish("/c", ago=3)
    newsroom.site.answers["/bad"] = FAULTS[fault]
    outcome = newsroom.round()
    assert kinds(outcome) == ["new", "failed", "new"]
    verdict = outcome.verdict()
    assert isinstance(verdict, PartialError)
    assert outcome.soonest == 300
    assert newsroom.states() == {"a": "done", "bad": "failed", "c": "done"}


LEFT_OUT: dict[str, Answer] = {
    "pdf": Answer(b"%PDF-1.7", headers={"content-type": "application/pdf"}),
    "teaser": Answer(
        story(
            "Broen",
            head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
        )
    ),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_is_left_out(newsroom: Newsroom, kind: str) -> None:
    """What is no article that anybody may hear is left out once, with its reason, until its feed says it changed."""
    newsroom.publish("/a", updated=NOON - HOUR)
    newsroom.site.answers["/a"] = LEFT_OUT[kind]
    outcome = newsroom.round()
    assert (kinds(outcome), outcome.verdict()) == (["left out"], None)
    assert outcome.events[0].reason
    assert newsroom.later(DAY).events == ()
    newsroom.publish("/a", updated=NOON)
    assert kinds(newsroom.later(HOUR)) == ["new"]


def test_another_language_is_left_out(newsroom: Newsroom) -> None:
    """An article in a language that the voice does not speak is left out."""
    english = "".join(
        f"<p>The harbour of the town was closed on {day}, and nobody there knows when it will be opened again.</p>"
        for day in "Monday Tuesday Wednesday Thursday".split()
    )
    head = '<!doctype html><html lang="en"><head><title>Harbour</title></head>'
    page = f"{head}<article><h1>Harbour</h1>{english}</article></html>"
    newsroom.publish("/a", page=page)
    assert kinds(newsroom.round(voice="espeak:da")) == ["left out"]


def test_back_off_is_kept_and_ends(newsroom: Newsroom) -> None:
    """A failing article is asked for after 5 minutes, 10, 20 and so on, and given up after eight tries."""
    newsroom.publish("/bad")
    newsroom.site.answers["/bad"] = Answer("no", 500)
    assert newsroom.round().soonest == 300
    for wait, after in pairwise([300, 600, 1200, 2400, 4800, 9600, 19200, None]):
        assert newsroom.later((wait or 0) - 1).events == ()
        assert newsroom.later(1).soonest == after
    assert kinds(newsroom.later(DAY)) == []
    assert [event.kind for event in newsroom.events] == ["failed"] * (MOST_TRIES - 1) + ["given up"]
    assert newsroom.states() == {"bad": "given up"}
    newsroom.publish("/bad", updated=newsroom.now)
    assert kinds(newsroom.later(MINUTE)) == ["new"]


def test_tries_go_on_when_a_feed_forgets(newsroom: Newsroom) -> None:
    """A failed article is tried again though its feed no longer names it."""
    newsroom.publish("/a")
    newsroom.site.answers["/a"].status = 503
    newsroom.round()
    newsroom.site.answers["/a"].status = 200
    newsroom.stories.clear()
    newsroom.write_feed()
    assert kinds(newsroom.later(HOUR)) == ["new"]


FEED_FAULTS: dict[str, tuple[Answer, str]] = {
    "404": (Answer("no", 404), "404"),
    "500": (Answer("no", 500), "try again later"),
    "empty": (Answer(""), "answered with nothing"),
    "garbage": (Answer(b"\x00\x01garbage", headers={"content-type": "text/xml"}), "neither a feed"),
    "html": (Answer("<!doctype html><html><p>Er du et menneske?"), "is a web page, no feed"),
    "loop": (Answer("", 301, {"location": "/rss"}), "redirects"),
    "truncated": (Answer("<rss>", headers={"content-length": "999"}), "could not be fetched"),
    "laughs": (Answer('<!DOCTYPE rss [<!ENTITY a "ha">]><rss/>'), "defines entities"),
    "damaged": (Answer("garbage" * 9, headers={"content-encoding": "gzip"}), "damaged"),
    "private": (Answer("", 302, {"location": "http://169.254.169.254/rss"}), "refused"),
}


@pytest.mark.parametrize("fault", FEED_FAULTS)
def test_one_bad_feed_of_two(newsroom: Newsroom, fault: str) -> None:
    """Whatever is wrong with one feed, the other is read; alone, its own error is the run's."""
    newsroom.publish("/a")
    newsroom.site.answers["/good"], (newsroom.site.answers["/rss"], told) = (
        newsroom.site.answers["/rss"],
        FEED_FAULTS[fault],
    )
    outcome = newsroom.round(newsroom.feed, f"{newsroom.site.address}/good")
    assert kinds(outcome) == ["feed", "new"]
    assert isinstance(outcome.verdict(), PartialError)
    again = newsroom.later(MINUTE)
    assert (again.events, again.waiting) == ((), {newsroom.feed: 240})
    assert isinstance(again.verdict(), PartialError)
    alone_then = newsroom.later(HOUR)
    assert alone_then.soonest == 600
    error = alone_then.verdict()
    assert error is not None
    assert told in str(error)
    assert error.exit_code == 3


def test_a_front_page_leads_to_its_feed(newsroom: Newsroom) -> None:
    """Of a front page the feed is read that it names."""
    newsroom.publish("/a")
    newsroom.site.answers["/"] = Answer('<html><link rel="alternate" type="application/rss+xml" href="/rss"></html>')
    outcome = newsroom.round(f"{newsroom.site.address}/")
    assert (kinds(outcome), outcome.verdict()) == (["new"], None)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(newsroom: Newsroom, status: int) -> None:
    """A feed that asks to be left alone is, for as long as it asks, but a day at most."""
    newsroom.publish("/a")
    good = newsroom.site.answers["/rss"]
    for asked, waits in (("1800", 1800), ("99999999", DAY), ("1", 1200)):
        newsroom.site.answers["/rss"] = Answer("", status, {"retry-after": asked})
        outcome = newsroom.round()
        assert isinstance(outcome.events[0].error, BusyError)
        assert outcome.soonest == waits
        newsroom.now += waits - 1
        assert newsroom.round().waiting == {newsroom.feed: 1}
        newsroom.now += 1
    newsroom.site.answers["/rss"] = good
    assert kinds(newsroom.round()) == ["new"]
    now = datetime(2024, 6, 3, 10, tzinfo=UTC)
    assert seconds_asked("Mon, 03 Jun 2024 10:00:30 GMT", now) == 30
    assert [seconds_asked(text, now) for text in (None, "soon", "-1", "²")] == [None] * 4


def test_a_slow_feed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that takes longer than the timeout fails as any other."""
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        outcome = newsroom.round(f"http://127.0.0.1:{silent.getsockname()[1]}/rss", timeout=0.2)
    assert "did not answer within 0.2 seconds" in str(outcome.verdict())


def test_only_named_hosts_may_be_private(newsroom: Newsroom) -> None:
    """A feed on a host that is not public may name its own articles, and no other such host."""
    newsroom.publish("/a")
    newsroom.stories["http://localhost:1/b"] = {"title": "b", "date_published": iso(NOON - DAY)}
    newsroom.write_feed()
    outcome = newsroom.round()
    assert kinds(outcome) == ["new", "failed"]
    assert "localhost was refused" in outcome.events[1].reason


def test_clocks_that_jump(newsroom: Newsroom) -> None:
    """A clock that was years ahead or is set back keeps neither feed nor article waiting for more than a day."""
    newsroom.publish("/a")
    newsroom.publish("/bad")
    newsroom.site.answers["/bad"].status = 500
    newsroom.now = NOON + 10 * 365 * DAY
    newsroom.round()
    newsroom.now = NOON + DAY
    newsroom.publish("/b")
    assert newsroom.round().count("new") == 1
    newsroom.site.answers["/bad"].status = 200
    newsroom.site.answers["/a"].body = story("Historien a", "dis")
    assert sorted(kinds(newsroom.later(2 * DAY))) == ["corrected", "new"]
    newsroom.now -= 5 * 365 * DAY
    newsroom.publish("/c")
    assert newsroom.round().count("new") == 1


def test_times_to_come_count_as_now(tmp_path: Path) -> None:
    """What a clock that was ahead wrote into the journal is taken for now, so that it is forgotten in its time."""
    journal = Journal(tmp_path)
    journal.feeds["f"] = Feed(since=NOON + DAY, read=NOON + DAY)
    journal.put("a", Record("https://n.example/a", "f", "done", first=NOON - DAY, named=NOON + DAY, looked=NOON + 1))
    again = read_journal(tmp_path, NOON)
    record, feed = again.articles["a"], again.feeds["f"]
    assert (record.first, record.named, record.looked, feed.since, feed.read) == (NOON - DAY, NOON, NOON, NOON, NOON)


def test_waits() -> None:
    """Waits double from five minutes to a day; one whose beginning is still to come is over."""
    assert [back_off(tries) for tries in (1, 2, 3, 9, 10, 10**9)] == [300, 600, 1200, 76800, DAY, DAY]
    assert (back_off(1, 1000), back_off(1, 1e9), back_off(3, 10)) == (1000, DAY, 1200)
    assert [time_left(100, 50, now) for now in (99, 100, 120, 150, 1e9)] == [0, 50, 30, 0, 0]
    assert time_left(0, 1e12, 1) == DAY - 1
    assert [is_look_due(0, 0, age) for age in (899, 900, 6 * DAY, 8 * DAY)] == [False, True, True, False]
    assert [is_look_due(0, looked, 10 * HOUR) for looked in (5 * HOUR, 6 * HOUR, 11 * HOUR)] == [True, False, True]


def test_old_entries_are_dropped(newsroom: Newsroom) -> None:
    """What no feed has named for 90 days is forgotten, but not while its feed cannot be read."""
    newsroom.publish("/a")
    newsroom.publish("/b")
    newsroom.round()
    del newsroom.stories["/a"]
    newsroom.write_feed()
    newsroom.later(89 * DAY)
    assert set(newsroom.states()) == {"a", "b"}
    good = newsroom.site.answers.pop("/rss")
    newsroom.later(2 * DAY)
    assert set(newsroom.states()) == {"a", "b"}
    newsroom.site.answers["/rss"] = good
    newsroom.later(DAY)
    assert set(newsroom.states()) == {"b"}
    newsroom.publish("/a")
    assert kinds(newsroom.later(DAY)) == ["left out"]


DAMAGED = {
    "no JSON": b"{",
    "binary": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "foreign": b'{"version": 7}',
    "other format": b'{"format": 2, "feeds": {}, "articles": {}}',
    "no tables": b'{"format": 1, "feeds": [], "articles": {}}',
    "state": b'{"format": 1, "feeds": {}, "articles": '
    b'{"a": {"url": "", "feed": "", "state": "x", "first": 0, "named": 0}}}',
    "type": b'{"format": 1, "feeds": {"f": {"since": "now"}}, "articles": {}}',
    "huge": b'{"format": 1, "feeds": {"f": {"since": 1' + b"0" * 400 + b'}}, "articles": {}}',
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_journal(newsroom: Newsroom, damage: str) -> None:
    """A journal that is damaged or another program's is one clear error, before anything is fetched."""
    newsroom.output.mkdir()
    (newsroom.output / FILE).write_bytes(DAMAGED[damage])
    with pytest.raises(ConfigError, match="remove it"):
        newsroom.round()
    assert newsroom.site.asked == []
    assert (newsroom.output / FILE).read_bytes() == DAMAGED[damage]


def test_hostile_titles(newsroom: Newsroom) -> None:
    """Half a character and control characters in a feed damage no journal."""
    newsroom.publish("/a", "Broen \ud800 \x1b[31m åbner", page=story("Broen"))
    newsroom.stories["/\udfff"] = {"title": "x"}
    newsroom.write_feed()
    assert "new" in kinds(newsroom.round())
    assert newsroom.later(MINUTE).events == ()


def test_renewal(newsroom: Newsroom) -> None:
    """What is published is renewed after a round that changed something; what failed at it is made up for later."""
    newsroom.publish("/a")
    newsroom.round()
    newsroom.later(MINUTE)
    assert newsroom.renewed == [newsroom.output]
    newsroom.publish("/b")

    def fail(_: Path) -> None:
        raise PublishError("no")

    settings = replace(newsroom.settings, output=str(newsroom.output))
    means = Means(renew=fail, now=lambda: newsroom.now)
    outcome = follow_once(Plan((newsroom.feed,), delay=0), settings, choose_voices(settings), means)
    assert isinstance(outcome.verdict(), PublishError)
    newsroom.later(MINUTE)
    assert newsroom.renewed == [newsroom.output] * 2


def test_an_episode_that_was_removed(newsroom: Newsroom) -> None:
    """An episode that somebody deleted is not made again on our own account; a change in its feed brings it back."""
    newsroom.publish("/a", updated=NOON - HOUR)
    newsroom.round()
    shutil.rmtree(library.episode_folders(newsroom.output)[0])
    newsroom.stories["/a"]["date_modified"] = iso(NOON)
    newsroom.write_feed()
    assert kinds(newsroom.later(HOUR)) == ["left out"]
    newsroom.stories["/a"]["date_modified"] = iso(NOON + HOUR)
    newsroom.write_feed()
    assert kinds(newsroom.later(HOUR)) == ["new"]


def test_offline(newsroom: Newsroom) -> None:
    """Offline nothing is opened."""
    with pytest.raises(FetchError, match="offline"):
        newsroom.round(offline=True)
    assert newsroom.site.asked == []


def test_a_killed_run_is_taken_up(newsroom: Newsroom) -> None:
    """An episode that a killed run had finished, but not entered, is told of and not made again."""
    newsroom.publish("/a")
    newsroom.round()
    journal = read_journal(newsroom.output, newsroom.now)
    for key, record in journal.articles.items():
        journal.articles[key] = replace(record, state="begun", slug=None, looked=0.0)
    journal.write()
    outcome = newsroom.later(MINUTE)
    assert kinds(outcome) == ["new"]
    assert "/a" not in newsroom.site.paths()
    assert newsroom.states() == {"a": "done"}
    assert len(newsroom.episodes()) == 1


@pytest.fixture
def typed(newsroom: Newsroom, bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the newsroom is followed at a terminal, once."""
    monkeypatch.setenv("LYT_CACHE", str(bare_folder / "cache"))
    options = ["--once", "--allow-private", "--delay", "0", "--no-cover", "--no-verify"]
    return ["follow", newsroom.feed, "-o", str(newsroom.output), *options]


def test_the_command(newsroom: Newsroom, typed: list[str], capsys: Output) -> None:
    """Episodes are told as by lyt read, then the round in one line, then all that did not go well."""
    newsroom.publish("/a")
    newsroom.publish("/bad")
    newsroom.publish("/c")
    newsroom.site.answers["/bad"].status = 500
    newsroom.site.answers["/c"] = LEFT_OUT["pdf"]
    assert run(typed) == 8
    out, err = capsys.readouterr()
    assert out == f"{newsroom.output}/{newsroom.episodes()[0]}/{newsroom.episodes()[0]}.mp3\n"
    assert "1 feed: 1 new, 1 failed (again in 5 min), 1 left out\n" in err
    assert f"  failed    {newsroom.site.address}/bad answered 500" in err
    assert f"  left out  {newsroom.site.address}/c is application/pdf" in err
    assert err.endswith("lyt: 1 article failed; the others are done\n")
    assert run(typed) == 0
    assert capsys.readouterr().err == "1 feed: 3 known\n"


def test_the_command_in_json(newsroom: Newsroom, typed: list[str], capsys: Output) -> None:
    """With --json stdout is an object for each event, as of lyt read and lyt refresh, and one with the counts."""
    newsroom.publish("/a", ago=0, updated=NOON)
    newsroom.publish("/bad", ago=1)
    newsroom.publish("/c", ago=2)
    newsroom.site.answers["/bad"].status = 500
    newsroom.site.answers["/c"] = LEFT_OUT["pdf"]
    assert run([*typed, "--json"]) == 8
    made, failed, left_out, counts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (made["source"], made["title"]) == (f"{newsroom.site.address}/a", "Historien a")
    assert Path(made["mp3"]).is_file()
    assert (failed["exit_code"], failed["again"]) == (3, 300)
    assert "application/pdf" in left_out["left_out"]
    assert {"feeds": 1, "new": 1, "failed": 1, "left_out": 1, "exit_code": 8}.items() <= counts.items()
    newsroom.publish("/a", page=story("Historien a", "rusk"), updated=NOON + HOUR)
    newsroom.site.answers["/bad"].status = 200
    assert run([*typed, "--json"]) == 0
    corrected, counts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert corrected["refreshed"] is True
    assert corrected["changed"]
    assert (counts["corrected"], counts["exit_code"]) == (1, 0)


def test_a_single_bad_feed(newsroom: Newsroom, typed: list[str], capsys: Output) -> None:
    """Where no feed could be read, the exit code is that of the first one's error, which is told once."""
    assert run(typed) == 3
    err = capsys.readouterr().err
    assert err.count(" 404 ") == 1
    assert "1 failed (again in 5 min)" in err


@pytest.mark.parametrize("offline", ["--offline", "LYT_OFFLINE"])
def test_offline_at_a_terminal(
    newsroom: Newsroom, typed: list[str], offline: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Offline is one line and exit code 3; nothing is opened, and no folder made."""
    monkeypatch.setenv("LYT_OFFLINE", "1" if offline == "LYT_OFFLINE" else "0")
    assert run([*typed, "--offline"] if offline == "--offline" else typed) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert newsroom.site.asked == []
    assert not newsroom.output.exists()


def test_a_second_run_does_nothing(newsroom: Newsroom, typed: list[str], capsys: Output) -> None:
    """While a run follows feeds into a folder, another one says so in a line, and that is no error."""
    newsroom.publish("/a")
    with alone_in(newsroom.output, LOCK, waits=False):
        assert run(typed) == 0
    assert "another run" in capsys.readouterr().err
    assert newsroom.site.asked == []


@pytest.mark.parametrize("arguments", [["feed.xml"], ["https://n.example/rss", "--title", "x"], ["--once"]])
def test_wrong_calls(arguments: list[str], bare_folder: Path, capsys: Output) -> None:
    """A feed that is no address, a title for all, or no feed at all, is a wrong call."""
    assert run(["follow", *arguments]) == 2


def test_a_wrong_setting_stops_the_run(newsroom: Newsroom, typed: list[str], capsys: Output) -> None:
    """A voice that does not exist, or a damaged journal, stops the run before anything is fetched."""
    newsroom.publish("/a")
    assert run([*typed, "--voice", "nosuch"]) == 2
    newsroom.output.mkdir(exist_ok=True)
    (newsroom.output / FILE).write_text("{")
    assert run(typed) == 2
    assert "remove it" in capsys.readouterr().err
    assert newsroom.site.asked == []


@pytest.mark.parametrize(("options", "made"), [([], 0), (["--unattended"], 0), (["--by-hand"], 1)])
def test_unattended_unless_typed(newsroom: Newsroom, typed: list[str], options: list[str], made: int) -> None:
    """Reserved pages are left, unless somebody typed that he sits at it."""
    newsroom.publish("/a", page=story("Broen", head='<meta name="tdm-reservation" content="1">'))
    assert run([*typed, *options]) == 0
    assert len(newsroom.episodes()) == made


def process(typed: list[str], folder: Path) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    places = {
        "LYT_VOICE": "tone",
        "LYT_CACHE": str(folder / "cache"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PATH": "",
    }
    command = [sys.executable, "-m", "reader.cli", *typed]
    return subprocess.Popen(
        command,
        env={"LYT_VOICE": "tone", "PATH": "", **places},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(holds: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("state", ["new", "begun", "done"])
def test_kill(newsroom: Newsroom, typed: list[str], bare_folder: Path, state: str) -> None:
    """A run that is killed in mid-round leaves whole episodes only, and the next one goes on without doubles."""
    for number in range(3):
        newsroom.publish(f"/{number}", ago=number)
    running = process(typed, bare_folder)
    journal = newsroom.output / FILE
    wait_until(lambda: journal.exists() and f'"state": "{state}"' in journal.read_text(), running)
    running.kill()
    running.communicate()
    assert all(library.stored(folder) for folder in library.episode_folders(newsroom.output))
    last = process([*typed, "--json"], bare_folder)
    out, told = last.communicate(timeout=120)
    assert last.returncode == 0, told
    assert set(newsroom.states().values()) == {"done"}
    assert len(newsroom.episodes()) == 3
    assert json.loads(out.splitlines()[-1])["failed"] == 0
    assert len(json.loads((newsroom.output / FILE).read_text())["articles"]) == 3


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_round_after_round(newsroom: Newsroom, typed: list[str], bare_folder: Path, by: signal.Signals) -> None:
    """Without --once the run waits for the next round, whatever failed; to be stopped then is a good end, at once."""
    newsroom.publish("/bad")
    newsroom.site.answers["/bad"].status = 500
    running = process([word for word in typed if word != "--once"], bare_folder)
    journal = newsroom.output / FILE
    wait_until(lambda: journal.exists() and '"failed"' in journal.read_text(), running)
    assert running.stderr is not None
    told = [running.stderr.readline() for _ in range(3)]
    assert told[0].startswith("1 feed: 1 failed")
    time.sleep(0.3)
    running.send_signal(by)
    assert running.wait(10) == 0
    running.communicate()


def test_rounds_go_on_after_an_error(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """An error of one round is told and the next one begins after the pause; a wrong call ends them."""
    from reader.cli import follow

    results: list[LytError | None] = [FetchError("first"), OutputError("second"), None, ConfigError("last")]
    pauses: list[float] = []
    monkeypatch.setattr(follow, "_wait", pauses.append)

    def read_round(_plan: Plan) -> LytError | None:
        result = results.pop(0)
        if isinstance(result, OutputError | ConfigError):
            raise result
        return result

    with pytest.raises(ConfigError):
        follow._for_ever(read_round, Plan(()), 60)
    assert pauses == [60, 60, 60]
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if not line.startswith("Next look at ")] == ["lyt: first", "lyt: second"]
    assert len(told) == 5
