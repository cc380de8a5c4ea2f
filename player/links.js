// Links to a moment: #t= for the sound, and a text fragment for those who read.

import { secondsOf } from "./tracks.js";

const SHOWN = 4; // words at both ends of a sentence that name it

/**
 * The second that an address asks for (Media Fragments); undefined where it asks for none.
 *
 * @param {string} address
 */
export function momentIn(address) {
  const told = address.match(/[#&?]t=([\d:.]+)/);
  return told ? secondsOf(told[1]) || 0 : undefined;
}

/**
 * A link to a moment, and to the words that are heard then, as the page has them.
 *
 * @param {string} page
 * @param {number} seconds
 * @param {string} text
 */
export function linkTo(page, seconds, text) {
  const words = text.split(/\s+/).filter(Boolean);
  const ends = words.length > 2 * SHOWN ? [words.slice(0, SHOWN), words.slice(-SHOWN)] : [words];
  const fragment = ends.map((some) => encodeURIComponent(some.join(" ")).replace(/-/g, "%2D")).join(",");
  return `${page.split("#")[0]}#t=${seconds.toFixed(1)}${fragment && `:~:text=${fragment}`}`;
}

/**
 * Hand a link to the reader: by the phone's own way of sharing, or else on the clipboard. True if it was copied.
 *
 * @param {string} url
 */
export async function hand(url) {
  if (navigator.share && matchMedia("(pointer: coarse)").matches) return navigator.share({ url });
  await navigator.clipboard.writeText(url);
  return true;
}
