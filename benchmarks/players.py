"""What the best-known open players of sound cost a page, and do for those who listen, beside ours, in one run.

Run it as `python benchmarks/players.py [PLAYER ...]` in an environment with the extra `browser`, where npm and a
Chromium are installed. It installs the players that players/package-lock.json names in a temporary folder, reads a
short article aloud, puts each player on the same page, as its own documentation says for sound with chapters, and
prints a table, and under it what the counts consist of. Nothing else is fetched: what a page asks of other hosts is
refused, and counted.

    gzip       scripts, styles and sprites that the page asks for, also while its sound plays, each packed alone (-9)
    axe        axe-core's violations in the player: WCAG 2.2 A and AA, best practice, size of targets
    policy     what is refused under a strict content security policy, and whether the sound plays all the same
    slider     what a screen reader is told of the slider of time, where the sound was stopped
    changes    how often, in 4 seconds of sound, a live region says something new and the focused slider another value
    no script  whether the sound can be played in a browser without scripts
    marked     how many of the sentences that are heard in 8 seconds are marked in the article's own text
    shift      the cumulative layout shift from load to play, where every script comes 0.3 seconds late

Vidstack's ready-made files fetch parts of themselves from another host, so its modules are packed with esbuild; the
others are used as they come. Only Video.js has Danish words, for a part of what it says; the other four speak English
here. The script of Video.js is the one its documentation begins with, which plays streams too; its button of captions
is hidden where there is only sound.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from floors import ROOT, load
from player_set_ups import PLAYERS, Player
from player_site import (
    OWN,
    SetUpError,
    Site,
    build,
    served,
)

from reader.errors import LytError

chromium_path = load(ROOT / "tests" / "browsing.py").chromium_path

POLICY = (
    "default-src 'none'; script-src 'self'; media-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'"
)
ARGUMENTS = ["--no-sandbox", "--mute-audio", "--autoplay-policy=document-user-activation-required"]
PATIENCE = 15.0  # seconds in which a player must stand, and in which its sound must start
LATE = 0.3  # seconds
WATCHED = 4  # seconds of sound in which changes are counted
READ = 8  # seconds of sound in which marks are looked for
EDGE = 0.3  # seconds of a sentence that must have been heard for its mark to be due
SHOWN = 40  # characters of what a slider says

# ---- the browser ----

AXE = """async (only) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const rules = { "target-size": { enabled: true } };
  const { violations } = await axe.run({ include: [[only]] }, { runOnly: tags, rules });
  return Object.fromEntries(violations.map(({ id, nodes }) => [id, nodes.length]));
}"""
SAYS = '(slider) => slider.getAttribute("aria-valuetext") ?? slider.getAttribute("aria-valuenow") ?? slider.value ?? ""'
STOP = '(slider) => { slider.blur(); document.querySelector("audio").pause(); }'
WATCH = f"""async (slider, seconds) => {{
  const audio = document.querySelector("audio");
  const says = {SAYS};
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const kinds = ":is([role=status], [role=alert], [role=log], output, [aria-live]):not([aria-live=off])";
  function* live(root) {{
    for (const one of root.querySelectorAll("*")) {{
      if (one.matches(kinds) && one.checkVisibility()) yield one;
      if (one.shadowRoot) yield* live(one.shadowRoot);
    }}
  }}
  slider.focus();
  await pause(100);
  const texts = new Map([...live(document)].map((one) => [one, one.textContent.trim()]));
  const [from, limit] = [audio.currentTime, performance.now() + 3000 * seconds];
  let [lives, values, last] = [0, 0, says(slider)];
  while (audio.currentTime - from < seconds && performance.now() < limit) {{
    await pause(25);
    for (const one of live(document)) {{
      const text = one.textContent.trim();
      if (text && text !== (texts.get(one) || "")) lives += 1;
      texts.set(one, text);
    }}
    if (says(slider) !== last) values += 1;
    last = says(slider);
  }}
  return {{ lives, values, isFocused: slider.getRootNode().activeElement === slider }};
}}"""
MARKS = """async ([sentences, seconds, only]) => {
  const [article, audio] = ["article", "audio"].map((name) => document.querySelector(name));
  const host = article.querySelector(only);
  const blocks = [...article.querySelectorAll("h1, h2, p")].filter((one) => !host.contains(one));
  const texts = blocks.map((one) => one.firstChild);
  const places = sentences.map((sentence) => {
    const range = new Range();
    const text = texts.find((one) => one.data.includes(sentence));
    range.setStart(text, text.data.indexOf(sentence));
    range.setEnd(text, text.data.indexOf(sentence) + sentence.length);
    return range;
  });
  const marked = new Set();
  const note = (range) => places.forEach((place, number) => {
    const isAfter = range.compareBoundaryPoints(Range.START_TO_END, place) > 0;
    if (isAfter && range.compareBoundaryPoints(Range.END_TO_START, place) < 0) marked.add(number);
  });
  const noteElement = (one) => {
    if (!article.contains(one) || host.contains(one) || one.contains(host)) return;
    const range = new Range();
    range.selectNodeContents(one);
    note(range);
  };
  const watcher = new MutationObserver((records) => records.forEach(({ type, target, addedNodes }) =>
    (type === "attributes" ? [target] : addedNodes).forEach((one) => one.nodeType === 1 && noteElement(one))));
  watcher.observe(article, { subtree: true, childList: true, attributeFilter: ["class", "style"] });
  const [from, limit] = [audio.currentTime, performance.now() + 3000 * seconds];
  while (audio.currentTime - from < seconds && performance.now() < limit) {
    for (const mark of [...CSS.highlights.values()].flatMap((some) => [...some])) {
      const range = new Range();
      range.setStart(mark.startContainer, mark.startOffset);
      range.setEnd(mark.endContainer, mark.endOffset);
      if (article.contains(mark.startContainer)) note(range);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  watcher.disconnect();
  return { from, to: audio.currentTime, marked: [...marked] };
}"""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifts += value;
}).observe({ type: "layout-shift", buffered: true });
"""
REFUSALS = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) => window.refusals.push(event.effectiveDirective));
"""


@dataclass(slots=True)
class Visit:
    """A page that was not opened yet, what it asked of other hosts, and what it got from its own."""

    page: Any
    url: str
    elsewhere: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def size(self) -> int:
        """The bytes of what it got, packed, without the page's own."""
        theirs = [answer for url, answer in self.answers.items() if answer.ok and not OWN.search(url)]
        return sum(len(gzip.compress(answer.body(), 9)) for answer in theirs)


@contextmanager
def visit(browser: Any, site: Site, player: Player, **options: Any) -> Iterator[Visit]:
    """A browser of one's own for the page of a player, where nothing comes from other hosts."""
    context = browser.new_context(viewport={"width": 768, "height": 900}, locale="da-DK", **options)
    context.set_default_timeout(1000 * PATIENCE)
    own = re.escape(site.address)
    context.route(re.compile(f"^(?!{own})(http|ws)s?:"), lambda route: route.abort())
    context.route(re.compile(rf"^{own}[^?#]+\.svg(#|$)"), lambda route: send_picture(site, route))
    found = Visit(context.new_page(), f"{site.address}{player.key}.html")

    def asked(request: Any) -> None:
        if not request.url.startswith((site.address, "data:", "blob:")):
            found.elsewhere.append(request.url)

    found.page.on("request", asked)
    found.page.on("response", lambda answer: found.answers.update({answer.url.partition("#")[0]: answer}))
    try:
        yield found
    finally:
        context.close()


def send_picture(site: Site, route: Any) -> None:
    """Answer with a sprite, of which the server knows nothing."""
    path = site.folder / urlsplit(route.request.url).path.lstrip("/")
    route.fulfill(path=path, content_type="image/svg+xml")


def until(page: Any, condition: str, seconds: float = PATIENCE) -> bool:
    """Wait for what is true of a page; tell whether it came true."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(20)
    return True


def begin(page: Any, player: Player) -> bool:
    """Press play, and take the mouse away; tell whether something is heard."""
    page.locator(player.play).first.click()
    page.mouse.move(0, 0)
    return until(page, "document.querySelector('audio').currentTime > 0.1")


# ---- the measures ----

Figures = dict[str, str]
Details = dict[str, Mapping[str, int]]


def heard(browser: Any, site: Site, player: Player) -> tuple[Figures, Details]:
    """What is measured while the sound plays."""
    axe = (site.folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    sentences = site.sentences()
    with visit(browser, site, player) as at:
        at.page.goto(at.url)
        at.page.locator(player.play).first.wait_for()
        at.page.wait_for_timeout(1000)
        at.page.evaluate(axe)
        rest = at.page.evaluate(AXE, player.root)
        if not begin(at.page, player):
            raise SetUpError("nothing was heard after its button had been pressed")
        marks = at.page.evaluate(MARKS, [[text for _, _, text in sentences], READ, player.root])
        slider = at.page.locator(player.slider).first
        changes = slider.evaluate(WATCH, WATCHED)
        playing = at.page.evaluate(AXE, player.root)
        slider.evaluate(STOP)
        at.page.wait_for_timeout(500)
        says = slider.evaluate(SAYS)
        size, elsewhere = at.size(), Counter(urlsplit(url).netloc for url in at.elsewhere)
    is_due = [start < marks["to"] - EDGE and end > marks["from"] for start, end, _ in sentences]
    marked = sum(is_due[number] for number in marks["marked"])
    unfocused = "" if changes["isFocused"] else ", not focused"
    figures = {
        "gzip": f"{size:,} B",
        "axe, at rest": counted(rest),
        "axe, playing": counted(playing),
        "other hosts": str(elsewhere.total()),
        "slider": quoted(says),
        "changes": f"live {changes['lives']}, slider {changes['values']}{unfocused}",
        "marked": f"{marked} of {sum(is_due)}",
    }
    return figures, {"axe, at rest": rest, "axe, playing": playing, "other hosts": elsewhere}


def counted(violations: Mapping[str, int]) -> str:
    """Violations by their rules, as rules and nodes."""
    rules, nodes = len(violations), sum(violations.values())
    return f"{rules} rule{'s'[: rules != 1]}, {nodes} node{'s'[: nodes != 1]}" if violations else "0"


def quoted(says: str) -> str:
    """What a slider says, on one line and not too long."""
    text = " ".join(says.split())
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”" if text else "nothing"


def strict(browser: Any, site: Site, player: Player) -> tuple[Figures, Details]:
    """What is refused under a strict policy, and whether the sound plays there."""

    def add_policy(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})

    with visit(browser, site, player) as at:
        at.page.add_init_script(REFUSALS)
        at.page.route(at.url, add_policy)
        at.page.goto(at.url)
        try:
            plays = begin(at.page, player)
        except browser_error():
            plays = False
        at.page.wait_for_timeout(1000)
        refusals = Counter(at.page.evaluate("window.refusals"))
    told = f"{refusals.total()}, {'plays' if plays else 'does not play'}"
    return {"policy": told}, {"policy": refusals}


def bare(browser: Any, site: Site, player: Player) -> tuple[Figures, Details]:
    """Whether the sound can be played without scripts: by the browser's own control, or at least by a link."""
    with visit(browser, site, player, java_script_enabled=False) as at:
        at.page.goto(at.url)
        sound = at.page.locator("audio").first
        box = sound.bounding_box() if sound.is_visible() else None
        if box:
            at.page.mouse.click(box["x"] + 30, box["y"] + box["height"] / 2)
            plays = until(at.page, "document.querySelector('audio').currentTime > 0.1", 5)
            told = "plays" if plays else "shows a control that plays nothing"
        else:
            told = "a link" if at.page.locator("a[href$='.mp3']").first.is_visible() else "nothing"
    return {"no script": told}, {}


def steady(browser: Any, site: Site, player: Player) -> tuple[Figures, Details]:
    """How much the page shifts until its sound plays, if its scripts come late."""
    waiting: list[tuple[float, Any]] = []
    with visit(browser, site, player) as at:
        at.page.add_init_script(SHIFTS)
        at.page.route("**/*.js", lambda route: waiting.append((time.monotonic() + LATE, route)))
        at.page.goto(at.url, wait_until="commit")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not (at.page.locator(player.play).first.is_visible() and not waiting):
            at.page.wait_for_timeout(20)
            for one in [one for one in waiting if one[0] < time.monotonic()]:
                waiting.remove(one)
                one[1].continue_()
        at.page.unroute("**/*.js")
        at.page.wait_for_timeout(1000)
        if not begin(at.page, player):
            raise SetUpError("nothing was heard where its scripts came late")
        shifts = float(at.page.evaluate("window.shifts"))
    return {"shift": f"{shifts:.3f}"}, {}


def browser_error() -> type[Exception]:
    """What is raised of a browser."""
    from playwright.sync_api import Error  # noqa: PLC0415

    return Error


def row(browser: Any, site: Site, player: Player) -> tuple[Figures, Details]:
    """All figures of a player; where they cannot be had, what happened."""
    version, licence = site.version(player)
    figures: Figures = {"player": player.name, "version": version, "licence": licence}
    details: Details = {}
    for column, measure in MEASURES.items():
        try:
            more, parts = measure(browser, site, player)
        except (SetUpError, browser_error()) as error:
            more, parts = {column: f"failed: {str(error).splitlines()[0]}"}, {}
        figures |= more
        details |= parts
    return figures, details


MEASURES = {"gzip": heard, "policy": strict, "no script": bare, "shift": steady}
COLUMNS = (
    *("player", "version", "licence", "gzip", "axe, at rest", "axe, playing", "other hosts", "policy", "slider"),
    *("changes", "no script", "marked", "shift"),
)


def main() -> int:
    wanted = [word.casefold() for word in sys.argv[1:]]
    players = tuple(player for player in PLAYERS if not wanted or player.key in wanted)
    if not players:
        print(f"the players are {', '.join(player.key for player in PLAYERS)}")
        return 2
    if not shutil.which("npm"):
        print("npm is missing: nothing is measured")
        return 0
    if chromium_path() is None:
        print("Chromium is missing: nothing is measured")
        return 0
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        try:
            site = build(Path(folder), players)
        except (SetUpError, LytError) as error:
            print(f"nothing is measured: {error}")
            return 1
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        with served(site):
            rows = [row(browser, site, player) for player in players]
        browser.close()
    show(rows)
    return 0


def show(rows: list[tuple[Figures, Details]]) -> None:
    """Print the table, and what its counts consist of."""
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|{' --- |' * len(COLUMNS)}")
    for figures, _ in rows:
        print(f"| {' | '.join(figures.get(column, '') for column in COLUMNS)} |")
    print()
    for figures, details in rows:
        for name, counts in details.items():
            if counts:
                told = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
                print(f"- {figures['player']}: {name}: {told}")


if __name__ == "__main__":
    sys.exit(main())
