"""The player's controls, as a reader uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browsing import Site, button, listen, marked, now, player, until

Visit = Callable[..., Any]
EVENTS = """
window.told = [];
for (const name of ["play", "progress", "chapter", "ended"])
  addEventListener(`lyt-${name}`, ({ detail, target }) => told.push([name, detail, target.localName]));
"""


def ready(page: Any) -> Any:
    """The page, when its player stands."""
    player(page).locator(".bar").wait_for()
    return page


def test_the_button_says_what_it_does(site: Site, visit: Visit) -> None:
    """One button, never another element, says how long the article is, pauses, and goes on."""
    page = ready(visit(site.page("eksempel")))
    play = player(page).locator("button.play")
    play.evaluate("button => (button.mine = true)")
    assert play.inner_text() == "Lyt til artiklen (1 min.)"
    listen(page)
    assert play.inner_text() == "Pause"
    play.click()
    player(page).get_by_text("Lyt videre").wait_for()
    assert page.evaluate("document.querySelector('audio').paused")
    assert play.evaluate("button => button.mine")


def test_nothing_is_fetched_before_play(site: Site, visit: Visit) -> None:
    """Before the reader plays, neither sound nor tracks are asked for; then they are."""
    asked: list[str] = []
    page = visit(site.page("eksempel"), prepare=lambda page: page.on("request", lambda one: asked.append(one.url)))
    ready(page)
    page.wait_for_timeout(300)
    assert not [url for url in asked if url.endswith((".mp3", ".vtt"))]
    listen(page)
    assert {url.rpartition(".")[2] for url in asked} >= {"mp3", "vtt"}


def test_the_keyboard_plays_and_keeps_its_place(site: Site, visit: Visit) -> None:
    """Tab reaches the button, Enter plays, Space pauses, and the focus stays."""
    page = ready(visit(site.page("eksempel")))
    for _ in range(5):
        page.keyboard.press("Tab")
        if player(page).locator("button.play:focus").count():
            break
    page.keyboard.press("Enter")
    until(page, "document.querySelector('audio').currentTime > 0.1")
    page.keyboard.press("Space")
    until(page, "document.querySelector('audio').paused")
    assert player(page).locator("button.play:focus").count() == 1


def test_skipping(site: Site, visit: Visit) -> None:
    """The two buttons skip 15 seconds, and never beyond the ends."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    button(page, "15 sekunder frem").click()
    assert 15 <= now(page) < 18
    button(page, "15 sekunder tilbage").click()
    assert now(page) < 3
    button(page, "15 sekunder tilbage").click()
    assert now(page) < 1


def test_skipping_by_sentence(site: Site, visit: Visit) -> None:
    """Next and previous go to the beginning of a sentence; amid one, previous goes to its own beginning first."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    button(page, "Kapitler").click()
    starts = page.evaluate("[...document.querySelector('track[kind=metadata]').track.cues].map(cue => cue.startTime)")
    button(page, "Næste sætning").click()
    assert now(page) == pytest.approx(starts[1], abs=0.3)
    button(page, "Næste sætning").click()
    assert now(page) == pytest.approx(starts[2], abs=0.3)
    button(page, "Forrige sætning").click()
    assert now(page) == pytest.approx(starts[1], abs=0.3)
    until(page, f"document.querySelector('audio').currentTime > {starts[1] + 1.6}")
    button(page, "Forrige sætning").click()
    assert now(page) == pytest.approx(starts[1], abs=0.3)


def test_the_speed_keeps_the_pitch_and_is_remembered(site: Site, visit: Visit) -> None:
    """The speed goes from 0,7 to 3,5 as the language writes it, keeps the pitch, and holds at the next visit."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    speed = player(page).get_by_role("combobox", name="Hastighed")
    options = speed.locator("option").all_inner_texts()
    assert (options[0], options[-1]) == ("0,7×", "3,5×")
    speed.select_option("1,5×")
    assert page.evaluate(
        "[document.querySelector('audio').playbackRate, document.querySelector('audio').preservesPitch]"
    ) == [
        1.5,
        True,
    ]
    page.reload()
    ready(page)
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_the_slider_speaks_in_words(site: Site, visit: Visit) -> None:
    """The slider tells its time in words, arrows move it by five seconds, Home and End go to the ends."""
    page = ready(visit(site.page("eksempel")))
    slider = player(page).get_by_role("slider", name="Position")
    slider.focus()
    assert slider.get_attribute("aria-valuetext") == "0 sekunder"
    page.keyboard.press("ArrowRight")
    assert (now(page), slider.get_attribute("aria-valuetext")) == (5, "5 sekunder")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert (now(page), slider.get_attribute("aria-valuetext")) == (15, "15 sekunder")
    page.keyboard.press("End")
    assert 45 <= now(page) <= 51
    page.keyboard.press("Home")
    assert now(page) == 0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 sekund"), (61, "1 minut og 1 sekund"), (90, "1 minut og 30 sekunder"), (120, "2 minutter")],
)
def test_times_in_words(site: Site, visit: Visit, seconds: int, told: str) -> None:
    """One of a thing is singular, several are plural, and what is nought is not said."""
    page = ready(visit(site.page("havvind")))
    page.evaluate(f"document.querySelector('audio').currentTime = {seconds}")
    page.evaluate("document.querySelector('lyt-artiklen').shadowRoot.querySelector('.position').focus()")
    assert player(page).get_by_role("slider", name="Position").get_attribute("aria-valuetext") == told


def test_a_click_on_the_slider_goes_there(site: Site, visit: Visit) -> None:
    """A click on the middle of the slider goes to the middle of the sound, and the handle is drawn there."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    slider = player(page).get_by_role("slider", name="Position")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert now(page) == pytest.approx(25, abs=1.5)
    drawn = slider.evaluate("slider => Number(slider.style.getPropertyValue('--at'))")
    assert drawn == pytest.approx(0.5, abs=0.04)


def test_a_focused_slider_is_silent_while_it_plays(site: Site, visit: Visit) -> None:
    """While the sound goes on, what a screen reader would tell changes at most twice in four seconds."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    player(page).get_by_role("slider", name="Position").focus()
    page.evaluate(
        """() => {
        window.changes = 0;
        const root = document.querySelector("lyt-artiklen").shadowRoot;
        const slider = root.querySelector(".position");
        new MutationObserver((all) => (changes += all.filter((one) => one.attributeName !== "style").length)).observe(
          slider, { attributes: true });
        new MutationObserver((all) => (changes += all.length)).observe(
          root.querySelector("[role=status]"), { childList: true, characterData: true, subtree: true });
        window.values = new Set();
        window.asking = setInterval(() => values.add(slider.value), 50);
      }"""
    )
    page.wait_for_timeout(4000)
    assert page.evaluate("changes") <= 2
    assert page.evaluate("values.size") == 1
    assert now(page) > 3
    page.keyboard.press("ArrowRight")
    assert now(page) > 7, "an arrow goes on from where the sound is, not from where the slider last stood"


def test_the_chapters(site: Site, visit: Visit) -> None:
    """The chapters are a list with their speakers; one is played by a press, the one that is heard is marked."""
    page = ready(visit(site.page("eksempel")))
    menu = button(page, "Kapitler")
    menu.click()
    rows = player(page).locator(".chapter")
    rows.first.wait_for()
    assert menu.get_attribute("aria-expanded") == "true"
    assert rows.nth(1).locator(".speaker").inner_text() == "Grethe Lund Madsen:"
    assert rows.nth(1).locator(".time").inner_text() == "0:17"
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('audio').currentTime > 17.3")
    assert not page.evaluate("document.querySelector('audio').paused")
    assert rows.nth(1).get_attribute("aria-current") == "true"
    assert rows.nth(0).get_attribute("aria-current") is None
    page.keyboard.press("Escape")
    assert menu.get_attribute("aria-expanded") == "false"
    assert not rows.first.is_visible()
    assert player(page).locator("button.menu:focus").count() == 1


def test_volume_and_download(site: Site, visit: Visit) -> None:
    """The loudness can be set where the platform lets a page do so, and the file can be had."""
    page = ready(visit(site.page("eksempel")))
    button(page, "Kapitler").click()
    player(page).get_by_role("slider", name="Lydstyrke").fill("50")
    assert page.evaluate("document.querySelector('audio').volume") == 0.5
    link = player(page).get_by_role("link", name="Hent")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".mp3")


def test_no_volume_where_it_is_the_phones(site: Site, visit: Visit) -> None:
    """Where setting the loudness has no effect, there is no control for it."""

    def deaf(page: Any) -> None:
        page.add_init_script(
            "Object.defineProperty(HTMLMediaElement.prototype, 'volume', { get: () => 1, set: () => {} })"
        )

    page = ready(visit(site.page("eksempel"), prepare=deaf))
    button(page, "Kapitler").click()
    player(page).get_by_role("link", name="Hent").wait_for()
    assert player(page).get_by_role("slider", name="Lydstyrke").count() == 0


def test_the_newsroom_is_told(site: Site, visit: Visit) -> None:
    """Play, every tenth, every chapter and the end are told to the page as events, each once."""
    page = ready(visit(site.page("eksempel"), prepare=lambda page: page.add_init_script(EVENTS)))
    listen(page)
    player(page).get_by_role("combobox", name="Hastighed").select_option("3,5×")
    until(page, "document.querySelector('audio').ended", 40)
    told = page.evaluate("told")
    assert [one for one in told if one[0] == "play"] == [["play", {"time": pytest.approx(0, abs=0.3)}, "lyt-artiklen"]]
    assert [one[1]["percent"] for one in told if one[0] == "progress"] == list(range(10, 101, 10))
    chapters = [one[1]["title"] for one in told if one[0] == "chapter"]
    assert len(chapters) == 4
    assert chapters[1].startswith("Grethe Lund Madsen: ")
    assert told[-1][0] == "ended"
    assert player(page).locator("button.play").inner_text() == "Lyt til artiklen"


def test_a_link_to_this_moment(site: Site, visit: Visit) -> None:
    """A link names the sentence that is heard, for the sound and for the eye; who opens it finds both, in silence."""
    page = ready(visit(site.page("eksempel"), permissions=["clipboard-read", "clipboard-write"]))
    button(page, "Kapitler").click()
    player(page).locator(".chapter").first.wait_for()
    player(page).get_by_role("button", name="Del: Aksel Brink").click()
    player(page).get_by_text("Link kopieret").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]+/#t=42\.\d:~:text=.+", link)
    assert "Det%20er%20ikke%20ret" in link
    again = ready(visit(link, viewport={"width": 768, "height": 400}))
    until(again, "CSS.highlights.size > 0")
    assert marked(again)["lyt-sentence"].startswith("»Det er ikke ret mange procent")
    assert again.evaluate("document.querySelector('audio').paused")
    assert player(again).locator("button.play").inner_text().startswith("Lyt videre (0:42)")
    box = again.evaluate("(([range]) => range.getBoundingClientRect().top)([...CSS.highlights.get('lyt-sentence')])")
    assert 0 < box < 400
    listen(again)
    assert 42 < now(again) < 45


@pytest.mark.parametrize("fragment", ["#t=20", "#t=0:20", "#t=20,40", "?t=20", "#t=00:00:20"])
def test_addresses_of_a_moment(site: Site, visit: Visit, fragment: str) -> None:
    """Every way to name a second in an address is understood, and nothing plays by itself."""
    page = ready(visit(site.page("eksempel") + fragment))
    until(page, "document.querySelector('audio').currentTime === 20")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('audio').paused")


def test_the_address_of_a_chapter(site: Site, visit: Visit) -> None:
    """The name of a chapter in the address, as podcast clients have it, goes to that chapter."""
    page = ready(visit(site.page("eksempel") + "#aksel-brink-det-er-ikke-ret-mange"))
    until(page, "document.querySelector('audio').currentTime > 40")
    page.evaluate("location.hash = '#grethe-lund-madsen-vi-har-mistet-fire'")
    until(page, "Math.abs(document.querySelector('audio').currentTime - 17.2) < 0.2")


@pytest.mark.parametrize("fragment", ["#t=", "#t=x", "#t=1e9", "#t=-5", "#nothing", "#t=99999"])
def test_addresses_of_no_moment(site: Site, visit: Visit, fragment: str) -> None:
    """An address that names no moment of this sound breaks nothing."""
    page = ready(visit(site.page("eksempel") + fragment))
    page.wait_for_timeout(200)
    assert 0 <= now(page) <= 51
    page.evaluate("document.querySelector('audio').currentTime = 0")
    listen(page)


def test_the_place_is_remembered(site: Site, visit: Visit) -> None:
    """At the next visit the reader goes on where they stopped; near the end it begins anew; a link beats it."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    page.evaluate("document.querySelector('audio').currentTime = 20")
    page.wait_for_timeout(200)
    button(page, "Pause").click()
    page.reload()
    ready(page)
    assert player(page).locator("button.play").inner_text() == "Lyt videre (0:20)"
    listen(page)
    assert 20 <= now(page) < 22
    page.evaluate("document.querySelector('audio').currentTime = 45")
    page.wait_for_timeout(200)
    button(page, "Pause").click()
    page.goto("about:blank")
    page.goto(site.page("eksempel") + "#t=10")
    until(page, "document.querySelector('audio').currentTime === 10")
    page.goto("about:blank")
    page.goto(site.page("eksempel"))
    assert ready(page).evaluate("document.querySelector('audio').currentTime") == 0


MEMORY = "Object.keys(localStorage).filter(key => key.startsWith('lyt')).length"


def test_nothing_is_remembered_of_who_did_not_play(site: Site, visit: Visit) -> None:
    """Before the first play nothing is stored, nor ever a cookie."""
    page = ready(visit(site.page("eksempel") + "#t=5"))
    button(page, "Kapitler").click()
    page.wait_for_timeout(200)
    assert page.evaluate(MEMORY) == 0
    listen(page)
    button(page, "Pause").click()
    player(page).get_by_text("Lyt videre").wait_for()
    assert page.evaluate(MEMORY) > 0
    assert page.evaluate("document.cookie") == ""
    assert page.context.cookies() == []


def test_what_was_heard_is_forgotten(site: Site, visit: Visit) -> None:
    """Of an article that was heard to its end nothing is remembered."""
    page = ready(visit(site.page("eksempel")))
    listen(page)
    page.evaluate("document.querySelector('audio').currentTime = 20")
    until(page, f"{MEMORY} > 0")
    page.evaluate("document.querySelector('audio').currentTime = 49.8")
    until(page, "document.querySelector('audio').ended")
    until(page, f"{MEMORY} === 0")


@pytest.mark.parametrize("memory", ["off", "consent"])
def test_memory_can_be_kept_off(site: Site, visit: Visit, memory: str) -> None:
    """With memory off nothing is stored; with consent nothing before the page says that it was given."""
    told = f"new MutationObserver(() => document.querySelector('lyt-artiklen')?.setAttribute('memory', '{memory}'))"
    prepare = f"{told}.observe(document, {{ childList: true, subtree: true }})"
    page = ready(visit(site.page("eksempel"), prepare=lambda page: page.add_init_script(prepare)))
    listen(page)
    button(page, "Pause").click()
    player(page).get_by_text("Lyt videre").wait_for()
    assert page.evaluate(MEMORY) == 0
    page.evaluate("document.dispatchEvent(new Event('lyt-consent'))")
    listen(page)
    button(page, "Pause").click()
    player(page).get_by_text("Lyt videre").wait_for()
    assert (page.evaluate(MEMORY) > 0) == (memory == "consent")


def test_a_browser_without_storage(site: Site, visit: Visit) -> None:
    """Where storage is forbidden, the player works all the same."""
    forbid = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page = ready(visit(site.page("eksempel"), prepare=lambda page: page.add_init_script(forbid)))
    listen(page)
    button(page, "Pause").click()
    player(page).get_by_text("Lyt videre").wait_for()


def test_the_lock_screen(site: Site, visit: Visit) -> None:
    """The system is told title, cover, chapters and place, and its buttons skip and seek."""
    spy = """
    window.handlers = {};
    const set = MediaSession.prototype.setActionHandler;
    MediaSession.prototype.setActionHandler = function (name, act) { handlers[name] = act; set.call(this, name, act); };
    MediaSession.prototype.setPositionState = (state) => (window.place = state);
    """
    page = ready(visit(site.page("eksempel"), prepare=lambda page: page.add_init_script(spy)))
    listen(page)
    until(page, "navigator.mediaSession.metadata.chapterInfo.length === 4")
    title, artwork, chapter = page.evaluate(
        "(({title, artwork, chapterInfo}) => [title, artwork[0].src, [chapterInfo[1].title, chapterInfo[1].startTime]])"
        "(navigator.mediaSession.metadata)"
    )
    assert title == "Biblioteket, der aldrig lukker"
    assert artwork == site.page("eksempel") + "cover.jpg"
    assert chapter[0].startswith("Grethe Lund Madsen")
    assert chapter[1] == pytest.approx(17.2, abs=0.1)
    assert set(page.evaluate("Object.keys(handlers)")) == {"seekbackward", "seekforward", "seekto"}
    page.evaluate("handlers.seekto({ seekTime: 30 })")
    assert 30 <= now(page) < 32
    page.evaluate("handlers.seekbackward({})")
    assert 15 <= now(page) < 18
    until(page, "window.place?.position > 15 && window.place.duration > 50")


def test_one_player_at_a_time(site: Site, visit: Visit) -> None:
    """On a page with several players, the one that is started silences the other."""
    page = visit(site.address)
    players = page.locator("lyt-artiklen")
    players.nth(0).locator("button.play").click()
    until(page, "document.querySelectorAll('audio')[0].currentTime > 0.1")
    players.nth(1).locator("button.play").click()
    until(page, "document.querySelectorAll('audio')[1].currentTime > 0.1")
    assert page.evaluate("[...document.querySelectorAll('audio')].map(audio => audio.paused)")[:2] == [True, False]


def test_an_idle_player_may_go(site: Site, visit: Visit) -> None:
    """A player that is taken out of the page while another one plays takes nothing of that one's marks along."""
    page = ready(visit(site.page("eksempel")))
    page.evaluate("document.body.append(document.querySelector('lyt-artiklen').cloneNode(true))")
    listen(page)
    until(page, "CSS.highlights.size > 0")
    page.evaluate("document.querySelectorAll('lyt-artiklen')[1].remove()")
    assert marked(page)
    assert page.evaluate("document.querySelector('audio').paused") is False


def test_the_small_player_follows(site: Site, visit: Visit) -> None:
    """Who scrolls on while it plays has the controls at the bottom; who comes back finds them in their place."""
    page = ready(visit(site.page("havvind"), viewport={"width": 768, "height": 500}))
    bar = player(page).locator(".bar")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    assert bar.bounding_box()["y"] < 0, "nothing plays yet"
    page.mouse.wheel(0, -3000)
    page.wait_for_timeout(200)
    listen(page)
    page.mouse.wheel(0, 3000)
    until(page, "document.querySelector('lyt-artiklen').shadowRoot.querySelector('.mini')")
    box = bar.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(500, abs=1)
    button(page, "Pause").click()
    assert page.evaluate("document.querySelector('audio').paused")
    page.mouse.wheel(0, -3000)
    until(page, "!document.querySelector('lyt-artiklen').shadowRoot.querySelector('.mini')")
    assert 0 < bar.bounding_box()["y"] < 400


def test_the_small_player_can_be_closed(site: Site, visit: Visit) -> None:
    """Its × stops the sound and takes it away."""
    page = ready(visit(site.page("havvind"), viewport={"width": 320, "height": 500}))
    listen(page)
    page.mouse.wheel(0, 3000)
    close = button(page, "Luk")
    close.wait_for()
    close.click()
    assert page.evaluate("document.querySelector('audio').paused")
    assert not close.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).scrollPaddingBottom") == "auto"


@pytest.mark.parametrize("style", ["contain: layout paint", "transform: translateX(1px)", "content-visibility: auto"])
def test_the_small_player_stands_in_any_box(site: Site, visit: Visit, style: str) -> None:
    """Whatever the boxes around the player do to what is fixed, the small player stands at the bottom of the window."""
    page = ready(visit(site.page("havvind"), viewport={"width": 768, "height": 500}))
    page.evaluate(f"document.querySelector('article').style.cssText = '{style}'")
    listen(page)
    page.mouse.wheel(0, 1500)
    until(page, "document.querySelector('lyt-artiklen').shadowRoot.querySelector('.mini')")
    box = player(page).locator(".bar").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(500, abs=1)
