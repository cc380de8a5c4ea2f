"""The player is for everybody: WCAG 2.2 AA in each of its states, as far as a program can see it."""

from __future__ import annotations

import io
import os
import re
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import CMS, ROOT, Site, listen, missing, now, player, until
from PIL import Image

Visit = Callable[..., Any]

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
KEYS = string.ascii_letters + string.digits + string.punctuation
SHADOW = "document.querySelector('lyt-artiklen').shadowRoot"
IS_SMALL = f"!!{SHADOW}.querySelector('.mini')"

TABLE = (ROOT / "player" / "words.js").read_text("utf-8")
NAMES = re.findall(r"\w+", re.findall(r'NAMES =\s+"([\w ]+)"', TABLE)[0])
WORDS = {
    language: dict(zip(NAMES, texts.split("|"), strict=True))
    for language, texts in re.findall(r'^  (\w\w): "(.+)",$', TABLE, re.MULTILINE)
}
UNITS = {
    "da": ("sekunder", "min."),
    "nb": ("sekunder", "min"),
    "sv": ("sekunder", "min"),
    "de": ("Sekunden", "Min."),
    "en": ("seconds", "min"),
}
SHOWN = 12  # faults of a test that fails
FAILED = WORDS["da"]["failed"]


# ---- the states ----


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


def opened(site: Site, visit: Visit, name: str, layout: str = "", **options: Any) -> Any:
    """A page whose player stands in a layout; the size of the window is among the options."""
    size = {"width": options.pop("width", 768), "height": options.pop("height", 900)}
    change = changed(("<lyt-artiklen", f'<lyt-artiklen layout="{layout}"')) if layout else None
    page = visit(address(site, name), prepare=change, viewport=size, **options)
    player(page).locator(".bar").wait_for()
    return page


def in_language(site: Site, visit: Visit, language: str, name: str = "eksempel", **options: Any) -> Any:
    """An article's page, as if it were in another language."""
    page = visit(site.page(name), prepare=changed(('lang="da"', f'lang="{language}"')), **options)
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
    """Stop the sound, as a headset does."""
    page.evaluate("document.querySelector('audio').pause()")
    until(page, f"!!{SHADOW}.querySelector('.paused')")


def tell(page: Any, event: str) -> None:
    """Let the player hear of something that befalls its sound."""
    page.evaluate(f"document.querySelector('audio').dispatchEvent(new Event('{event}'))")


def states(page: Any) -> Iterator[str]:
    """Bring the first player of a page from state to state, and tell which it is in."""
    yield "at rest"
    listen(page)
    page.mouse.move(0, 0)
    yield "playing"
    tell(page, "waiting")
    yield "waiting"
    tell(page, "playing")
    if menu(page).is_visible():
        open_panel(page)
        yield "chapters open"
        menu(page).click()
    stop(page)
    yield "paused"
    tell(page, "error")
    yield "with an error"
    listen(page)
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    until(page, IS_SMALL)
    yield "small"
    open_panel(page)
    yield "small, chapters open"
    menu(page).click()
    stop(page)
    yield "small, paused"
    tell(page, "error")
    yield "small, with an error"


def states_to_the_end(page: Any) -> Iterator[str]:
    """The same, and the one in which all has been heard."""
    yield from states(page)
    page.evaluate(
        "(async (audio) => { audio.currentTime = 1e6; await audio.play(); })(document.querySelector('audio'))"
    )
    until(page, "document.querySelector('audio').ended")
    yield "small, at the end"


def bring(page: Any, wanted: str) -> None:
    """Bring the first player of a page into a state."""
    assert any(state == wanted for state in states(page))


def agree(faults: Iterable[str]) -> None:
    """There are no faults; else show the first of them."""
    found = [fault for fault in faults if fault]
    assert not found, "\n".join([f"{len(found)} faults:", *found[:SHOWN]])


def no_sound(page: Any) -> None:
    """Let nobody have the sound."""
    page.route("**/*.mp3", lambda route: route.abort())


# ---- axe ----

AXE = """async (only) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const rules = { "target-size": { enabled: true } };
  const options = { runOnly: tags, rules, resultTypes: ["violations"] };
  const told = await axe.run(only ? { include: [[only]] } : document, options);
  const sees = told.passes.some((rule) => rule.nodes.some(({ target }) => Array.isArray(target[0])));
  const found = told.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(" ")}: ${failureSummary}`));
  return sees ? found : [...found, "no shadow root was looked into"];
}"""


def axe_source() -> str:
    """The rules of axe-core."""
    path = Path(os.environ.get("LYT_NODE_MODULES", "")) / "axe-core" / "axe.min.js"
    if "LYT_NODE_MODULES" not in os.environ or not path.is_file():
        missing("axe-core")
    return path.read_text("utf-8")


def violations(page: Any, name: str) -> Iterator[str]:
    """What axe finds: narrow in light, dark and forced colours; wide, where only places differ, in one of them."""
    only = "lyt-artiklen" if name in CMS else None
    for look in ("light", "dark", "forced, light") if page.viewport_size["width"] == 320 else ("light",):
        page.emulate_media(**LOOKS[look])
        for violation in page.evaluate(AXE, only):
            yield f"{look}: {violation}"


@pytest.mark.parametrize(
    ("name", "layout", "width"),
    [*((*way, 320) for way in WAYS), *((*way, 1280) for way in WAYS if way[1] == "compact" or way[0] == "index")],
)
def test_axe_finds_nothing(site: Site, visit: Visit, name: str, layout: str, width: int) -> None:
    """In no state, layout, width or look does axe-core find a violation of WCAG 2.2 AA or of good practice."""
    source = axe_source()
    page = opened(site, visit, name, layout, width=width)
    page.evaluate(source)
    agree(f"{state}: {found}" for state in states(page) for found in violations(page, name))


@pytest.mark.parametrize("layout", ["compact", "full", "button"])
def test_axe_finds_nothing_without_sound(site: Site, visit: Visit, layout: str) -> None:
    """Where the sound cannot be fetched, axe-core finds no violation either, narrow or wide."""
    source = axe_source()
    page = opened(site, visit, "eksempel", layout, width=320)
    no_sound(page)
    page.evaluate(source)
    player(page).locator("button.play").click()
    player(page).get_by_text(FAILED).wait_for()
    narrow = list(violations(page, "eksempel"))
    page.set_viewport_size({"width": 1280, "height": 900})
    agree([*narrow, *violations(page, "eksempel")])


# ---- size ----

PARTS = """() => {
  const root = document.querySelector("lyt-artiklen").shadowRoot;
  const [bar, panel] = [".bar", ".panel"].map((name) => root.querySelector(name));
  const box = (one) => (({ left, top, right, bottom }) => [left, top, right, bottom])(one.getBoundingClientRect());
  const textOf = (one) => {
    const range = new Range();
    range.selectNodeContents(one);
    return range;
  };
  const shown = [...root.querySelectorAll("button, a, select, input, .note, .time, .status:not(:empty)")];
  const sideways = [document.scrollingElement, bar, panel].filter((one) => one.scrollWidth > one.clientWidth + 1);
  return {
    bar: box(bar),
    window: [innerWidth, innerHeight],
    isSmall: bar.matches(".mini"),
    sideways: sideways.map((one) => `${one.className || one.localName} is ${one.scrollWidth} px wide inside`),
    parts: shown.filter((one) => one.checkVisibility()).map((one) => ({
      name: `${one.className} "${one.ariaLabel || one.textContent}"`,
      box: box(one.closest("label") || one),
      text: one.textContent && one.localName !== "select" ? box(textOf(one)) : box(one),
      least: one.matches(".play") ? 44 : one.matches("button, a, select, input") ? 24 : 0,
    })),
  };
}"""


def misfits(page: Any) -> Iterator[str]:
    """What is too small to be hit, or not all to be seen."""
    told = page.evaluate(PARTS)
    left, top, right, bottom = told["bar"]
    width, height = told["window"]
    yield from told["sideways"]
    if left < -0.5 or right > width + 0.5 or (told["isSmall"] and (top < -0.5 or bottom > height + 0.5)):
        yield f"the player stands at {told['bar']} in {told['window']}"
    for part in told["parts"]:
        start, upper, end, lower = part["box"]
        least = min(part["least"], 24)
        if end - start < least or lower - upper < part["least"]:
            yield f"{part['name']} is {end - start:.1f} x {lower - upper:.1f} px"
        start, end = min(start, part["text"][0]), max(end, part["text"][2])
        if start < left - 0.5 or end > right + 0.5:
            yield f"{part['name']} is cut off: {start:.1f} to {end:.1f} in {left:.1f} to {right:.1f}"


@pytest.mark.parametrize(("name", "layout"), [*WAYS, *((name, "compact") for name in CMS if name != "gutenberg")])
def test_everything_has_room(site: Site, visit: Visit, name: str, layout: str) -> None:
    """At 320 px every target is at least 24 px wide and high, play is 44 px high, and nothing is cut off."""
    page = opened(site, visit, name, layout, width=320)
    agree(f"{state}: {found}" for state in states(page) for found in misfits(page))


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_room(site: Site, visit: Visit, language: str) -> None:
    """Nor is anything cut off at 320 px in a language that has longer words, up to the end of the sound."""
    page = in_language(site, visit, language, "havvind", viewport={"width": 320, "height": 900})
    agree(f"{state}: {found}" for state in states_to_the_end(page) for found in misfits(page))


@pytest.mark.parametrize(("name", "layout"), [("havvind", "full"), ("gutenberg", "compact")])
def test_four_times_as_large(site: Site, visit: Visit, name: str, layout: str) -> None:
    """At 400 % nothing is cut off, the small player leaves more than half of the window, and still tells an error."""
    page = opened(site, visit, name, layout, width=320, height=256)
    found = []
    for state in states(page):
        found += [f"{state}: {misfit}" for misfit in misfits(page)]
        _, top, _, bottom = page.evaluate(PARTS)["bar"]
        if state in ("small", "small, paused", "small, with an error") and bottom - top >= 128:
            found.append(f"{state}: the player takes {bottom - top} of 256 px")
        if state.endswith("with an error") and not player(page).get_by_text(FAILED).is_visible():
            found.append(f"{state}: the error is not to be seen")
    agree(found)


# ---- contrast ----

TEXTS = """() => {
  const root = document.querySelector("lyt-artiklen").shadowRoot;
  const play = root.querySelector(".play");
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour, alpha = 1) => {
    [brush.fillStyle, brush.globalAlpha] = [colour, alpha];
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const told = (name, least, one, ...colours) => {
    const around = [];
    for (let box = one; box !== root; box = box.parentNode) around.unshift(getComputedStyle(box));
    const alpha = around.reduce((product, { opacity }) => product * opacity, 1);
    const pixels = colours.map((colour) => {
      const [ground] = around.map(({ backgroundColor }) => paint(backgroundColor)).slice(-1);
      return colour ? paint(colour, alpha) : ground;
    });
    return [name, least, pixels];
  };
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shown = [...root.querySelectorAll("*")].filter((one) => one.checkVisibility() && one.localName !== "option");
  const [disc, sign] = ["::before", "::after"].map((part) => getComputedStyle(play, part).backgroundColor);
  return [
    ...shown.filter(hasText).map((one) =>
      told(one.className || one.localName, 4.5, one, "", getComputedStyle(one).color)),
    told("the disc of play", 3, play, "", disc),
    told("the sign of play", 3, play, disc, sign),
  ];
}"""
MARKS = """() => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d");
  const probe = document.querySelector("p:not(lyt-artiklen p)").appendChild(document.createElement("span"));
  const pixel = (colour) => {
    probe.style.color = "";
    probe.style.color = colour;
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const rules = document.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules]);
  const found = rules.filter(({ selectorText }) => selectorText?.startsWith("::highlight")).map(
    ({ selectorText, style }) => [selectorText, pixel(style.background || style.backgroundColor), pixel(style.color)]);
  probe.remove();
  return found;
}"""
BOX = "(({ left, top, width, height }) => [left, top, width, height].map(Math.round))"
SLIDER = f"{BOX}({SHADOW}.querySelector('.position').getBoundingClientRect())"
AT = f"Number({SHADOW}.querySelector('.position').style.getPropertyValue('--at'))"


def luminance(colours: Any) -> Any:
    """How bright colours are, as WCAG has it; the last axis is red, green and blue up to 255."""
    parts = np.asarray(colours, dtype=float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: Any, other: Any) -> Any:
    """The contrast of two colours, or of two pictures pixel by pixel: 1 to 21."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def picture(page: Any, left: int, top: int, width: int, height: int) -> Any:
    """What stands in a part of the window, as an array of pixels."""
    clip = {"x": left, "y": top, "width": width, "height": height}
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("name", ["havvind", "gutenberg"])
def test_texts_and_signs_can_be_read(site: Site, visit: Visit, name: str) -> None:
    """Every text of the player has a contrast of 4.5:1, and the sign of play one of 3:1, in each state and look."""
    page = opened(site, visit, name)
    found = []
    for state in states(page):
        for look, media in LOOKS.items():
            page.emulate_media(**media)
            told = [(part, least, contrast(*colours)) for part, least, colours in page.evaluate(TEXTS)]
            found += [f"{state}, {look}: {part} has {seen:.2f}:1" for part, least, seen in told if seen < least]
    agree(found)


@pytest.mark.parametrize("name", ["havvind", "gutenberg"])
def test_marked_text_can_be_read(site: Site, visit: Visit, name: str) -> None:
    """What is marked in the article has a contrast of 4.5:1 to its mark, light and dark."""
    page = opened(site, visit, name)
    for look in ("light", "dark"):
        page.emulate_media(**LOOKS[look])
        marks = page.evaluate(MARKS)
        assert [mark for mark, *_ in marks] == ["::highlight(lyt-sentence)", "::highlight(lyt-word)"]
        agree(f"{look}: {mark}: {ink} on {paper}" for mark, paper, ink in marks if contrast(paper, ink) < 4.5)


@pytest.mark.parametrize("name", ["havvind", "gutenberg"])
def test_the_slider_can_be_seen(site: Site, visit: Visit, name: str) -> None:
    """The slider's line, what is filled of it, and its handle have a contrast of 3:1 to the player's ground."""
    page = opened(site, visit, name, reduced_motion="reduce")
    listen(page)
    page.evaluate("document.querySelector('audio').currentTime = 60")
    stop(page)
    until(page, f"{AT} > 0.1")
    page.evaluate(f"{SHADOW}.host.scrollIntoView({{ block: 'center' }})")
    until(page, f"!({IS_SMALL})")
    page.mouse.move(0, 0)
    for look, media in LOOKS.items():
        page.emulate_media(**media)
        drawn, at = picture(page, *page.evaluate(SLIDER)), page.evaluate(AT)
        ground, width = drawn[0, 20], drawn.shape[1]
        assert (drawn[0, 20:-20] == ground).all(), "above the slider's line is nothing but the player's ground"
        columns = (int(at / 2 * width), int((1 + at) / 2 * width), int(at * (width - 16)) + 8)
        seen = [round(float(contrast(drawn[:, column], ground).max()), 2) for column in columns]
        assert min(seen) >= 3, f"{look}: {seen}"


# ---- focus ----

FOCUSED = """() => {
  const one = document.activeElement;
  return one.shadowRoot ? one.shadowRoot.activeElement.className.replace("tool ", "") : one.id || "outside";
}"""
FOCUSED_BOX = f"{BOX}({SHADOW}.activeElement.getBoundingClientRect())"
NEIGHBOURS = """() => {
  const host = document.querySelector("lyt-artiklen");
  const [before, after] = ["before", "after"].map((id) =>
    Object.assign(document.createElement("a"), { href: "#", id, textContent: id }));
  host.before(before);
  if (host.shadowRoot.querySelector(".mini")) host.parentNode.append(after);
  else host.after(after);
}"""
LINKS = """(size) => {
  document.documentElement.style.fontSize = size;
  const rows = Array.from({ length: 60 }, (_, n) => {
    const row = document.createElement("p");
    row.style.textAlign = "right";
    row.append(Object.assign(document.createElement("a"), { href: "#", id: n, textContent: `Henvisning ${n}` }));
    return row;
  });
  document.querySelector("lyt-artiklen").parentNode.append(...rows);
  rows[0].firstChild.focus();
}"""
COVERED = f"""() => {{
  const one = document.activeElement;
  const [link, bar] = [one, {SHADOW}.querySelector(".bar")].map((box) => box.getBoundingClientRect());
  const isClear = link.bottom < bar.top + 1 || link.right <= bar.left;
  return isClear ? "" : `link ${{one.id}} ends at ${{link.bottom}} px, and the player begins at ${{bar.top}} px`;
}}"""
HEARD = f"""() => {{
  const {{ paused, muted, volume, playbackRate }} = document.querySelector("audio");
  const bar = {SHADOW}.querySelector(".bar");
  return [paused, muted, volume, playbackRate, bar.className, bar.querySelector(".menu").ariaExpanded, scrollY];
}}"""
BEGUN = ["play", "back", "forward", "menu", "position", "speed"]
SMALL = ["play", "back", "forward", "menu", "close", "position", "speed"]
PANEL = ["chapter", "previous", "next", "share", "tool", "tap", "volume"]


def tabbed(page: Any, key: str) -> list[str]:
    """What has focus after one press after another, until that is a link before or after the player."""
    found: list[str] = []
    while len(found) < 60 and found[-1:] not in (["before"], ["after"]):
        page.keyboard.press(key)
        found.append(page.evaluate(FOCUSED))
    return found


def in_rows(names: list[str], chapters: int) -> list[str]:
    """The order of the keyboard, where the list of chapters has as many rows as there are."""
    return [one for name in names for one in (["chapter", "tool"] * chapters if name == "chapter" else [name])]


@pytest.mark.parametrize(
    ("layout", "state", "own"),
    [
        ("compact", "at rest", ["play", "menu", "position", "speed"]),
        ("compact", "chapters open", BEGUN + PANEL),
        ("compact", "small", SMALL),
        ("compact", "small, chapters open", SMALL + PANEL),
        ("full", "at rest", ["play", "position", "speed", *PANEL]),
        ("button", "playing", ["play"]),
        ("button", "small, chapters open", SMALL + PANEL),
    ],
)
def test_the_order_of_the_keyboard(site: Site, visit: Visit, layout: str, state: str, own: list[str]) -> None:
    """Tab goes through the controls in the order in which they are read, and out of the player at both ends."""
    page = opened(site, visit, "havvind", layout)
    bring(page, state)
    page.evaluate(NEIGHBOURS)
    player(page).locator("button.play").focus()
    order = in_rows(own, player(page).locator(".chapter:visible").count())
    assert tabbed(page, "Tab") == [*order[1:], "after"]
    assert tabbed(page, "Shift+Tab") == [*order[::-1], "before"]


@pytest.mark.parametrize("state", ["chapters open", "small, chapters open"])
def test_escape_closes_the_panel(site: Site, visit: Visit, state: str) -> None:
    """Escape, wherever in the player it is pressed, closes the panel and gives focus back to its button."""
    page = opened(site, visit, "havvind")
    bring(page, state)
    for name in (".chapter", "li .tool", ".previous", "a", ".tap", ".volume", ".speed", ".play"):
        if menu(page).get_attribute("aria-expanded") == "false":
            open_panel(page)
        player(page).locator(name).first.focus()
        page.keyboard.press("Escape")
        assert (page.evaluate(FOCUSED), menu(page).get_attribute("aria-expanded")) == ("menu", "false"), name
        assert not player(page).locator(".panel").is_visible()


def unlit(page: Any) -> Iterator[str]:
    """The controls that focus does not change by 3:1 in as many pixels as a line around them has."""
    page.evaluate(f"{SHADOW}.activeElement?.blur()")
    size = page.viewport_size
    before = picture(page, 0, 0, size["width"], size["height"])
    player(page).locator(".back").focus()
    page.keyboard.press("Shift+Tab")
    while (name := page.evaluate(FOCUSED)) != "outside":
        left, top, width, height = page.evaluate(FOCUSED_BOX)
        x, y = max(0, left - 6), max(0, top - 6)
        after = picture(page, x, y, min(left + width + 6, size["width"]) - x, min(top + height + 6, size["height"]) - y)
        lit = (contrast(after, before[y:, x:][: after.shape[0], : after.shape[1]]) >= 3).sum()
        if lit < 2 * (width + height):
            yield f"{name}: {lit} px are lit around {width} x {height}"
        page.keyboard.press("Tab")


@pytest.mark.parametrize("state", ["chapters open", "small, chapters open"])
def test_focus_can_be_seen(site: Site, visit: Visit, state: str) -> None:
    """Each control that has focus looks otherwise than without it, by 3:1 and by a line around it, in every look."""
    is_small = state.startswith("small")
    page = opened(site, visit, "havvind" if is_small else "eksempel", width=600, height=1200)
    bring(page, state)
    stop(page)
    found = []
    for look in ("light",) if is_small else LOOKS:
        page.emulate_media(**LOOKS[look])
        found += [f"{look}: {fault}" for fault in unlit(page)]
    agree(found)


@pytest.mark.parametrize(
    ("state", "width", "size"),
    [
        ("small", 320, "100%"),
        ("small", 1280, "100%"),
        ("small", 320, "62.5%"),
        ("small, chapters open", 320, "100%"),
        ("small, chapters open", 1280, "100%"),
    ],
)
def test_focus_is_never_hidden(site: Site, visit: Visit, state: str, width: int, size: str) -> None:
    """No link that gets focus, forwards or backwards, lies under the small player, however large a page's em is."""
    page = opened(site, visit, "havvind", width=width, height=700)
    bring(page, state)
    page.evaluate(LINKS, size)
    found = []
    for key in ["Tab"] * 40 + ["Shift+Tab"] * 20:
        page.keyboard.press(key)
        found.append(page.evaluate(COVERED))
    assert page.evaluate(IS_SMALL)
    agree(found)


@pytest.mark.parametrize("state", ["at rest", "playing"])
def test_no_single_key_does_anything(site: Site, visit: Visit, state: str) -> None:
    """While focus is on the page and not in the player, no character that is typed does anything."""
    page = opened(site, visit, "havvind")
    bring(page, state)
    page.evaluate(f"{SHADOW}.activeElement?.blur()")
    before, time = page.evaluate(HEARD), now(page)
    for key in KEYS:
        page.keyboard.press(key)
        assert page.evaluate(HEARD) == before, key
    assert 0 <= now(page) - time < 10


def test_a_press_is_for_the_player_alone(site: Site, visit: Visit) -> None:
    """A press on the small player plays nothing of the text that happens to lie beneath it."""
    page = opened(site, visit, "havvind", width=320, height=700)
    bring(page, "small")
    player(page).locator("button.play").click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('audio').paused")
    assert now(page) < 20


# ---- names ----

SAID = """() => {
  const root = document.querySelector("lyt-artiklen").shadowRoot;
  root.querySelectorAll(".chapter > :first-child").forEach((title) => title.remove());
  return [...root.querySelectorAll("*")].flatMap((one) => [
    one.closest("li") ? one.ariaLabel?.split(":")[0] : one.ariaLabel,
    ...[one.ariaValueText, one.title, one.placeholder, one.alt],
    ...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
  ]).filter(Boolean);
}"""
LABELS = f"[...{SHADOW}.querySelectorAll('label')].map((one) => [one.textContent, one.firstChild.ariaLabel])"
TITLES = "[...document.querySelector('track').track.cues].map((cue) => cue.getCueAsHTML().textContent)"
LANGUAGE_OF_TITLES = f"""(() => {{
  const title = {SHADOW}.querySelector(".chapter > :first-child");
  return (title.closest("[lang]") || {SHADOW}.host.closest("[lang]")).lang;
}})()"""
ROLES = ("group", "button", "link", "slider", "combobox", "checkbox")
LANGUAGES = [*((name, name) for name in WORDS), ("nn", "nb"), ("no", "nb"), ("fr", "en")]


def spoken(page: Any) -> list[tuple[str, str, str]]:
    """The player's parts as the browser tells them to a screen reader: what each is, its name, and the text in it."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    known = {node["nodeId"]: node for node in nodes}

    def under(node: Any) -> Iterator[Any]:
        yield node
        for child in node.get("childIds", ()):
            yield from under(known[child])

    def value(node: Any, key: str) -> str:
        return str(node.get(key, {}).get("value", ""))

    (group,) = (node for node in nodes if value(node, "role") == "group" and not node["ignored"])
    return [
        (
            value(node, "role"),
            value(node, "name"),
            "".join(value(text, "name") for text in under(node) if value(text, "role") == "StaticText"),
        )
        for node in under(group)
        if not node["ignored"]
    ]


def is_named_by(name: str, text: str) -> bool:
    """Whether there is a name, and it begins with the text that is shown; signs are not said."""
    heard, seen = (re.sub(r"[\W_]", "", one).lower() for one in (name, text))
    return bool(heard) and heard.startswith(seen)


def expected(language: str, titles: list[str]) -> list[tuple[str, str]]:
    """What each control is, and its name, while the sound plays and the panel is open."""
    words, (seconds, _) = WORDS[language], UNITS[language]
    return [
        ("group", words["listen"]),
        ("button", words["pause"]),
        ("button", f"15 {seconds} {words['back']}"),
        ("button", f"15 {seconds} {words['forward']}"),
        ("button", words["menu"]),
        ("slider", words["position"]),
        ("combobox", words["speed"]),
        *(("button", text) for title in titles for text in (title, f"{words['share']}: {title}")),
        *(("button", words[name]) for name in ("previous", "next", "share")),
        ("link", words["download"]),
        ("checkbox", words["tap"]),
        ("slider", words["volume"]),
    ]


@pytest.mark.parametrize(("told", "language"), LANGUAGES)
def test_names_in_the_language_of_the_page(site: Site, visit: Visit, told: str, language: str) -> None:
    """Every control has a name in the language of the page, and it begins with the text that is shown."""
    page = in_language(site, visit, told)
    play = ("button", f"{WORDS[language]['listen']} (1 {UNITS[language][1]})")
    rest = spoken(page)
    assert play in [part[:2] for part in rest]
    listen(page)
    open_panel(page)
    begun = spoken(page)
    assert [(role, name) for role, name, _ in begun if role in ROLES] == expected(language, page.evaluate(TITLES))
    shown = [(name, text) for role, name, text in rest + begun if role in ("button", "link")]
    agree(f"{name!r} is shown as {text!r}" for name, text in shown if not is_named_by(name, text))
    assert all(text == name for text, name in page.evaluate(LABELS))


@pytest.mark.parametrize(("told", "language"), [*((name, name) for name in WORDS), ("fr", "en")])
def test_no_word_of_another_language(site: Site, visit: Visit, told: str, language: str) -> None:
    """Nothing that the player shows or says, errors too, has a word of another language than the page's."""
    words = WORDS[language]
    page = in_language(site, visit, told, permissions=["clipboard-read", "clipboard-write"])
    said = page.evaluate(SAID)
    listen(page)
    open_panel(page)
    page.evaluate("document.querySelector('audio').currentTime = 20")
    player(page).locator("li .tool").first.click()
    player(page).get_by_text(words["copied"]).wait_for()
    player(page).locator(".position").focus()
    said += page.evaluate(SAID)
    stop(page)
    tell(page, "error")
    said += page.evaluate(SAID)
    known, heard = (
        set(re.findall(r"[^\W\d_]+", " ".join(texts))) for texts in ([*words.values(), *UNITS[language]], said)
    )
    assert heard - known == set()
    assert {words["copied"], words["failed"]} <= set(said)
    assert any(re.match(rf"2\d {UNITS[language][0]}$", text) for text in said), "the slider tells its time in words"


def test_titles_are_in_the_language_of_the_article(site: Site, visit: Visit) -> None:
    """A chapter's title is the article's own text, and is told to be in its language, also where ours is another."""
    page = in_language(site, visit, "fr")
    listen(page)
    open_panel(page)
    assert page.evaluate(LANGUAGE_OF_TITLES) == "fr"


# ---- motion ----

MOVING = f"""() => {{
  const root = {SHADOW};
  const isMoving = (style) => style.animationName !== "none" || style.scrollBehavior === "smooth"
    || style.transitionDuration.split(", ").some((time) => parseFloat(time));
  const parts = [...root.querySelectorAll("*")].flatMap((one) => ["", "::before", "::after"].map((part) =>
    isMoving(getComputedStyle(one, part || null)) ? one.className + part : ""));
  const running = [document, root].flatMap((one) => one.getAnimations()).map(({{ effect }}) => effect.target.localName);
  return [...running, ...parts].filter(Boolean);
}}"""
FRAMES = """() => {
  window.places = new Set();
  const look = () => {
    places.add(Math.round(scrollY));
    requestAnimationFrame(look);
  };
  look();
}"""


def test_nothing_moves_where_nothing_shall(site: Site, visit: Visit) -> None:
    """Under reduced motion no state of the player has an animation or a transition."""
    page = opened(site, visit, "havvind", reduced_motion="reduce")
    agree(f"{state}: {found}" for state in states(page) for found in page.evaluate(MOVING))


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_text_is_followed_at_once(site: Site, visit: Visit, motion: str) -> None:
    """Under reduced motion the page goes to the sentence that is heard in one step; else it may glide."""
    change = changed(("<lyt-artiklen", '<lyt-artiklen sticky="off"'))
    size = {"width": 768, "height": 500}
    page = visit(address(site, "havvind"), prepare=change, viewport=size, reduced_motion=motion)
    listen(page)
    until(page, "CSS.highlights.size > 0")
    page.evaluate(FRAMES)
    page.evaluate("document.querySelector('audio').currentTime = 60")
    until(page, "scrollY > 100")
    page.wait_for_timeout(600)
    steps = page.evaluate("places.size") - 1
    assert steps == 1 if motion == "reduce" else steps > 1


# ---- messages ----

LIVE = "[aria-live], [role=status], [role=alert], [role=log], [role=timer], [role=marquee], output, marquee"
WATCH = f"""() => {{
  const all = [document, {SHADOW}].flatMap((root) => [...root.querySelectorAll("{LIVE}")]);
  window.announced = [];
  const watcher = new MutationObserver((found) => announced.push(...found.map(({{ target }}) => target.textContent)));
  const everything = {{ childList: true, characterData: true, subtree: true, attributes: true }};
  all.forEach((one) => watcher.observe(one, everything));
  return all.map((one) => [one.getAttribute("role"), one.textContent]);
}}"""


@pytest.mark.parametrize("layout", ["compact", "full", "button"])
def test_an_error_is_announced(site: Site, visit: Visit, layout: str) -> None:
    """A place for messages stands, empty, before anything happens; an error comes into it, and goes when it is over."""
    page = opened(site, visit, "eksempel", layout)
    status = player(page).locator("[role=status]")
    status.evaluate("(one) => (one.mine = true)")
    assert ("status", "", "") in spoken(page)
    no_sound(page)
    player(page).locator("button.play").click()
    until(page, f"!!{SHADOW}.querySelector('[role=status]').textContent", 2.5)
    assert ("status", "", FAILED) in spoken(page)
    assert status.evaluate("(one) => one.mine && one.checkVisibility()")
    page.unroute("**/*.mp3")
    listen(page)
    assert ("status", "", "") in spoken(page)


def test_nothing_is_announced_while_it_plays(site: Site, visit: Visit) -> None:
    """While the sound plays, from one chapter into the next, no message interrupts it."""
    page = opened(site, visit, "eksempel")
    assert page.evaluate(WATCH) == [["status", ""]]
    listen(page)
    page.evaluate("document.querySelector('audio').currentTime = 16")
    until(page, "document.querySelector('audio').currentTime > 18.5")
    assert page.evaluate("announced") == []


# ---- stillness ----

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
"""
SHIFTED = "shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0)"
PLACES = """() => [...document.querySelectorAll("p, h1, h2, h3, li, blockquote")].filter(
  (one) => one.checkVisibility() && !one.closest("lyt-artiklen")).map(
  (one) => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect().top + scrollY])"""


def removals(before: list[Any], after: list[Any], most: float) -> Iterator[str]:
    """The paragraphs that moved by more than so many pixels."""
    for (text, old), (_, new) in zip(before, after, strict=True):
        if abs(new - old) > most:
            yield f"{text!r} moved by {new - old:+.2f} px"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["havvind", "index", *CMS])
def test_nothing_shifts(site: Site, visit: Visit, name: str, width: int) -> None:
    """From load through play the page shifts by 0.005 at most, and playback moves no paragraph by a pixel."""
    size = {"width": width, "height": 900}
    page = visit(address(site, name), prepare=lambda page: page.add_init_script(SHIFTS), viewport=size)
    player(page).locator(".bar").wait_for()
    page.wait_for_timeout(50)
    loaded, before = page.evaluate(SHIFTED), page.evaluate(PLACES)
    listen(page)
    page.wait_for_timeout(200)
    moved = list(removals(before, page.evaluate(PLACES), 0))
    shifted = page.evaluate(SHIFTED)
    fault = f"the page shifted by {loaded:.4f} until it was loaded, and by {shifted:.4f} in all"
    agree([fault if shifted > 0.005 else "", *moved[:1]])


@pytest.mark.parametrize("name", ["havvind", "escenic"])
def test_the_place_of_the_small_player_stays(site: Site, visit: Visit, name: str) -> None:
    """The text moves by less than a pixel when the small player takes leave of its place, and when it comes back."""
    page = opened(site, visit, name, height=500)
    before = page.evaluate(PLACES)
    listen(page)
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    until(page, IS_SMALL)
    away = page.evaluate(PLACES)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    until(page, f"!({IS_SMALL})")
    agree([*list(removals(before, away, 0.99))[:1], *list(removals(before, page.evaluate(PLACES), 0.99))[:1]])
