// The controls, built by hand: no markup is parsed, so that the strictest page may have them.

/**
 * What is looked at again, once it is built.
 *
 * @typedef {[
 *   bar: HTMLDivElement, label: HTMLElement, menu: HTMLElement, panel: HTMLElement, chapters: HTMLElement,
 *   download: HTMLAnchorElement, tap: HTMLInputElement, volume: HTMLInputElement, settings: HTMLLabelElement[],
 *   slider: HTMLInputElement, speed: HTMLSelectElement, time: HTMLElement, status: HTMLElement
 * ]} View
 */

const SPEEDS = [0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5];

/**
 * An element; its name is its class and its part, by which a newsroom's style sheet reaches it.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} name
 * @param {(Node | string)[]} children
 * @param {object} properties
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, name, children = [], properties = {}) {
  const element = Object.assign(document.createElement(tag), { className: name, part: name, ...properties });
  element.append(...children);
  return element;
}

/**
 * A clock for those who see; in words it is said elsewhere.
 *
 * @param {string} clock
 */
const timed = (clock) => make("span", "time", [clock], { ariaHidden: "true" });

/**
 * All controls, in the order of the keyboard.
 *
 * @param {Record<string, string>} words
 * @param {string} language
 * @param {string} skip what the buttons for skipping skip, in words
 * @param {Record<string, () => unknown>} acts what the buttons do
 * @returns {View}
 */
export function buildView(words, language, skip, acts) {
  /** @param {string} name @param {string | Node} shown @param {string} [ariaLabel] */
  const button = (name, shown = words[name], ariaLabel) =>
    make("button", `tool ${name}`, [shown], { ariaLabel, onclick: acts[name] });
  /** @param {string} name @param {object} properties */
  const input = (name, properties) => make("input", name, [], { ariaLabel: words[name], ...properties });
  /** @param {string} name @param {(Node | string)[]} children */
  const group = (name, ...children) => make("div", name, children);
  /** @param {HTMLInputElement} one */
  const labelled = (one) => make("label", "", [one, words[one.className]]);

  const label = make("span", "label");
  const menu = button("menu", "≡", words.menu);
  const tools = group(
    "tools",
    button("back", "−15", `${skip} ${words.back}`),
    button("forward", "+15", `${skip} ${words.forward}`),
    menu,
    button("close", "×", words.close),
  );
  const slider = input("position", { type: "range" });
  const number = new Intl.NumberFormat(language);
  const options = SPEEDS.map((value) => make("option", "", [`${number.format(value)}×`], { value }));
  const speed = make("select", "speed", options, { ariaLabel: words.speed });
  const time = timed("");
  const chapters = make("ol", "chapters", [], { ariaLabel: words.menu });
  const download = make("a", "tool", [words.download], { download: "" });
  const tap = input("tap", { type: "checkbox" });
  const volume = input("volume", { type: "range", value: 100 });
  const settings = [tap, volume].map(labelled);
  const row = group("row", button("previous"), button("next"), button("share"), download, ...settings);
  const panel = group("panel", chapters, row);
  const status = make("div", "status", [], { role: "status" });
  const bar = group(
    "bar",
    button("play", label),
    tools,
    slider,
    make("span", "note", [words.synthetic]),
    speed,
    time,
    panel,
    status,
  );
  Object.assign(bar, { role: "group", lang: language, ariaLabel: words.listen });
  return [bar, label, menu, panel, chapters, download, tap, volume, settings, slider, speed, time, status];
}

/**
 * A chapter as a row of the list: its speaker, what is said, when, and a link to it.
 *
 * @param {string} title
 * @param {string} time
 * @param {string} label of the link
 * @param {() => void} go
 * @param {() => void} link
 */
export function chapterRow(title, time, label, go, link) {
  const [, speaker, said] = title.match(/^([^:]{2,50}:) (.+)$/) || ["", "", title];
  const text = make("span", "", [make("b", "speaker", [speaker]), ` ${said}`]);
  return make("li", "", [
    make("button", "chapter", [text, timed(time)], { onclick: go }),
    make("button", "tool", ["#"], { onclick: link, ariaLabel: `${label}: ${title}` }),
  ]);
}
