// Reads along: marks what is heard in the article's own text, by the CSS Custom Highlight API. Nothing in the page is
// changed; where the API is missing, nothing is marked.

import { findSentences, findWord, mapText, rangeOf } from "./textmap.js";
import { lastBegun } from "./tracks.js";

/**
 * @typedef {import("./tracks.js").Sentence} Sentence
 * @typedef {import("./textmap.js").Place} Place
 * @typedef {ReturnType<typeof readingOf>} Reading
 */

const LONGEST_GAP = 1; // second of silence in which a sentence stays marked
const PATIENCE = 2000; // ms before a page that does not hold a sentence is looked through again

/**
 * Sentences in an element of the page, and the one that is heard.
 *
 * @param {Element} root
 * @param {Sentence[]} sentences
 */
function readingOf(root, sentences) {
  const texts = sentences.map(({ words }) => words.map(({ text }) => text));
  let [looked, current, word] = [0, -1, -1];
  /** @type {Range | undefined} */
  let shown;
  let map = /** @type {import("./textmap.js").TextMap} */ ({});
  let places = /** @type {(Place | undefined)[]} */ ([]);

  function look() {
    looked = Date.now();
    map = mapText(root);
    places = findSentences(
      map,
      texts.map((some) => some.join("")),
    );
  }

  /**
   * @param {number} number
   * @returns {Range | undefined}
   */
  function range(number) {
    const place = places[number];
    const found = place && rangeOf(map, place);
    if (found || !sentences[number] || Date.now() - looked < PATIENCE) return found;
    look(); // the page may have shown more since, or built itself anew
    return range(number);
  }

  look();
  return {
    root,
    range,
    current: () => current,
    found: () => places.filter(Boolean).length,

    /**
     * Mark what is heard at a time; give when the next mark is due.
     *
     * @param {number} time -1 for no mark at all
     */
    mark(time) {
      let number = lastBegun(sentences, time);
      const next = sentences[number + 1]?.start ?? Infinity;
      const { end, words } = sentences[number] || { end: 0, words: [] };
      const at = lastBegun(words, time);
      if (time > end + LONGEST_GAP) number = -1;
      if (!shown || shown.collapsed) current = -1; // it may be found now, or the page was built anew
      if (number !== current) show("lyt-sentence", (shown = range(number)));
      if (number !== current || at !== word) {
        const place = places[number] && findWord(map, /** @type {Place} */ (places[number]), texts[number], at);
        show("lyt-word", place && rangeOf(map, place));
      }
      [current, word] = [number, at];
      return Math.min(next, words[at + 1]?.start ?? next);
    },

    /**
     * The sentence at a point of the window; undefined where there is none.
     *
     * @param {number} x
     * @param {number} y
     */
    at: (x, y) =>
      sentences.find((_, number) =>
        [...(range(number)?.getClientRects() || [])].some(
          ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
        ),
      ),
  };
}

/**
 * The sentences in the article that an element belongs to: the smallest part of the page that holds all, or else most.
 *
 * @param {HTMLElement} host
 * @param {Sentence[]} sentences
 */
export function readingIn(host, sentences) {
  const told = host.getAttribute("text");
  const parts = told ? [document.querySelector(told)] : [host.closest("article"), document.body];
  /** @type {Reading | undefined} */
  let best;
  for (const part of parts) {
    const reading = part && readingOf(part, sentences);
    if (reading && reading.found() > (best ? best.found() : 0)) best = reading;
    if (best?.found() === sentences.length) break;
  }
  return best;
}

/**
 * @param {string} name
 * @param {Range} [range]
 */
function show(name, range) {
  const marks = CSS.highlights;
  if (range) marks?.set(name, new Highlight(range));
  else marks?.delete(name);
}

/**
 * Whether a range can be read in the window, above what covers its bottom.
 *
 * @param {Range | undefined} range
 * @param {number} covered px
 */
export function isSeen(range, covered) {
  const { top, height } = range?.getBoundingClientRect() || { top: 0, height: 0 };
  return height > 0 && top >= 0 && top < innerHeight - covered - 20;
}

/**
 * Scroll a range into the upper part of the window.
 *
 * @param {Range} range
 */
export function bringUp(range) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 4, behavior });
}
