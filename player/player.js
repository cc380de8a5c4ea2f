// One player: an audio element, its controls, and the article that it reads along in.

import { hand, linkTo, momentIn } from "./links.js";
import { memory } from "./memory.js";
import { bringUp, isSeen, readingIn } from "./reading.js";
import { announce, tellPosition } from "./session.js";
import { leaveRoom } from "./sheets.js";
import { chapterOf, cuesOf, lastBegun, sentenceOf } from "./tracks.js";
import { buildView, chapterRow } from "./view.js";
import { clock, languageFor, measured, spokenTime, wordsOf } from "./words.js";

/**
 * @typedef {ReturnType<typeof playerOf>} Player
 */

const SKIP = 15; // seconds
const ARROW = "5"; // seconds that an arrow key moves the slider
const SETTLED = 1.5; // seconds into a sentence after which "previous" is its own beginning
const LEAD = 0.25; // seconds; a chapter begins a little before its sentence, and a player may stop short of a time
const DAY = 86400; // seconds; no article is longer, whatever a file says
const NEAR_END = 10; // seconds; who stopped there has heard it
const LINGER = 4000; // ms for which a message stands

/** @type {Player | undefined} */
let active; // the one that plays, or did last
let isConsented = false;
document.addEventListener("lyt-consent", () => (isConsented = true));

/**
 * Controls for an audio element, in words of the language that stands around it.
 *
 * @param {HTMLElement} host
 * @param {HTMLAudioElement} audio
 */
export function playerOf(host, audio) {
  const lang = host.closest("[lang]")?.getAttribute("lang") || "";
  const language = languageFor(lang);
  const words = wordsOf(language);
  const view = buildView(words, language, measured(language, SKIP, "second", "long"), {
    play: () => (audio.paused ? play() : audio.pause()),
    back,
    forward,
    menu: () => open(!!panel.hidden),
    close: leave,
    previous: () => jump(sentences[lastBegun(sentences, audio.currentTime - SETTLED)]?.start || 0),
    next: () => jump(sentences[lastBegun(sentences, audio.currentTime + LEAD) + 1]?.start || audio.currentTime),
    share: () => share(audio.currentTime),
  });
  const [bar, label, menu, panel, list, download, tap, volume, settings, slider, speed, time, status] = view;
  let sentences = /** @type {import("./tracks.js").Sentence[]} */ ([]);
  let chapters = /** @type {import("./tracks.js").Chapter[]} */ ([]);
  /** @type {import("./reading.js").Reading | undefined} */
  let reading;
  /** @type {Promise<void> | undefined} */
  let loading;
  let [chapter, reached] = [-1, 0]; // reached: tenths
  let [isBegun, isOut, isClosed] = [false, false, false];
  let [waking, saying] = [0, 0]; // timers

  /** @param {string} key */
  const option = (key) => host.getAttribute(key);
  const duration = () => [audio.duration, +(option("duration") || 0)].find((all) => all > 0 && all < DAY) || 0;
  const isMini = () => bar.classList.contains("mini");

  // What the newsroom may count. It is sent nowhere.

  /** @param {string} event @param {object} [detail] */
  const emit = (event, detail) => host.dispatchEvent(new CustomEvent(`lyt-${event}`, { bubbles: true, detail }));

  // Memory

  const mayRemember = () => ({ off: false, consent: isConsented })[option("memory") || ""] ?? true;

  /** @param {string} key @param {string} value */
  const keep = (key, value) => isBegun && mayRemember() && memory(key, value);

  function keepPlace() {
    const isOver = audio.currentTime > duration() - NEAR_END;
    keep(audio.src, isOver ? "" : audio.currentTime.toFixed());
  }

  function restore() {
    const [stopped, rate, tapping] = [audio.src, "speed", "tap"].map((key) => mayRemember() && memory(key));
    tap.checked = tapping ? tapping === "true" : host.hasAttribute("tap");
    hasten(+rate);
    if (+stopped && !audio.currentTime) seek(+stopped);
  }

  // Going

  /** The tracks, fetched when they are first needed; then the article is searched for its sentences. */
  const ready = () =>
    (loading ??= Promise.all([cuesOf(audio, "chapters"), cuesOf(audio, "metadata")]).then((cues) => {
      chapters = cues[0].map(chapterOf);
      sentences = cues[1].map(sentenceOf);
      list.replaceChildren(...chapters.map(row));
      reading = readingIn(host, sentences);
      settings[0].hidden = !reading;
      if (isBegun) introduce();
      moved();
    }));

  /** @param {import("./tracks.js").Chapter} chapter */
  function row({ title, start }) {
    const [go, link] = [jump, share].map((act) => () => act(start));
    return chapterRow(title, clock(start), words.share, go, link);
  }

  async function play() {
    const { currentTime, error } = audio;
    say();
    if (error) {
      audio.load();
      audio.currentTime = currentTime;
    }
    ready();
    await audio.play().catch(({ name }) => name === "NotSupportedError" && failed());
  }

  /** @param {number} seconds */
  function seek(seconds) {
    audio.currentTime = Math.max(0, Math.min(seconds, duration() || DAY));
    moved();
    tellSlider();
  }

  function back() {
    seek(audio.currentTime - SKIP);
  }

  function forward() {
    seek(audio.currentTime + SKIP);
  }

  /** @param {number} seconds */
  function jump(seconds) {
    seek(seconds);
    play();
  }

  /** @param {number} rate */
  function hasten(rate) {
    speed.value = `${rate}`;
    speed.value ||= "1";
    audio.defaultPlaybackRate = audio.playbackRate = +speed.value;
    keep("speed", speed.value);
  }

  /**
   * Be where an address points to, and wait for the reader.
   *
   * @param {string} address
   */
  async function visit(address) {
    const anchor = address.split("#")[1];
    let seconds = momentIn(address);
    if (seconds === undefined && anchor) {
      await ready();
      seconds = chapters.find(({ id }) => id === anchor)?.start;
    }
    if (seconds === undefined) return;
    active ||= self;
    seek(seconds);
    await ready();
    const range = reading?.range(reading.current());
    if (range && !isSeen(range, 0)) bringUp(range);
  }

  /** @param {number} seconds */
  async function share(seconds) {
    const number = lastBegun(sentences, seconds + LEAD);
    const link = linkTo(location.href, sentences[number]?.start || seconds, `${reading?.range(number) || ""}`);
    if (await hand(link).catch(() => false)) say(words.copied);
  }

  // What the sound does

  function started() {
    if (active !== self) active?.leave();
    active = self;
    isBegun = true;
    isClosed = false;
    bar.classList.add("begun");
    introduce();
    emit("play", { time: audio.currentTime });
    stand();
    moved();
  }

  /** What the lock screen shows, and its buttons do. */
  function introduce() {
    announce(
      {
        title: option("heading") || document.title,
        artist: option("publisher") || "",
        cover: option("cover"),
        chapters,
      },
      {
        seekbackward: back,
        seekforward: forward,
        seekto: ({ seekTime }) => seek(seekTime || 0),
      },
    );
  }

  function stopped() {
    clearTimeout(waking);
    keepPlace();
    draw();
  }

  function ended() {
    emit("progress", { percent: 100 });
    emit("ended");
    keepPlace();
    reading?.mark(-1);
    reached = 0;
  }

  function failed() {
    say(words.failed);
    draw();
  }

  /** The time is another one: show it everywhere. */
  function moved() {
    const now = audio.currentTime;
    const number = lastBegun(chapters, now);
    clearTimeout(waking);
    draw();
    if (number !== chapter) {
      chapter = number;
      list.querySelectorAll(".chapter").forEach((go, n) => (go.ariaCurrent = n === number ? "true" : null));
      if (!audio.paused && chapters[number]) emit("chapter", chapters[number]);
    }
    if (!audio.paused) pass(now);
    if (!reading || active !== self || audio.ended) return;
    const before = reading.current();
    const due = reading.mark(now);
    if (before >= 0 && reading.current() !== before) goAlong(before);
    if (!audio.paused && due < Infinity)
      waking = setTimeout(moved, Math.max(15, ((due - now) * 1000) / audio.playbackRate));
  }

  /** @param {number} now */
  function pass(now) {
    const tenths = Math.floor((10 * now) / duration());
    tellPosition(audio);
    if (!(tenths > reached && tenths < 10)) return;
    reached = tenths;
    keepPlace();
    emit("progress", { percent: 10 * tenths });
  }

  /**
   * Scroll on with the text while the reader is there: whoever cannot see the last sentence is elsewhere.
   *
   * @param {number} before the sentence that was heard
   */
  function goAlong(before) {
    const range = reading?.range(reading.current());
    const covered = isMini() ? bar.offsetHeight : 0;
    if (range && !isSeen(range, covered) && isSeen(reading?.range(before), covered)) bringUp(range);
  }

  // What is shown

  /** Time, button and slider as they are. What a screen reader would tell of a focused slider stays still. */
  function draw() {
    const { currentTime, paused } = audio;
    const all = duration();
    const left = all && measured(language, Math.round(all / 60) || 1, "minute", "short");
    const told = currentTime ? !isBegun && clock(currentTime) : left;
    const wanted = currentTime && !audio.ended ? words.resume : words.listen;
    const next = paused ? wanted + (told ? ` (${told})` : "") : words.pause;
    if (label.textContent !== next) label.textContent = next;
    bar.classList.toggle("paused", paused);
    bar.classList.toggle("waiting", !paused && !audio.error && audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
    time.textContent = all ? `${clock(currentTime)} / ${clock(all)}` : "";
    slider.style.setProperty("--at", `${all ? currentTime / all : 0}`);
    if (host.shadowRoot?.activeElement !== slider) tellSlider();
  }

  /** How long it is, as soon as that is known. */
  function measure() {
    slider.max = `${duration()}`;
    slider.disabled = !duration();
    draw();
  }

  function tellSlider() {
    slider.value = `${audio.currentTime}`;
    slider.ariaValueText = spokenTime(language, audio.currentTime);
  }

  /** @param {string} text for all to see and hear; "" for nothing */
  function say(text = "") {
    clearTimeout(saying);
    status.textContent = text;
    if (text === words.copied) saying = setTimeout(say, LINGER);
  }

  /** @param {boolean} isOpen */
  function open(isOpen) {
    panel.hidden = !isOpen && (isMini() || option("layout") !== "full");
    menu.ariaExpanded = `${isOpen}`;
    if (!panel.hidden) ready();
    stand();
  }

  /** Stand at the bottom of the window while the reader is elsewhere in the article; else in one's own place. */
  function stand() {
    const was = isMini();
    const wanted = isOut && !isClosed && (was || !audio.paused) && option("sticky") !== "off";
    if (wanted !== was) {
      host.style.minHeight = wanted ? `${host.offsetHeight}px` : "";
      bar.classList.toggle("mini", wanted);
      bar.popover = wanted ? "manual" : null; // above everything, whatever the boxes around it do to what is fixed
      if (wanted) bar.showPopover?.();
      open(false);
    }
    if (wanted || was) leaveRoom(wanted ? bar.offsetHeight : 0);
  }

  // What the reader does

  /** @param {MouseEvent} event somewhere in the page */
  function tapped({ target, clientX, clientY }) {
    const element = /** @type {Element} */ (target);
    if (!isBegun || !tap.checked || !reading?.root.contains(element) || !getSelection()?.isCollapsed) return;
    if (element.closest("a,button,input,label,summary,lyt-artiklen")) return;
    const sentence = reading.at(clientX, clientY);
    if (sentence) jump(sentence.start);
  }

  /** @param {KeyboardEvent} event */
  function pressed({ key, target }) {
    if (target === slider) {
      slider.step = ARROW; // a pointer is finer
      tellSlider(); // it was kept still, and the key goes on from here
    }
    if (key === "Escape" && menu.ariaExpanded === "true") {
      open(false);
      menu.focus();
    }
  }

  /** The reader closes it, another one plays, or the element was taken out of the page. */
  function leave() {
    audio.pause();
    isClosed = true;
    if (active === self) {
      reading?.mark(-1);
      active = undefined;
    }
    stand();
  }

  const self = { bar, visit, tapped, keepPlace, leave };

  const heard = {
    play: started,
    pause: stopped,
    ended,
    error: failed,
    waiting: draw,
    playing: draw,
    durationchange: measure,
    timeupdate: moved,
    seeking: moved,
    ratechange: moved,
  };
  Object.entries(heard).forEach(([event, act]) => audio.addEventListener(event, act));
  speed.onchange = () => hasten(+speed.value);
  tap.onchange = () => keep("tap", `${tap.checked}`);
  volume.oninput = () => (audio.volume = +volume.value / 100);
  bar.onkeydown = pressed;
  slider.onfocus = tellSlider;
  slider.step = ARROW;
  slider.oninput = () => seek(+slider.value);
  slider.onpointerdown = () => (slider.step = "1");
  audio.volume = 0.9;
  settings[1].hidden = audio.volume === 1; // on some phones it is the phone's alone
  audio.volume = 1;
  download.href = audio.src;
  download.hidden = host.hasAttribute("nodownload");
  document.addEventListener("lyt-consent", restore);
  new IntersectionObserver(([{ isIntersecting }]) => {
    isOut = !isIntersecting;
    isClosed &&= isOut;
    stand();
  }).observe(host);
  list.lang = lang;
  open(false);
  measure();
  restore();
  return self;
}
