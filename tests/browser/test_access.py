"""The player is for everybody: WCAG 2.2 AA in each of its states, as far as a program can see it."""

from __future__ import annotations

import io
import json
import os
import re
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import CMS, ROOT, SAMPLES, Site, listen, missing, now, player, until
from PIL import Image

Visit = Callable[..., Any]
Colour = tuple[int, ...]

LOOKS: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced, light": {"color_scheme": "light", "forced_colors": "active"},
    "forced, dark": {"color_scheme": "dark", "forced_colors": "active"},
}
WAYS = [
    ("havvind", "compact"),
    ("havvind", "full"),
    ("havvind", "button"),
    ("index", "button"),
    ("gutenberg", "compact"),
]
SECONDS = {"da": "sekunder", "nb": "sekunder", "sv": "sekunder", "de": "Sekunden", "en": "seconds"}
MINUTES = {"da": "min.", "nb": "min", "sv": "min", "de": "Min.", "en": "min"}
KEYS = string.ascii_letters + string.digits + string.punctuation + "æøå"
PLAY = "document.querySelector('audio').play()"
PAUSE = "document.querySelector('audio').pause()"
SHADOW = "document.querySelector('lyt-artiklen').shadowRoot"
IS_SMALL = f"!!{SHADOW}.querySelector('.mini')"

# ---- states ----


def changed(*changes: tuple[str, str]) -> Callable[[Any], None]:
    """Prepare a page so that its HTML comes with other words."""

    def answer(route: Any) -> None:
        response = route.fetch()
        text = response.text()
        for old, new in changes:
            text = text.replace(old, new)
        route.fulfill(response=response, body=text)

    return lambda page: page.route(re.compile(r"(/|\.html)$"), answer)


def address(site: Site, name: str) -> str:
    """Where the list of all articles is, or a newsroom's page, or an article's own page."""
    if name == "index":
        return site.address
    return site.cms(name) if name in CMS else site.page(name)


def opened(site: Site, visit: Visit, name: str, layout: str = "compact", **options: Any) -> Any:
    """A page whose player stands in a layout; the page's width and height are options."""
    width, height = options.pop("width", 768), options.pop("height", 900)
    change = changed(("<lyt-artiklen", f'<lyt-artiklen layout="{layout}"')) if layout == "full" or name in SAMPLES else None
    page = visit(address(site, name), prepare=change, viewport={"width": width, "height": height}, **options)
    player(page).locator(".bar").wait_for()
    return page


def menu(page: Any) -> Any:
    """The button that opens the panel."""
    return player(page).locator("button.menu")


def open_panel(page: Any) -> None:
    """Open the panel with the chapters, and see them there."""
    menu(page).click()
    player(page).locator(".chapter").first.wait_for()
    page.mouse.move(0, 0)


def stop(page: Any) -> None:
    """Stop the sound as the keys of a headset do."""
    page.evaluate(PAUSE)
    until(page, f"!!{SHADOW}.querySelector('.paused')")


def shrink(page: Any) -> None:
    """Go elsewhere in the page while the sound plays, until the small player stands."""
    page.evaluate(PLAY)
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    until(page, IS_SMALL)


def tell(event: str) -> str:
    """What lets a player hear something of its sound."""
    return f"document.querySelector('audio').dispatchEvent(new Event('{event}'))"


def states(page: Any) -> Iterator[str]:
    """Bring the player of a page from state to state, and tell which it is in."""
    yield "at rest"
    listen(page)
    page.mouse.move(0, 0)
    yield "playing"
    page.evaluate(tell("waiting"))
    yield "waiting for the sound"
    page.evaluate(tell("playing"))
    if menu(page).is_visible():
        open_panel(page)
        yield "chapters open"
        menu(page).click()
    stop(page)
    yield "paused"
    shrink(page)
    yield "small"
    open_panel(page)
    yield "small, chapters open"
    menu(page).click()
    stop(page)
    yield "small, paused"
    page.evaluate(tell("error"))
    yield "small, with an error"


def agree(faults: Iterable[str]) -> None:
    """There are none; else show each of them."""
    told = list(faults)
    assert not told, "\n".join(told)


def no_sound(page: Any) -> None:
    """Let nobody have the sound."""
    page.route("**/*.mp3", lambda route: route.abort())


# ---- axe ----

AXE = """async (only) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const rules = { "target-size": { enabled: true } };
  const told = await axe.run(only ? { include: [[only]] } : document, { runOnly: tags, rules });
  const sees = told.passes.some((rule) => rule.nodes.some(({ target }) => Array.isArray(target[0])));
  const found = told.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(" ")}: ${failureSummary}`));
  return sees ? found : [...found, "no shadow root was looked into"];
}"""


def axe_source() -> str:
    """The rules of axe-core."""
    folder = os.environ.get("LYT_NODE_MODULES")
    path = Path(folder or ".") / "axe-core" / "axe.min.js"
    if not folder or not path.is_file():
        missing("axe-core")
    return path.read_text("utf-8")


def violations(page: Any, only: str | None) -> list[str]:
    """What axe finds in every look, by the look."""
    found = []
    for look, media in LOOKS.items():
        page.emulate_media(**media)
        found += [f"{look}: {violation}" for violation in page.evaluate(AXE, only)]
    return found


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(("name", "layout"), WAYS)
def test_axe_finds_nothing(site: Site, visit: Visit, name: str, layout: str, width: int) -> None:
    """In no state, layout, width or look does axe-core find a violation of WCAG 2.2 AA or of good practice."""
    source = axe_source()
    page = opened(site, visit, name, layout, width=width)
    page.evaluate(source)
    only = "lyt-artiklen" if name in CMS else None
    agree(f"{state}: {found}" for state in states(page) for found in violations(page, only))


@pytest.mark.parametrize("layout", ["compact", "full", "button"])
def test_axe_finds_nothing_in_an_error(site: Site, visit: Visit, layout: str) -> None:
    """Where the sound cannot be fetched, axe-core finds no violation either, narrow or wide."""
    source = axe_source()
    page = opened(site, visit, "eksempel", layout, width=320)
    no_sound(page)
    page.evaluate(source)
    player(page).locator("button.play").click()
    player(page).get_by_text("Lyden kan ikke hentes").wait_for()
    found = violations(page, None)
    page.set_viewport_size({"width": 1280, "height": 900})
    agree(found + violations(page, None))


# ---- size ----

PARTS = """() => {
  const root = document.querySelector("lyt-artiklen").shadowRoot;
  const [bar, panel] = [".bar", ".panel"].map((name) => root.querySelector(name));
  const box = (element) => (({ left, top, right, bottom }) => [left, top, right, bottom])(element.getBoundingClientRect());
  const parts = [...root.querySelectorAll("button, a, select, input, .note, .time, .status:not(:empty)")];
  return {
    bar: box(bar), window: [innerWidth, innerHeight], isSmall: bar.matches(".mini"),
    sideways: [document.scrollingElement, bar, panel].filter((one) => one.scrollWidth > one.clientWidth + 1).map(
      (one) => `${one.className || one.localName} scrolls sideways: ${one.scrollWidth} in ${one.clientWidth} px`),
    parts: parts.filter((one) => one.checkVisibility()).map((one) => ({
      name: `${one.className} "${one.ariaLabel || one.textContent}"`,
      box: box(one.closest("label") || one),
      least: one.matches(".play") ? 44 : one.matches("button, a, select, input") ? 24 : 0,
      text: box(((range) => (range.selectNodeContents(one), range))(new Range())),
    })),
  };
}"""


def misfits(page: Any) -> list[str]:
    """What is too small to be hit, or not all to be seen."""
    told = page.evaluate(PARTS)
    left, top, right, bottom = told["bar"]
    width, height = told["window"]
    found = list(told["sideways"])
    if left < -0.5 or right > width + 0.5 or (told["isSmall"] and (top < -0.5 or bottom > height + 0.5)):
        found.append(f"the bar stands at {told['bar']} in {told['window']}")
    for part in told["parts"]:
        x, y, end, foot = part["box"]
        if min(end - x, foot - y) < (24 if part["least"] else 0) or foot - y < part["least"]:
            found.append(f"{part['name']} is {end - x:.1f} x {foot - y:.1f} px")
        start, stop = min(x, part["text"][0] or x), max(end, part["text"][2])
        if start < left - 0.5 or stop > right + 0.5:
            found.append(f"{part['name']} is cut off: from {start:.1f} to {stop:.1f} in {left:.1f} to {right:.1f}")
    return found


@pytest.mark.parametrize(("name", "layout"), [*WAYS, *((name, "compact") for name in CMS if name != "gutenberg")])
def test_everything_has_room(site: Site, visit: Visit, name: str, layout: str) -> None:
    """At 320 px every target is at least 24 px wide and high, play is 44 px high, and nothing is cut off."""
    page = opened(site, visit, name, layout, width=320)
    agree(f"{state}: {found}" for state in states(page) for found in misfits(page))


@pytest.mark.parametrize("language", ["nb", "sv", "de", "en"])
def test_every_language_has_room(site: Site, visit: Visit, language: str) -> None:
    """Nor is anything cut off at 320 px in a language whose words are longer."""
    change = changed(('lang="da"', f'lang="{language}"'))
    page = visit(site.page("havvind"), prepare=change, viewport={"width": 320, "height": 900})
    player(page).locator(".bar").wait_for()
    agree(f"{state}: {found}" for state in states(page) for found in misfits(page))


@pytest.mark.parametrize(("name", "layout"), WAYS)
def test_four_times_as_large(site: Site, visit: Visit, name: str, layout: str) -> None:
    """At 400 % the small player leaves more than half of the window free, fits into it, and still tells an error."""
    page = opened(site, visit, name, layout, width=320, height=256)
    found = []
    for state in states(page):
        found += [f"{state}: {fault}" for fault in misfits(page)]
        _, top, _, bottom = page.evaluate(PARTS)["bar"]
        if state in ("small", "small, paused") and bottom - top >= 128:
            found.append(f"{state}: the bar is {bottom - top} px high")
    agree(found)
    assert player(page).get_by_text("Lyden kan ikke hentes").is_visible()


# ---- focus ----

FOCUSED = """() => {
  let one = document.activeElement;
  if (one?.shadowRoot) one = one.shadowRoot.activeElement;
  return one && `${one.className}${one.id}`.replace("tool ", "");
}"""
RING = f"""() => {{
  const {{ left, top, width, height }} = {SHADOW}.activeElement.getBoundingClientRect();
  return [left, top, width, height];
}}"""
NEIGHBOURS = """() => {
  for (const where of ["before", "after"]) {
    const link = Object.assign(document.createElement("a"), { href: "#", id: where, textContent: where });
    if (where === "before") document.querySelector("lyt-artiklen").before(link);
    else document.querySelector("article, body").append(link);
  }
}"""
PANEL = ["chapter", "tool", "previous", "next", "share", "tool", "tap", "volume"]
BEGUN = ["play", "back", "forward", "menu", "position", "speed"]
SMALL = ["play", "back", "forward", "menu", "close", "position", "speed"]


def tabbed(page: Any, key: str = "Tab") -> list[str]:
    """What has focus after one press after another, until that is out of the player; a list's rows count once."""
    found: list[str] = []
    while len(found) < 60 and found[-1:] not in (["before"], ["after"], [""]):
        page.keyboard.press(key)
        found.append(page.evaluate(FOCUSED) or "")
    return [name for n, name in enumerate(found) if found[max(0, n - 2) : n] != found[n : n + 2]]
