// Styles as objects: they need no exception from a page's rules, and touch nothing but what they name.

import { MARKS, STYLE } from "./styles.js";

/** @param {string} css */
function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** For every player. */
export const own = sheet(STYLE);

const room = sheet("");

/**
 * Keep the bottom of the page free, so that nothing with focus is hidden there, and the last line can be reached.
 *
 * @param {number} height px
 */
export const leaveRoom = (height) =>
  room.replaceSync(height ? `html{scroll-padding-bottom:${height}px;padding-bottom:${height}px}` : "");

/** Give the page the marks of what is heard, once. */
export const dress = () => document.adoptedStyleSheets.push(sheet(MARKS), room);
