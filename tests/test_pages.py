"""lyt page, embed and preview: the player on web pages, and what the pages say."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup, Tag

from reader import files, library, pages
from reader.casting import choose_voices
from reader.cli import run
from reader.config import Settings
from reader.errors import OutputError, PublishError, ScriptError
from reader.pipeline import narrate
from reader.prepared import Prepared
from reader.preview import preview_server
from reader.publisher import embed as embedding
from reader.publisher.embed import Embedding, audio_object, embed_html, player_script
from reader.publisher.listing import Listing, listing_from
from reader.publisher.page import episode_page, library_page
from reader.soundside import record

TEXT = (
    "Broen åbner\n\nDet regner i Nørrehavn, og ingen er ude at gå.\n\n"
    "»Vi bygger nu, og det haster,« siger Ida Ravn. »Vi graver hele natten,« siger Bo Holm.\n\nJa.\n\n"
    "»Vi bygger nu, og det haster,« siger Ida Ravn.\n\nJa.\n\nSå gik de hjem.\n"
)
BRIDGE, HARBOUR = Path("output/broen-aabner"), Path("output/havnen-lukker")
MISSING = ...
Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with two episodes, which no test changes."""
    folder = tmp_path_factory.mktemp("shelf")
    settings = Settings(voice="tone", cache=None, verify=False)
    for name, text in (("broen", TEXT), ("havnen", "Havnen lukker\n\nDet blæser.\n")):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        narrate(str(folder / f"{name}.txt"), folder / "output", settings=settings)
    return folder / "output"


@pytest.fixture
def output(bare_folder: Path, shelf: Path) -> Path:
    """The same for one test, as the folder output of the folder to work in."""
    shutil.copytree(shelf, bare_folder / "output")
    return Path("output")


@pytest.fixture(scope="module")
def listing(shelf: Path) -> Listing:
    """What others are told of an episode."""
    return pages.listing(shelf / BRIDGE.name)


def change(folder: Path, place: str, value: object) -> None:
    """Write another value into an episode.json."""
    file = folder / library.SIDECAR
    file.write_text(json.dumps(changed(json.loads(file.read_bytes()), place, value)), "utf-8")


def changed(plain: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """A copy of a plain value with another one at a place such as "chapters.1.id"; MISSING takes the place away."""
    copy: dict[str, Any] = json.loads(json.dumps(plain))
    *way, last = place.split(".")
    inner: Any = copy
    for name in way:
        inner = inner[int(name) if isinstance(inner, list) else name]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return copy


def soup(html: str | Path, parser: str = "html.parser") -> BeautifulSoup:
    """A page, parsed."""
    return BeautifulSoup(html.read_text("utf-8") if isinstance(html, Path) else html, parser)


def only(page: BeautifulSoup, selector: str) -> Tag:
    """The one element that a selector finds."""
    (found,) = page.select(selector)
    return found


def listed(output: Path) -> list[str]:
    """The addresses in the list of all articles."""
    return [str(link["href"]) for link in soup(output / library.PAGE).select(".index h2 a")]


def path_of(address: object) -> str:
    """The path that a browser asks for, as the server reads it."""
    return unquote(urlsplit(str(address)).path)


def embedded(capsys: Output, *options: str, folder: Path = BRIDGE) -> list[str]:
    """What lyt embed prints, by line."""
    capsys.readouterr()
    assert run(["embed", str(folder), *options]) == 0
    return capsys.readouterr().out.splitlines()


# lyt page


def test_an_article_gets_a_page(output: Path, capsys: Output) -> None:
    """The page stands in the episode's folder, the player and the list of what has a page above it."""
    assert run(["page", str(BRIDGE)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{BRIDGE / 'index.html'}\n"
    assert "lyt preview " in err
    assert (output / "lyt.js").read_bytes() == player_script()
    assert listed(output) == ["broen-aabner/"]
    page = soup(BRIDGE / "index.html")
    assert only(page, "h1").text == "Broen åbner"
    assert only(page, "audio")["src"] == "broen-aabner.mp3"
    assert (BRIDGE / str(only(page, "script[src]")["src"])).resolve() == (output / "lyt.js").resolve()
    assert [tag.text for tag in page.select("article > p")] == [part.strip() for part in TEXT.split("\n\n")[1:]]


def test_all_articles_get_a_page(output: Path, capsys: Output) -> None:
    """Without a name every episode of the output folder gets a page, and the list leads to all of them."""
    assert run(["page"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{BRIDGE / 'index.html'}", f"{HARBOUR / 'index.html'}"]
    assert sorted(listed(output)) == ["broen-aabner/", "havnen-lukker/"]
    assert all((output / address / "index.html").is_file() for address in listed(output))
    sounds = [str(audio["src"]) for audio in soup(output / "index.html").select("audio")]
    assert len(sounds) == 2
    assert all((output / sound).is_file() for sound in sounds)


def test_a_page_is_told_to_programs(output: Path, capsys: Output) -> None:
    """With --json each page is one object, and stderr stays silent."""
    assert run(["page", "--json"]) == 0
    out, err = capsys.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert told == [{"folder": str(one), "page": str(one / "index.html")} for one in (BRIDGE, HARBOUR)]
    assert err == ""


def test_a_page_is_made_from_within(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside its folder an episode is called ".", and the list comes into the folder above."""
    monkeypatch.chdir(BRIDGE)
    assert run(["page", "."]) == 0
    assert Path("index.html").is_file()
    assert listed(Path("..")) == ["broen-aabner/"]


@pytest.mark.parametrize("name", ["omdoebt", "sær & ny #1 %41+", "'a' b"])
def test_the_list_leads_to_pages_whatever_their_folders_are_called(output: Path, name: str, capsys: Output) -> None:
    """An episode whose folder was renamed is found all the same, from the list and from where it is embedded."""
    BRIDGE.rename(output / name)
    assert run(["page", f"output/{name}"]) == 0
    assert [path_of(address) for address in listed(output)] == [f"{name}/"]
    assert (output / path_of(only(soup(output / "index.html"), "audio")["src"])).is_file()
    _, player, _ = embedded(capsys, folder=output / name)
    assert (output / path_of(only(soup(player), "audio")["src"])).is_file()


def test_what_is_not_free_gets_no_page_unasked(output: Path, capsys: Output) -> None:
    """An article that is not free is refused with exit code 7 and the way out; --paid makes its page."""
    change(BRIDGE, "article.is_free", value=False)
    assert run(["page", str(BRIDGE)]) == 7
    assert capsys.readouterr().err.count("\n") == 1
    assert not (BRIDGE / "index.html").exists()
    assert not (output / "index.html").exists()
    assert run(["page", "--paid", str(BRIDGE)]) == 0
    assert listed(output) == ["broen-aabner/"]


def test_one_that_fails_does_not_stop_the_rest(output: Path, capsys: Output) -> None:
    """Where one of several fails, the others get their page, the player and their place in the list; it exits with 8.

    The one that failed is in no list, as it has no page.
    """
    change(BRIDGE, "article.is_free", value=False)
    assert run(["page", "--json"]) == 8
    failed, written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (failed["folder"], failed["exit_code"]) == (str(BRIDGE), 7)
    assert written["page"] == str(HARBOUR / "index.html")
    assert (HARBOUR / "index.html").is_file()
    assert (output / "lyt.js").is_file(), "a page without its player"
    assert listed(output) == ["havnen-lukker/"]


@pytest.mark.parametrize("command", ["page", "embed"])
def test_what_is_no_episode_is_said(command: str, output: Path, capsys: Output) -> None:
    """A folder that holds no episode is one line and exit code 3, a damaged one exit code 4."""
    assert run([command, "output"]) == 3
    assert "is no episode" in capsys.readouterr().err
    (BRIDGE / library.SIDECAR).write_text("{", "utf-8")
    assert run([command, str(BRIDGE)]) == 4
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", ["page", "embed"])
def test_of_a_withdrawn_article_that_is_said(command: str, output: Path, capsys: Output) -> None:
    """Of a withdrawn article neither page nor player is made, and it is said why, as lyt verify says it."""
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    capsys.readouterr()
    assert run([command, str(BRIDGE)]) == 3
    assert "was withdrawn" in capsys.readouterr().err
    assert not (BRIDGE / "index.html").exists()


def test_withdrawing_takes_the_page_away(output: Path) -> None:
    """withdraw removes the article's page, and the list names it no more, nor does a list that is made later."""
    assert run(["page"]) == 0
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert not (BRIDGE / "index.html").exists()
    assert listed(output) == ["havnen-lukker/"]
    assert run(["page"]) == 0
    assert listed(output) == ["havnen-lukker/"]
    assert "Broen" not in (output / "index.html").read_text("utf-8")


def test_withdrawing_leaves_a_page_of_others(output: Path) -> None:
    """An index.html that somebody else put beside the episodes is not written over where no page was ever made."""
    (output / "index.html").write_text("mine", "utf-8")
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert (output / "index.html").read_text("utf-8") == "mine"
    assert not (output / "lyt.js").exists()


def test_pages_are_not_written_over_a_page_of_others(output: Path, capsys: Output) -> None:
    """lyt page refuses to write its list over somebody else's index.html, with exit code 7 and what to do."""
    (output / "index.html").write_text("mine", "utf-8")
    assert run(["page", str(BRIDGE)]) == 7
    assert "move it" in capsys.readouterr().err
    assert (output / "index.html").read_text("utf-8") == "mine"


def rendered_again(*, is_free: bool) -> None:
    """Record the bridge's episode again, as an article that is free, or no longer is."""
    found = library.stored(BRIDGE)
    script = found.episode.script
    script = replace(script, article=replace(script.article, is_free=is_free))
    settings = Settings(voice="tone", cache=None, verify=False)
    record(Prepared(script, found.episode.id, None), choose_voices(settings), settings)


def test_an_article_that_came_to_cost_money_loses_its_page(output: Path) -> None:
    """Rendered again, an article that is no longer free leaves its page and the list; one shown with --paid stays."""
    assert run(["page"]) == 0
    rendered_again(is_free=False)
    assert not (BRIDGE / "index.html").exists()
    assert listed(output) == ["havnen-lukker/"]
    assert run(["page", "--paid", str(BRIDGE)]) == 0
    rendered_again(is_free=False)
    assert (BRIDGE / "index.html").read_text("utf-8") == episode_page(pages.listing(BRIDGE))
    assert len(listed(output)) == 2


@pytest.mark.whole
def test_a_new_rendering_renews_the_page(output: Path) -> None:
    """A page, and the list that names it, are written anew with their episode, and only where there was one."""
    assert run(["page", str(BRIDGE)]) == 0
    before = soup(BRIDGE / "index.html")
    assert run(["refresh", "--tempo", "1.3"]) == 0
    after = soup(BRIDGE / "index.html")
    lengths = [float(str(only(page, "lyt-artiklen")["duration"])) for page in (before, after)]
    assert lengths[1] < 0.9 * lengths[0]
    assert (BRIDGE / "index.html").read_text("utf-8") == episode_page(pages.listing(BRIDGE))
    assert only(soup(output / "index.html"), "lyt-artiklen")["duration"] == only(after, "lyt-artiklen")["duration"]
    assert not (HARBOUR / "index.html").exists()


def test_a_page_is_written_beside_and_renamed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of a page is whole before it gets its name, so that a reader sees the old one or the new one."""
    seen: list[str] = []

    def watched(part: Path, target: Path) -> Path:
        assert part.parent == target.parent
        assert part.read_bytes().endswith(b"\n"), "half a file"
        seen.append(target.name)
        return rename(part, target)

    rename = Path.replace
    monkeypatch.setattr(Path, "replace", watched)
    assert run(["page", str(BRIDGE)]) == 0
    assert seen == ["index.html", "lyt.js", "404.html", "index.html"]
    assert not list(output.rglob("*.part"))


@pytest.mark.parametrize("call", [pages.write_page, pages.write_list])
def test_a_write_that_fails_leaves_the_old_page(
    call: Callable[[Path], Path], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full the old page, list and player stand as they were, and nothing half-done beside them."""
    assert run(["page"]) == 0
    folder = BRIDGE if call is pages.write_page else output
    change(BRIDGE, "title", "En anden")
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}

    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        call(folder)
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before


def test_without_the_player_it_is_said(output: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """In a checkout where lyt.js was never built, that is one line with what to do, and no page is written."""
    monkeypatch.setattr(embedding, "SCRIPT", "lyt-that-was-never-built.js")
    for command in ("page", "embed"):
        assert run([command, str(BRIDGE)]) == PublishError.exit_code
        assert "pip install -e ." in capsys.readouterr().err
    assert not (BRIDGE / "index.html").exists()


def test_verify_notices_a_page_of_another_day(output: Path, capsys: Output) -> None:
    """verify holds a page to its episode, and says how it is written anew; without a page there is nothing to hold."""
    assert run(["verify", str(BRIDGE)]) == 0
    assert run(["page", str(BRIDGE)]) == 0
    assert run(["verify", str(BRIDGE)]) == 0
    page = BRIDGE / "index.html"
    page.write_bytes(page.read_bytes().replace(b"haster", b"venter", 1))
    capsys.readouterr()
    assert run(["verify", str(BRIDGE)]) == 6
    assert "index.html is not what the episode says; lyt page writes it anew" in capsys.readouterr().out
    assert run(["page", str(BRIDGE)]) == 0
    assert run(["verify", str(BRIDGE)]) == 0


# The pages themselves


def test_the_rules_of_a_page_allow_its_own_style(listing: Listing) -> None:
    """The hash in a page's rules is that of its one style element; nothing else in it is inline, and no eval may be."""
    for html in (episode_page(listing), library_page([listing])):
        page = soup(html)
        rules = str(only(page, "meta[http-equiv=Content-Security-Policy]")["content"])
        style = only(page, "style").string or ""
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in rules
        assert rules.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe" not in rules
        assert not [tag for tag in page.find_all(True) if any(name in tag.attrs for name in ("style", "onclick"))]
        assert [tag.get("type") for tag in page.select("script:not([src])")] in ([], ["application/ld+json"])


def test_every_chapter_has_one_place(listing: Listing) -> None:
    """Each chapter that begins in a paragraph is exactly one id in the page, in that paragraph; no id stands twice."""
    page = soup(episode_page(listing))
    names = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(names) == len(set(names))
    placed = [chapter for chapter in listing.chapters if chapter.paragraph is not None]
    assert len(placed) == 3
    assert len({chapter.paragraph for chapter in placed}) == 2
    paragraphs = page.select("article > p")
    for chapter in placed:
        (place,) = page.find_all(id=chapter.id)
        assert place.parent == paragraphs[chapter.paragraph or 0]


def test_the_newest_article_comes_first(listing: Listing) -> None:
    """The list begins with the article that was published last, and those without a date come last."""
    dates = ("2026-01-02", None, "2026-03-01T10:00:00+01:00", "2025-12")
    several = [
        replace(listing, slug=f"nr-{number}", article=replace(listing.article, published=date))
        for number, date in enumerate(dates)
    ]
    links = soup(library_page(several)).select("h2 a")
    assert [link["href"] for link in links] == ["nr-2/", "nr-0/", "nr-3/", "nr-1/"]


def test_an_empty_list_is_a_page(output: Path) -> None:
    """Where the last article was withdrawn, the list stands and is empty."""
    assert run(["page", str(BRIDGE)]) == 0
    assert run(["withdraw", "--yes", str(BRIDGE)]) == 0
    assert listed(output) == []
    assert only(soup(output / "index.html"), "h1").text == "Artikler til at lytte til"


HOSTILE = [
    "Han sagde \"ja\" & 'nej'",
    "</script><script>alert(1)</script>",
    "</script x </SCRIPT/ y </script\tz",
    "<!--<script>",
    "--> ]]> </title></h1></lyt-artiklen>",
    '" onload="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "&quot;&#34;&lt;b&gt;&amp;amp;",
    '\\u003c/script> \\" \u2028\u2029',
    "\u202egnirts\u202c \u200fשלום",
    "👩‍👧 🇩🇰 e\u0301",
    "`${alert(1)}` {{7*7}}",
    "x" * 10_000,
]
EXPECTED = frozenset(
    "lang charset http-equiv content name src type integrity crossorigin href rel id class heading publisher cover "
    "duration layout memory text tap nodownload controls preload kind srclang alt width height loading datetime".split()
)
MAKERS: dict[str, Callable[[Listing], str]] = {
    "embed": lambda listing: embed_html(listing, Embedding(text=listing.title), b""),
    "page": episode_page,
    "list": lambda listing: library_page([listing]),
}


@pytest.mark.parametrize("parser", ["html.parser", "lxml"])
@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_title_is_markup(text: str, maker: str, parser: str, listing: Listing) -> None:
    """Whatever an article calls itself, it stands in attributes, elements and JSON as it is, and adds nothing."""
    article = replace(listing.article, site="S", byline=("N",), url="https://avis.example/", published="2026-01-02")
    tame = replace(listing, article=article)
    article = replace(article, title=text, site=text, byline=(text,), url=f"https://avis.example/?{text}")
    hostile = replace(listing, title=text, article=replace(article, published=text))
    usual, page = (soup(MAKERS[maker](one), parser) for one in (tame, hostile))
    assert [tag.name for tag in page.find_all(True)] == [tag.name for tag in usual.find_all(True)]
    assert {name for tag in page.find_all(True) for name in tag.attrs} <= EXPECTED
    assert only(page, "lyt-artiklen")["heading"] == text
    assert only(page, "lyt-artiklen")["publisher"] == text
    for element in page.select("article h1, h2 a" if maker == "list" else "h1, title"):
        assert element.text == text
    for script in page.select("script:not([src])"):
        told = json.loads(script.string or "")
        assert told.get("name", told.get("headline")) == text


# lyt embed


def test_the_player_is_two_lines_and_one_for_search_engines(output: Path, capsys: Output) -> None:
    """lyt embed prints the script with its hash, the player, and the sound as schema.org has it."""
    script, player, told = embedded(capsys, "--base-url", "https://lyd.avis.example/artikler")
    base = "https://lyd.avis.example/artikler/"
    tag = only(soup(script), "script")
    digest = base64.b64encode(hashlib.sha384(player_script()).digest()).decode()
    assert tag.attrs == {
        "type": "module",
        "src": f"{base}lyt.js",
        "integrity": f"sha384-{digest}",
        "crossorigin": "anonymous",
    }
    element = only(soup(player), "lyt-artiklen")
    assert element["lang"] == "da"
    assert element["heading"] == "Broen åbner"
    assert "Syntetisk stemme" in element.text
    audio = only(soup(player), "lyt-artiklen > audio[controls][preload=none]")
    assert audio["src"] == f"{base}broen-aabner/broen-aabner.mp3"
    tracks = {str(track["kind"]): track["src"] for track in soup(player).select("audio > track")}
    assert tracks == {
        "chapters": f"{base}broen-aabner/chapters.vtt",
        "metadata": f"{base}broen-aabner/sentences.vtt",
    }
    assert only(soup(told), 'script[type="application/ld+json"]')


def test_the_sound_is_told_to_search_engines(output: Path, capsys: Output) -> None:
    """The third line is an AudioObject with the sound's address, its length in ISO 8601 and its size."""
    *_, line = embedded(capsys, "--base-url", "/lyd/")
    told = json.loads(only(soup(line), "script").string or "")
    recording = library.sidecar(BRIDGE)["recording"]
    assert (told["@context"], told["@type"]) == ("https://schema.org", "AudioObject")
    assert told["contentUrl"] == "/lyd/broen-aabner/broen-aabner.mp3"
    length = re.fullmatch(r"PT([0-9]+)S", told["duration"])
    assert length
    assert int(length[1]) == pytest.approx(recording["duration"], abs=0.5)
    assert told["contentSize"] == f"{recording['bytes']} B"
    assert told["encodingFormat"] == "audio/mpeg"
    assert told["name"] == "Broen åbner"
    assert told["digitalSourceType"] == "https://schema.org/AlgorithmicMediaDigitalSource"


@pytest.mark.parametrize(
    ("voices", "kind"),
    [
        (["espeak:da@1.52"], "AlgorithmicMedia"),
        (["tone:low@1", "espeak:da@1.52"], "AlgorithmicMedia"),
        (["piper:joe@1"], "TrainedAlgorithmicMedia"),
        (["gtts:da@2"], "TrainedAlgorithmicMedia"),
        (["espeak:da@1.52", "piper:joe@1"], "TrainedAlgorithmicMedia"),
        (["http:anybody"], "TrainedAlgorithmicMedia"),
    ],
)
def test_what_kind_of_machine_speaks(voices: list[str], kind: str, listing: Listing) -> None:
    """A voice that is computed by rules is algorithmic, one that was trained is told to be, also beside the other."""
    told = audio_object(replace(listing, voices=tuple(voices)), "")
    assert told["digitalSourceType"] == f"https://schema.org/{kind}DigitalSource"


@pytest.mark.parametrize(
    ("options", "attributes"),
    [
        ([], {}),
        (["--layout", "compact", "--memory", "on"], {}),
        (["--layout", "full"], {"layout": "full"}),
        (["--layout", "button"], {"layout": "button"}),
        (["--tap"], {"tap": ""}),
        (["--memory", "off"], {"memory": "off"}),
        (["--memory", "consent"], {"memory": "consent"}),
        (["--no-download"], {"nodownload": ""}),
        (["--text", '[id="a"] > .b'], {"text": '[id="a"] > .b'}),
    ],
)
def test_what_is_asked_for_stands_in_the_element(
    options: list[str], attributes: dict[str, str], output: Path, capsys: Output
) -> None:
    """Each option is an attribute of the element, and what nobody asked for is none."""
    _, player, _ = embedded(capsys, *options)
    element = only(soup(player), "lyt-artiklen")
    usual = {"lang", "heading", "cover", "duration"}
    assert {name: value for name, value in element.attrs.items() if name not in usual} == attributes
    assert "crossorigin" not in only(soup(player), "audio").attrs


def test_sound_on_another_host_is_asked_for_openly(output: Path, capsys: Output) -> None:
    """With --cors the sound, and with it the tracks, are fetched without cookies, as a host allows it to others."""
    _, player, _ = embedded(capsys, "--cors", "--base-url", "https://lyd.example")
    assert only(soup(player), "audio")["crossorigin"] == "anonymous"


def test_the_parts_of_the_player_for_programs(output: Path, capsys: Output) -> None:
    """--json gives the script's address and hash, the player's line and the AudioObject as they are printed."""
    script, player, line = embedded(capsys, "--base-url", "/lyd", "--tap")
    (told,) = map(json.loads, embedded(capsys, "--base-url", "/lyd", "--tap", "--json"))
    assert set(told) == {"script", "integrity", "html", "json_ld"}
    assert told["script"] == "/lyd/lyt.js" == only(soup(script), "script")["src"]
    assert told["integrity"] == only(soup(script), "script")["integrity"]
    assert told["html"] == player
    plain = json.loads(only(soup(line), "script").string or "")
    assert {"@context": "https://schema.org", **told["json_ld"]} == plain


@pytest.mark.parametrize(
    ("url", "folder"),
    [("https://a.example", "https://a.example/"), ("HTTP://A/b//", "HTTP://A/b/"), ("/", "/"), ("/lyd", "/lyd/")],
)
def test_a_base_url_is_a_folder(url: str, folder: str, output: Path, capsys: Output) -> None:
    """The address of the output folder may end in a slash or not."""
    script, *_ = embedded(capsys, "--base-url", url)
    assert only(soup(script), "script")["src"] == f"{folder}lyt.js"


def test_without_a_base_url_it_is_said(output: Path, capsys: Output) -> None:
    """Addresses that are relative to the page are told to be so, on stderr."""
    assert run(["embed", str(BRIDGE)]) == 0
    out, err = capsys.readouterr()
    assert 'src="broen-aabner/broen-aabner.mp3"' in out
    assert "--base-url" in err


@pytest.mark.parametrize(
    "url",
    [
        "avis.example",
        "ftp://avis.example/",
        "javascript:alert(1)//",
        "data:text/html,x",
        "https:avis.example",
        "https://avis.example/?a=b",
        "https://avis.example/#a",
        "https://avis.example/\n",
        "https://avis.example/\u202e",
        "\\\\avis.example\\lyd",
        " https://avis.example/",
        "https://",
        "http:///lyd",
        "https://avis.example/?",
        "/lyd/#",
        "https://[",
        "https://[::1/",
    ],
)
def test_a_base_url_that_is_none_is_refused(url: str, output: Path, capsys: Output) -> None:
    """What is no address of a folder on the web is a usage error, and nothing is printed to be pasted."""
    assert run(["embed", str(BRIDGE), "--base-url", url]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--base-url" in err


@pytest.mark.parametrize("options", [["--layout", "huge"], ["--memory", "maybe"]])
def test_options_that_are_none_are_refused(options: list[str], output: Path) -> None:
    """A layout or a memory that does not exist is a usage error."""
    assert run(["embed", str(BRIDGE), *options]) == 2


# lyt preview


@pytest.mark.whole
@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_a_folder_is_shown_until_ctrl_c(output: Path) -> None:
    """lyt preview prints an address, makes list, pages and player as they are asked for, and Ctrl-C ends it well."""
    command = [sys.executable, "-m", "reader.cli", "preview", str(output)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        patience = Timer(30, process.kill)
        patience.start()
        address = process.stdout.readline().strip()
        try:
            assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/", address)
            shown = {path: urlopen(address + path, timeout=5).read() for path in ("", "broen-aabner/", "lyt.js")}
        finally:
            process.send_signal(signal.SIGINT)
        rest, err = process.communicate()
        patience.cancel()
    assert (process.returncode, rest) == (0, "")
    assert err.startswith("Ctrl-C ends it.\n")
    assert "Traceback" not in err
    links = [link["href"] for link in soup(shown[""].decode()).select("h2 a")]
    assert sorted(map(str, links)) == ["broen-aabner/", "havnen-lukker/"]
    assert only(soup(shown["broen-aabner/"].decode()), "h1").text == "Broen åbner"
    assert shown["lyt.js"] == player_script()
    assert not list(output.rglob("index.html")), "nothing was written"


def test_a_folder_that_is_none_is_not_shown(output: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """A folder that does not exist, or a file, is a usage error."""
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", lambda *_, **__: None)
    for name in ("mangler", str(BRIDGE / library.SIDECAR)):
        assert run(["preview", name]) == 2
        assert "is no folder" in capsys.readouterr().err


def test_a_port_in_use_is_said(output: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Where the port is taken, that is one line with the option for another one, and exit code 7."""
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", lambda *_, **__: None)
    with preview_server(output) as server:
        assert run(["preview", "output", "--port", str(server.server_port)]) == 7
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "--port" in err


def test_pages_are_made_as_they_are_asked_for(output: Path) -> None:
    """A page is made of every episode that was not withdrawn, damaged ones cost the list nothing, and no more is."""
    folder = output.resolve()
    assert run(["withdraw", "--yes", str(HARBOUR)]) == 0
    (folder / "skadet").mkdir()
    (folder / "skadet" / library.SIDECAR).write_text('{"id": "x"}', "utf-8")
    made = pages.made_page(folder, "")
    assert made
    assert [link["href"] for link in soup(made.decode()).select("h2 a")] == ["broen-aabner/"]
    assert pages.made_page(folder, "lyt.js") == player_script()
    for path in ("havnen-lukker/", "mangler/", "broen-aabner", "broen-aabner/x/", "../", "./", "broen-aabner/../", "x"):
        assert pages.made_page(folder, path) is None
    with pytest.raises(ScriptError):
        pages.made_page(folder, "skadet/")


# What a damaged episode.json says

NO_NUMBERS: tuple[object, ...] = ("x", None, [], float("nan"), float("inf"))
DAMAGES: dict[str, tuple[object, ...]] = {
    "id": (MISSING,),
    "slug": (MISSING, None, 5, ["a"], "", ".", "..", "../x", "a/b", "/etc", "a\\b", "javascript:alert(1)"),
    "title": (MISSING, None, "half \ud800"),
    "voices": (MISSING, None, 5, "tone:low@1"),
    "cover": (5, ["x"], "..", "../x.jpg", "/x.jpg", "a\\x.jpg"),
    "recording": (MISSING, None, [], "x", 5),
    "recording.path": (MISSING, None, 5, "", "..", "../x.mp3", "/x.mp3", "a\\x.mp3", "data:x"),
    "recording.duration": (MISSING, *NO_NUMBERS, -1.0),
    "recording.bytes": (MISSING, *NO_NUMBERS),
    "chapters": (MISSING, None, {}, 5, [5], ["x"], [None], [{}]),
    "chapters.1.id": (MISSING,),
    "chapters.1.title": (MISSING,),
    "chapters.1.start_ms": (MISSING, *NO_NUMBERS),
    "chapters.1.paragraph": ("0", [1], {}),
    "article": (MISSING, None, [], "x", 5, {}),
    "article.paragraphs": ("x", [5]),
    "article.language": (5,),
    "article.url": ("javascript:alert(1)",),
}


@pytest.mark.parametrize(
    ("place", "value"), [pytest.param(one, v, id=f"{one}={v!a:.24}") for one in DAMAGES for v in DAMAGES[one]]
)
def test_a_damaged_sidecar_is_refused(place: str, value: object, shelf: Path) -> None:
    """An episode.json that lacks something, holds the wrong kind, or names files elsewhere is a ScriptError alone."""
    plain = library.sidecar(shelf / BRIDGE.name)
    assert listing_from(plain).slug == BRIDGE.name
    with pytest.raises(ScriptError):
        listing_from(changed(plain, place, value))
