"""The player on strict, slow, broken and hostile pages: it asks for nothing, breaks nothing, and lets nothing in."""

from __future__ import annotations

import gzip
import html
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from browsing import ROOT, button, listen, marked, now, player, until

from reader import pages
from reader.config import Settings
from reader.pipeline import narrate
from reader.preview import address_of, preview_server
from reader.publisher.embed import SCRIPT, Embedding, embed_html, integrity, player_html, player_script
from reader.publisher.listing import Listing

Visit = Callable[..., Any]
Answer = Callable[[Any], object]
HEARD = ("pageerror", "dialog")
SOON = 3_000  # ms
BUDGET = 8_000  # bytes, as gzip -9 makes them
TEXT = (
    "Det regner i Nørrehavn, og ingen er ude at gå, for vinden har været hård siden i går, og den bliver ved.",
    "»Vi bygger nu, og vi bygger højt,« siger Ida Ravn. Så gik de hjem til byen.",
    "»Det er ikke nok,« siger Bo Holm. Til sidst kom solen.",
)
ARTICLE = "<h1>Broen åbner</h1>" + "".join(f"<p>{text}</p>" for text in TEXT)
LONG = ARTICLE + "<p>Fyld.</p>" * 80
MODULE = f'<script type="module" src="{SCRIPT}"></script>'
CLASSIC = f'<script src="{SCRIPT}"></script>'
STRICT = (
    "default-src 'none'; script-src 'self'; media-src 'self'; img-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SPY = """
window.broken = [];
addEventListener("securitypolicyviolation", (event) => broken.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
FETCHED = "**/*.mp3"
TRACKS = "**/*.vtt"
IS_WAITING = "document.querySelector('lyt-artiklen').shadowRoot.querySelector('.bar').matches('.waiting')"
DIMNESS = "Number(getComputedStyle(document.querySelector('lyt-artiklen').shadowRoot.querySelector('.play')).opacity)"
IS_SMALL = "!!document.querySelector('lyt-artiklen').shadowRoot.querySelector('.mini')"
IS_SILENT = "document.querySelector('audio').paused"
MARKS = "CSS.highlights.size"


@dataclass(frozen=True, slots=True)
class House:
    """A folder with one episode, its page and its player, that is served; tests put pages of their own there."""

    folder: Path
    address: str
    listing: Listing

    @property
    def page(self) -> str:
        """The address of the page that lyt page wrote."""
        return f"{self.address}{self.listing.slug}/"

    @property
    def sound(self) -> Path:
        """The MP3."""
        return self.folder / self.listing.slug / self.listing.audio

    def player(self, **attributes: str) -> str:
        """The player's line, with other attributes."""
        line = player_html(self.listing, Embedding(folder=f"{self.listing.slug}/", tap=True))
        for name in attributes:
            line = re.sub(rf' {name}="[^"]*"', "", line, count=1)
        told = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
        return line.replace("<lyt-artiklen", f"<lyt-artiklen{told}", 1)

    def put(self, name: str, body: str, head: str = MODULE) -> str:
        """Write a page; give its address."""
        opening = f'<!doctype html>\n<html lang="da">\n<head><meta charset="utf-8"><title>Avis</title>{head}</head>'
        (self.folder / name).write_text(f"{opening}\n<body>{body}</body>\n</html>\n", "utf-8")
        return self.address + name

    def article(self, name: str, head: str = MODULE, text: str = ARTICLE) -> str:
        """Write a page with the article and its player in it; give its address."""
        return self.put(name, f"<article>{self.player()}{text}</article>", head)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, as long as the block lasts."""
    with preview_server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield address_of(server)
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An episode that is spoken once for all tests."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "broen.txt").write_text("\n\n".join(["Broen åbner", *TEXT]), "utf-8")
    settings = Settings(voice="tone", cache=None, verify=False)
    slug = narrate(str(folder / "broen.txt"), folder / "output", settings=settings).slug
    pages.write_page(folder / "output" / slug)
    pages.write_list(folder / "output")
    with served(folder / "output") as address:
        yield House(folder / "output", address, pages.listing(folder / "output" / slug))


@pytest.fixture(scope="module")
def context(chromium: Any) -> Iterator[Any]:
    """One context for all tests, as a new one takes longer than most of them; every page finds its memory empty."""
    allowed = ["clipboard-read", "clipboard-write"]
    size = {"width": 768, "height": 900}
    with closing(chromium.new_context(viewport=size, locale="da-DK", permissions=allowed)) as context:
        context.set_default_timeout(10_000)
        context.add_init_script("try { localStorage.clear(); } catch {}")
        yield context


@pytest.fixture(scope="module")
def spare() -> list[Any]:
    """The page that a test left as it had found it, for the next one."""
    return []


@pytest.fixture
def visit(context: Any, spare: list[Any]) -> Iterator[Visit]:
    """Open an address in a page; what it throws or asks its reader fails the test, unless it `may_throw`.

    `routes` are answers in the place of the server's; to `prepare` anything else takes a new page.
    """
    opened: list[tuple[Any, bool]] = []
    troubles: list[str] = []

    def noted(event: Any) -> None:
        troubles.append(str(getattr(event, "message", event)))
        if hasattr(event, "dismiss"):
            event.dismiss()

    def open_page(
        address: str,
        *,
        routes: Mapping[str, Answer] | None = None,
        prepare: Callable[[Any], object] | None = None,
        may_throw: bool = False,
    ) -> Any:
        page = spare.pop() if spare and prepare is None else context.new_page()
        opened.append((page, prepare is None))
        for event in () if may_throw else HEARD:
            page.on(event, noted)
        for pattern, answer in (routes or {}).items():
            page.route(pattern, answer)
        if prepare:
            prepare(page)
        page.goto(address)
        return page

    yield open_page
    for page, is_plain in opened:
        if is_plain and not troubles:
            clean(page, noted)
            spare.append(page)
        else:
            page.close()
    assert troubles == []


def clean(page: Any, heard_by: Callable[[Any], None]) -> None:
    """Leave a page as a new one is."""
    page.goto("about:blank")
    page.unroute_all(behavior="ignoreErrors")
    for event in HEARD:
        with suppress(KeyError):
            page.remove_listener(event, heard_by)


def ready(page: Any) -> Any:
    """The page, when its player stands."""
    player(page).locator(".bar").wait_for(timeout=SOON)
    return page


def plays_plainly(page: Any) -> None:
    """See that the browser's own controls are there, and that they play."""
    audio = page.locator("audio").first
    assert audio.is_visible()
    assert audio.evaluate("audio => audio.controls")
    box = audio.bounding_box()
    audio.click(position={"x": 28, "y": box["height"] / 2})
    until(page, "document.querySelector('audio').currentTime > 0.1")


def answer(**told: Any) -> Answer:
    """An answer in the place of the server's."""
    return lambda route: route.fulfill(**told)


def no_answer(_route: Any) -> None:
    """None at all, ever."""


# What strict pages allow


def test_the_strictest_rules_are_kept(house: House, visit: Visit) -> None:
    """Under rules that allow scripts and sound of this site and nothing else, all that the player does is allowed."""
    address = house.article("strict.html", text=LONG)

    def ruled(route: Any) -> None:
        reply = route.fetch()
        route.fulfill(response=reply, headers={**reply.headers, "content-security-policy": STRICT})

    page = visit(address, routes={"**/strict.html": ruled}, prepare=lambda page: page.add_init_script(SPY))
    ready(page)
    assert page.evaluate("getComputedStyle(document.querySelector('lyt-artiklen')).display") == "block"
    listen(page)
    until(page, "CSS.highlights.size === 2")
    mark = "getComputedStyle(document.querySelector('article > p'), '::highlight(lyt-sentence)').backgroundColor"
    assert page.evaluate(mark) == "rgb(255, 234, 160)"
    use_everything(page)
    assert page.evaluate("broken") == []
    page.evaluate("document.body.setAttribute('style', 'top: 0')")
    until(page, "broken.length === 1")  # the spy was no sleeper


def use_everything(page: Any) -> None:
    """Open the panel, play a chapter, share it, change speed and place, scroll away, and come back."""
    button(page, "Kapitler").click()
    player(page).locator(".chapter").nth(1).click()
    until(page, "document.querySelector('audio').currentTime > 5")
    button(page, "Del").click()
    player(page).get_by_text("Link kopieret").wait_for()
    player(page).get_by_role("combobox", name="Hastighed").select_option("1,5×")
    button(page, "15 sekunder tilbage").click()
    page.locator("article > p").nth(1).click()
    page.mouse.wheel(0, 3000)
    until(page, IS_SMALL)
    button(page, "Pause").click()
    page.mouse.wheel(0, -3000)
    until(page, f"!({IS_SMALL})")


def test_nothing_is_asked_of_anybody(house: House, visit: Visit) -> None:
    """From load through the end and away, all requests are GETs of this site, and nothing else leaves or stays.

    The page has no rules that would forbid it: no beacon, no socket, no worker, no cookie, and no storage but keys of
    this player's.
    """
    asked: list[tuple[str, str]] = []
    others: list[str] = []

    def prepare(page: Any) -> None:
        page.on("request", lambda one: asked.append((one.method, one.url)))
        page.on("websocket", lambda _: others.append("socket"))
        page.on("worker", lambda _: others.append("worker"))

    page = ready(visit(house.article("quiet.html", text=LONG), prepare=prepare))
    listen(page)
    use_everything(page)
    page.evaluate("document.querySelector('audio').currentTime = document.querySelector('audio').duration - 0.4")
    button(page, "Lyt videre").click()
    until(page, "document.querySelector('audio').ended")
    keys, kept, cookie = page.evaluate(
        "(async () => [Object.keys(localStorage), sessionStorage.length + (await caches.keys()).length"
        " + (await indexedDB.databases()).length + (await navigator.serviceWorker.getRegistrations()).length,"
        " document.cookie])()"
    )
    assert keys
    assert [key for key in keys if not key.startswith("lyt-")] == []
    assert (kept, cookie, page.context.cookies()) == (0, "", [])
    page.goto("about:blank")
    page.wait_for_timeout(200)
    assert {method for method, _ in asked} == {"GET"}
    assert [url for _, url in asked if not url.startswith(house.address)] == []
    assert {url.rpartition(".")[2] for _, url in asked} >= {"html", "js", "mp3", "vtt"}
    assert others == page.context.service_workers == []


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_seal_holds(house: House, visit: Visit, is_changed: bool) -> None:
    """With the hash that is printed lyt.js runs; with one byte of it changed it does not, and the plain controls do."""
    script = (house.folder / SCRIPT).read_bytes()
    line = embed_html(house.listing, Embedding(SCRIPT, f"{house.listing.slug}/"), script)
    assert f'integrity="{integrity(script)}"' in line
    address = house.put("sealed.html", f"<article>{line}{ARTICLE}</article>", head="")
    sent = script.replace(b"\n", b" ", 1) if is_changed else script
    page = visit(address, routes={f"**/{SCRIPT}": answer(body=sent, content_type="text/javascript")})
    page.wait_for_load_state()
    if is_changed:
        assert page.evaluate("customElements.get('lyt-artiklen') === undefined")
        plays_plainly(page)
    else:
        listen(ready(page))


# Without the script


def test_without_javascript(house: House, chromium: Any) -> None:
    """Where no script may run, the plain controls are seen and play, and the page says that the voice is synthetic."""
    with closing(chromium.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(house.page)
        assert page.locator("audio").is_visible()
        assert "Syntetisk stemme" in page.locator("body").aria_snapshot()
        assert page.get_by_text("Syntetisk stemme").is_visible()
        with page.expect_request(FETCHED):
            page.locator("audio").click(position={"x": 28, "y": 27})


NO_SCRIPTS: dict[str, Answer] = {
    "missing": answer(status=404),
    "blocked": lambda route: route.abort("blockedbyclient"),
    "broken": lambda route: route.fulfill(body=player_script()[:-100], content_type="text/javascript"),
    "of another kind": lambda route: route.fulfill(body=player_script(), content_type="text/html"),
}


@pytest.mark.parametrize("fault", NO_SCRIPTS)
def test_without_the_script(house: House, visit: Visit, fault: str) -> None:
    """Where lyt.js does not come, or is not what it was, the plain controls are seen and play."""
    page = visit(house.article("bare.html"), routes={f"**/{SCRIPT}": NO_SCRIPTS[fault]}, may_throw=True)
    assert page.get_by_text("Syntetisk stemme").is_visible()
    plays_plainly(page)


LACKS = {
    "adoptedStyleSheets": "for (const one of [Document, ShadowRoot]) delete one.prototype.adoptedStyleSheets",
    "IntersectionObserver": "delete window.IntersectionObserver",
    "Intl.ListFormat": "delete Intl.ListFormat",
    "Intl.NumberFormat": "const Old = Intl.NumberFormat;"
    "Intl.NumberFormat = class extends Old { constructor(language, told) {"
    " if (told?.style === 'unit') throw new RangeError('unit'); super(language, told); } }",
    "findLastIndex": "delete Array.prototype.findLastIndex",
}


@pytest.mark.parametrize("lack", LACKS)
def test_in_an_old_browser(house: House, visit: Visit, lack: str) -> None:
    """Where a browser lacks what the player is made of, it has the plain controls, or the player without that."""
    prepare = {"prepare": lambda page: page.add_init_script(LACKS[lack])}
    page = visit(house.article("old.html"), **prepare, may_throw=True)
    page.wait_for_load_state()
    if player(page).locator("button.play").count():
        listen(page)
    else:
        plays_plainly(page)


# Sound and tracks that do not come

FAULTS: dict[str, Answer] = {
    "missing": answer(status=404),
    "aborted": lambda route: route.abort("connectionreset"),
    "no sound": answer(body="Det er tekst. " * 500, content_type="audio/mpeg"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_sound_that_cannot_be_had(house: House, visit: Visit, fault: str) -> None:
    """Within 2.5 s of a press it is told, in a status that was there before, and the next press tries it again."""
    page = ready(visit(house.article("mute.html"), routes={FETCHED: FAULTS[fault]}))
    status, play = player(page).get_by_role("status"), player(page).locator("button.play")
    status.evaluate("status => (status.mine = true)")
    for _ in range(2):
        play.click()
        said = "document.querySelector('lyt-artiklen').shadowRoot.querySelector('[role=status]').textContent"
        until(page, f"{said} === 'Lyden kan ikke hentes'", 2.5)
        assert play.inner_text() == "Lyt til artiklen (1 min.)"
    page.unroute(FETCHED)
    listen(page)
    assert play.inner_text() == "Pause"
    assert status.inner_text() == ""
    assert status.evaluate("status => status.mine")


def test_a_button_that_can_be_pressed_is_not_dimmed(house: House, visit: Visit) -> None:
    """The button is dim only while the player waits: neither when that failed, nor when the reader gave up."""
    page = ready(visit(house.article("dim.html"), routes={FETCHED: no_answer}))
    play = player(page).locator("button.play")
    play.click()
    until(page, f"{DIMNESS} < 1")
    play.click()
    until(page, IS_SILENT)
    until(page, f"{DIMNESS} === 1", 1)
    page.unroute(FETCHED)
    page.route(FETCHED, FAULTS["missing"])
    page.evaluate("document.querySelector('audio').load()")
    play.click()
    player(page).get_by_text("Lyden kan ikke hentes").wait_for()
    until(page, f"{DIMNESS} === 1", 1)


def test_sound_without_an_end(house: House, visit: Visit) -> None:
    """A stream, whose length a browser calls infinite, is played as well."""
    stream = "Object.defineProperty(HTMLMediaElement.prototype, 'duration', { get() { return Infinity; } })"
    page = ready(visit(house.article("stream.html"), prepare=lambda page: page.add_init_script(stream)))
    listen(page)
    button(page, "15 sekunder frem").click()
    assert now(page) > 15


NO_TRACKS: dict[str, Answer] = {
    "missing": answer(status=404),
    "empty": answer(body="", content_type="text/vtt"),
    "no track": answer(body=bytes(range(256)) * 20, content_type="text/vtt"),
    "half a track": answer(body="WEBVTT\n\n00:00:xx --> <b>\n</c>\n\n-->\n\n00:01.000 --> ", content_type="text/vtt"),
}


@pytest.mark.parametrize("fault", NO_TRACKS)
def test_tracks_that_cannot_be_had(house: House, visit: Visit, fault: str) -> None:
    """Where the tracks do not come, or are none, the sound plays; there is no list, no mark, and no error."""
    page = ready(visit(house.article("trackless.html"), routes={TRACKS: NO_TRACKS[fault]}))
    listen(page)
    button(page, "Kapitler").click()
    button(page, "Næste sætning").click()
    page.wait_for_timeout(300)
    assert not page.evaluate(IS_SILENT)
    assert player(page).locator(".chapter").count() == 0
    assert marked(page) == {}


def test_tracks_that_never_come(house: House, visit: Visit) -> None:
    """Nothing waits for the tracks: the sound plays at once, and can be paused and skipped."""
    page = visit(house.article("late.html"), routes={TRACKS: no_answer})
    player(page).locator("button.play").click()
    until(page, "document.querySelector('audio').currentTime > 0.1", 3)
    button(page, "Kapitler").click()
    button(page, "15 sekunder frem").click()
    assert now(page) > 15
    button(page, "Pause").click()
    assert page.evaluate(IS_SILENT)


def test_a_slow_network(house: House, visit: Visit) -> None:
    """While the sound does not come the player shows that it waits, can be used all the same, and then plays."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page = ready(visit(house.article("slow.html"), routes={FETCHED: hold}))
    play = player(page).locator("button.play")
    play.click()
    until(page, IS_WAITING)
    assert play.inner_text() == "Pause"
    button(page, "Kapitler").click()
    player(page).locator(".chapter").first.wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(IS_WAITING)
    play.click()
    button(page, "Lyt til artiklen (1 min.)").click()
    button(page, "Pause").wait_for()
    page.route(FETCHED, lambda route: route.continue_())
    for route in held:
        route.continue_()
    until(page, "document.querySelector('audio').currentTime > 0.1")
    assert not page.evaluate(IS_WAITING)


# Pages that are built in other ways

WAYS = {
    "classic": CLASSIC,
    "module": MODULE,
    "async": CLASSIC.replace("<script", "<script async"),
    "twice": CLASSIC + CLASSIC,
    "both": CLASSIC + MODULE,
    "two copies": MODULE + MODULE.replace(SCRIPT, f"{SCRIPT}?2"),
    "later": "",
}
LOAD = f"document.head.append(Object.assign(document.createElement('script'), {{ src: '{SCRIPT}' }}))"


@pytest.mark.parametrize("way", WAYS)
def test_however_the_script_is_loaded(house: House, visit: Visit, way: str) -> None:
    """As a module or not, before or after the element, once or twice: there is one player, and it works."""
    page = visit(house.article(f"{way.replace(' ', '-')}.html", WAYS[way]))
    if way == "later":
        plays_plainly(page)
        page.evaluate("document.querySelector('audio').pause()")
        page.evaluate(LOAD)
    ready(page)
    page.wait_for_load_state()
    assert player(page).locator(".bar").count() == 1
    assert not page.evaluate("document.querySelector('audio').controls")
    assert page.evaluate("document.adoptedStyleSheets.length") == 2
    listen(page)
    until(page, MARKS)
    button(page, "Pause").click()
    assert page.evaluate(IS_SILENT)


@pytest.mark.parametrize("way", ["parsed", "built"])
def test_an_element_that_comes_later(house: House, visit: Visit, way: str) -> None:
    """An element that a script puts into the page becomes a player."""
    page = visit(house.put("later-element.html", f"<article>{ARTICLE}</article>"))
    parsed = "line => document.querySelector('h1').insertAdjacentHTML('afterend', line)"
    built = """line => {
      const part = new DOMParser().parseFromString(line, "text/html").querySelector("audio");
      const host = document.createElement("lyt-artiklen");
      host.lang = "da";
      host.append(document.importNode(part, true));
      document.querySelector("h1").after(host);
    }"""
    page.evaluate(parsed if way == "parsed" else built, house.player())
    listen(ready(page))
    until(page, MARKS)


def test_an_element_without_sound(house: House, visit: Visit) -> None:
    """An element in which no sound stands breaks nothing, and another one beside it works."""
    body = f"<lyt-artiklen></lyt-artiklen><article>{house.player()}{ARTICLE}</article><lyt-artiklen>Ja</lyt-artiklen>"
    page = visit(house.put("soundless.html", body, CLASSIC))
    page.evaluate("document.body.append(document.createElement('lyt-artiklen'))")
    page.locator("lyt-artiklen .bar").wait_for()
    assert page.locator("lyt-artiklen .bar").count() == 1
    page.evaluate("document.querySelector('lyt-artiklen').remove()")
    listen(page)
    until(page, MARKS)


def test_an_element_that_is_moved(house: House, visit: Visit) -> None:
    """A player that is moved while it plays says what it does, plays on when it is asked to, and has its marks."""
    page = ready(visit(house.article("moved.html")))
    listen(page)
    page.evaluate("document.querySelector('h1').after(document.querySelector('lyt-artiklen'))")
    page.wait_for_timeout(300)
    play = player(page).locator("button.play")
    assert play.inner_text() == ("Lyt videre" if page.evaluate(IS_SILENT) else "Pause")
    if page.evaluate(IS_SILENT):
        play.click()
    before = now(page)
    until(page, f"document.querySelector('audio').currentTime > {before + 0.3}")
    until(page, MARKS)
    button(page, "Pause").click()
    assert page.evaluate(IS_SILENT)


def test_an_element_that_is_removed(house: House, visit: Visit) -> None:
    """With the player that is taken out of the page go its sound and its marks, and both stay away."""
    page = ready(visit(house.article("removed.html")))
    listen(page)
    until(page, MARKS)
    page.evaluate("window.audio = document.querySelector('audio'); document.querySelector('lyt-artiklen').remove()")
    page.wait_for_timeout(400)
    assert page.evaluate("audio.paused")
    assert marked(page) == {}


def test_what_is_closed_is_gone(house: House, visit: Visit) -> None:
    """With the small player that the reader closes go the marks."""
    page = ready(visit(house.article("closed.html", text=LONG)))
    listen(page)
    until(page, MARKS)
    page.mouse.wheel(0, 3000)
    button(page, "Luk").click()
    page.wait_for_timeout(400)
    assert page.evaluate(IS_SILENT)
    assert marked(page) == {}


@pytest.mark.parametrize("way", ["moved", "another one"])
def test_who_begins_again_is_followed_again(house: House, visit: Visit, way: str) -> None:
    """A player that was silenced by a move, or by another one, follows the reader when it is started anew."""
    players = house.player() * (1 if way == "moved" else 2)
    page = ready(visit(house.put("again.html", f"<article>{players}{LONG}</article>")))
    listen(page)
    if way == "moved":
        page.evaluate("document.querySelector('h1').after(document.querySelector('lyt-artiklen'))")
    else:
        page.locator("lyt-artiklen").nth(1).locator("button.play").click()
    until(page, IS_SILENT)
    player(page).locator("button.play").click()
    until(page, f"!{IS_SILENT}")
    page.mouse.wheel(0, 3000)
    until(page, IS_SMALL, 2)


def test_a_text_that_is_built_anew(house: House, visit: Visit) -> None:
    """Where a page puts new nodes in the place of the article's while it is heard, the marks are back within 3 s."""
    page = ready(visit(house.article("anew.html")))
    listen(page)
    until(page, "document.querySelector('audio').currentTime > 2.2 && CSS.highlights.size === 2")
    sentence = marked(page)["lyt-sentence"]
    assert sentence.startswith("Det regner i Nørrehavn")
    page.evaluate("document.querySelectorAll('article > p').forEach((one) => one.replaceWith(one.cloneNode(true)))")
    again = f"[...CSS.highlights.get('lyt-sentence') || []].join('') === {sentence!r}"
    until(page, f"{again} && CSS.highlights.size === 2", 3)
    assert now(page) < 6.5, "it is still the same sentence"


# What others write

HOSTILE = {
    "image": '<img src=x onerror="window.hacked=1;alert(1)">',
    "script": "</script><script>window.hacked=1</script></lyt-artiklen>",
    "handler": '" autofocus onfocus="window.hacked=1" x=\'"\' onload=\'window.hacked=1',
    "cue": "00:00:01.000 --> 00:00:02.000 <v x onclick=window.hacked=1><c.a.b>Ja</c> &amp;lt;b> <00:00:01.500>nu",
    "direction": "\u202egnirts\u202c \u200fשלום עולם\u200e og nu \u2067videre\u2069",
    "long": "Meget lang tekst " * 300 + "x" * 5_000,
    "emoji": "👩‍👩‍👧‍👦 Familien 🇩🇰 e\u0301 ﷽ i̇ ½ ﬁ",
    "program": "javascript:window.hacked=1//`${window.hacked=1}` $& $1 \\u003c \\ (a+)+$ [^ * ? {1,9999} \\d .*? | ^",
}


def letters(text: str) -> str:
    """What is compared of a text."""
    return re.sub(r"\W", "", text)


def track(text: str) -> str:
    """A WebVTT file of two cues."""
    return f"WEBVTT\n\na\n00:00.000 --> 00:12.000\n{text}\n\nb\n00:12.000 --> 00:22.000\nTaler: {text}\n"


def hostile_site(folder: Path, house: House, text: str, cue: str) -> None:
    """A page in which everything that others write is the same text, and tracks with this cue."""
    shutil.copy(house.sound, folder / "a.mp3")
    shutil.copy(house.folder / SCRIPT, folder / SCRIPT)
    for name in ("chapters.vtt", "sentences.vtt"):
        (folder / name).write_text(track(cue), "utf-8")
    article = replace(house.listing.article, site=text, title=text)
    line = player_html(replace(house.listing, title=text, audio="a.mp3", cover=None, article=article), Embedding())
    body = f"<article>{line}<p>{html.escape(text)}</p><p>Taler: {html.escape(text)}</p></article>"
    (folder / "index.html").write_text(f'<!doctype html><html lang="da"><meta charset="utf-8">{MODULE}{body}', "utf-8")


@pytest.mark.parametrize(
    ("kind", "is_escaped"),
    [*((kind, True) for kind in HOSTILE), *((kind, False) for kind in ("image", "script", "cue"))],
)
def test_what_others_write_is_text(house: House, visit: Visit, tmp_path: Path, kind: str, is_escaped: bool) -> None:
    """Headings, chapters, speakers and sentences are shown as they are written, and nothing in them is carried out.

    Also where the tracks are not escaped as they ought to be, what stands in them is no markup of the page.
    """
    text = HOSTILE[kind].strip()
    hostile_site(tmp_path, house, text, html.escape(text) if is_escaped else text)
    with served(tmp_path) as address:
        page = visit(address)
        listen(ready(page))
        button(page, "Kapitler").click()
        if is_escaped:
            rows = player(page).locator(".chapter > span:first-child")
            rows.nth(1).wait_for()
            assert [row.strip() for row in rows.all_text_contents()] == [text, f"Taler: {text}"]
            until(page, MARKS)
            assert letters(marked(page)["lyt-sentence"]) == letters(text)
            player(page).locator(".chapter").nth(1).click()
        assert page.evaluate("navigator.mediaSession.metadata.title") == text
        page.wait_for_timeout(100)
        inner = "document.querySelector('lyt-artiklen').shadowRoot.querySelectorAll('img, script, c').length"
        assert page.evaluate(f"[{inner}, document.scripts.length]") == [0, 1]
        assert page.evaluate("'hacked' in window") is False


def test_no_sentence_holds_the_page_up(house: House, visit: Visit, tmp_path: Path) -> None:
    """A row of numbers that is not quite in the page is looked for in no time, as everything is."""
    hostile_site(tmp_path, house, "0 " * 60, "0 " * 40 + "x")
    with served(tmp_path) as address:
        page = ready(visit(address))
        player(page).locator("button.play").click()
        button(page, "Kapitler").click(timeout=SOON)
        player(page).locator(".chapter").first.wait_for(timeout=SOON)


def test_a_sentence_of_signs_alone(house: House, visit: Visit, tmp_path: Path) -> None:
    """A sentence in which no letter stands is marked nowhere, and costs the others nothing."""
    hostile_site(tmp_path, house, "— & * …", "— &amp; * …")
    with served(tmp_path) as address:
        page = ready(visit(address))
        listen(page)
        assert marked(page) == {}
        page.evaluate("document.querySelector('audio').currentTime = 13")
        until(page, "`${[...CSS.highlights.get('lyt-sentence') || []]}`.includes('Taler')", 3)


SENSELESS = [
    ("lang", "constructor"),
    ("duration", "1e99"),
    ("duration", "-1"),
    ("memory", "__proto__"),
    ("layout", "<img>"),
    ("cover", "http://["),
    ("cover", "javascript:window.hacked=1"),
    ("text", "#nothing"),
]


def test_attributes_of_no_sense(house: House, visit: Visit) -> None:
    """An attribute that says nothing costs at most what it is for: the sound plays, the chapters are there."""
    players = "".join(house.player(**{name: value}) for name, value in SENSELESS)
    page = visit(house.put("senseless.html", f"<article>{players}{ARTICLE}</article>"))
    for number, attribute in enumerate(SENSELESS):
        one = page.locator("lyt-artiklen").nth(number)
        assert one.locator(".bar").count() == 1, attribute
        one.locator("button.play").click()
        until(page, f"document.querySelectorAll('audio')[{number}].currentTime > 0.1", 5)
        assert one.locator(".label").inner_text() == "Pause", attribute
        one.locator("button.menu").click()
        one.locator(".chapter").first.wait_for(timeout=SOON)
    assert page.evaluate("'hacked' in window") is False


def test_a_selector_that_is_none(house: House, context: Any) -> None:
    """A selector that no browser can read costs the marks alone, and the newsroom's developer is told."""
    with closing(context.new_page()) as page:
        told: list[str] = []
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(house.put("selector.html", f"<article>{house.player(text='p..x')}{ARTICLE}</article>"))
        listen(ready(page))
        button(page, "Kapitler").click()
        player(page).locator(".chapter").first.wait_for(timeout=SOON)
        assert marked(page) == {}
        assert "p..x" in "".join(told)


@pytest.mark.parametrize(("key", "value"), [("speed", "99"), ("speed", "x"), ("place", "1e999")])
def test_a_memory_of_no_sense(house: House, visit: Visit, key: str, value: str) -> None:
    """What others wrote under the player's keys is not believed."""
    name = key if key != "place" else f"/{house.listing.slug}/{house.listing.audio}"
    told = f"localStorage.setItem('lyt-{name}', '{value}')"
    page = ready(visit(house.article("remembered.html"), prepare=lambda page: page.add_init_script(told)))
    listen(page)
    assert 0.5 <= page.evaluate("document.querySelector('audio').playbackRate") <= 4


# The file itself


def test_the_player_is_small() -> None:
    """lyt.js is at most 8,000 bytes as gzip -9 makes them, with its styles."""
    assert len(gzip.compress(player_script(), 9, mtime=0)) <= BUDGET


def test_nothing_parses_text_as_code_or_markup() -> None:
    """Neither the sources nor lyt.js use what makes markup or a program of a text."""
    banned = re.compile(
        r"\beval\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bFunction\(|setHTML|DOMParser|"
        r"createContextualFragment|srcdoc|\bimport\(|set(?:Timeout|Interval)\(\s*[\"'`]"
    )
    sources = {path.name: path.read_text("utf-8") for path in (ROOT / "player").glob("*.js")}
    for name, text in {**sources, SCRIPT: player_script().decode()}.items():
        assert banned.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)) == [], name


def test_nothing_is_added_to_the_page_but_the_element(house: House, visit: Visit) -> None:
    """lyt.js, as the plainest script, leaves no name behind in the window, and changes none of the browser's."""
    page = visit(house.put("empty.html", "", ""))
    names = "Object.getOwnPropertyNames(window)"
    kinds = "['Element', 'Node', 'Array', 'String', 'Object', 'HTMLMediaElement', 'HTMLAudioElement', 'Event']"
    shapes = f"{kinds}.map((kind) => Object.getOwnPropertyNames(window[kind].prototype).length)"
    before = page.evaluate(f"[{names}, {shapes}]")
    page.evaluate(LOAD)
    until(page, "!!customElements.get('lyt-artiklen')")
    assert page.evaluate(f"[{names}, {shapes}]") == before


# Many players


def test_two_players_of_one_sound(house: House, visit: Visit) -> None:
    """Of two players of the same sound one is heard at a time, each keeps its place, and the marks are its own."""
    page = ready(visit(house.put("two.html", f"<article>{house.player() * 2}{ARTICLE}</article>")))
    second = page.locator("lyt-artiklen").nth(1)
    listen(page)
    until(page, MARKS)
    second.locator("button.play").click()
    until(page, "document.querySelectorAll('audio')[1].currentTime > 0.1")
    states = "[...document.querySelectorAll('audio')].map((audio) => audio.paused)"
    assert page.evaluate(states) == [True, False]
    place = now(page)
    page.evaluate("document.querySelectorAll('audio')[1].currentTime = 9")
    until(page, "`${[...CSS.highlights.get('lyt-sentence') || []]}`.includes('Vi bygger nu')")
    page.wait_for_timeout(300)
    assert "Vi bygger nu" in marked(page)["lyt-sentence"], "the first one marks nothing any more"
    assert now(page) == place
    player(page).locator("button.play").click()
    until(page, f"String({states}) === 'false,true'")
    assert second.locator("button.play").inner_text().startswith("Lyt videre")


def test_many_players(house: House, visit: Visit) -> None:
    """A page with 200 players has them within 3 s of work, and asks for no sound and no track before one is played."""
    asked: list[str] = []
    work: list[Any] = []

    def prepare(page: Any) -> None:
        page.on("request", lambda one: asked.append(one.url))
        work.append(page.context.new_cdp_session(page))
        work[0].send("Performance.enable", {"timeDomain": "threadTicks"})  # whatever else this machine does meanwhile

    page = visit(house.put("many.html", f"<article>{ARTICLE}{house.player() * 200}</article>"), prepare=prepare)
    page.wait_for_load_state()
    spent = {metric["name"]: metric["value"] for metric in work[0].send("Performance.getMetrics")["metrics"]}
    built = "[...document.querySelectorAll('lyt-artiklen')].filter((host) => host.shadowRoot).length"
    assert page.evaluate(built) == 200
    assert 0.02 < spent["TaskDuration"] < 3
    assert [url for url in asked if url.endswith((".mp3", ".vtt", ".jpg"))] == []
    player(page).locator("button.play").click()
    until(page, "document.querySelector('audio').currentTime > 0.1")
    assert len([url for url in asked if url.endswith(".vtt")]) == 2
