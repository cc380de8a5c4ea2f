// The lock screen, headphones and keyboards: what plays, and what their buttons do.

/**
 * @typedef {import("./tracks.js").Chapter} Chapter
 * @typedef {(details: MediaSessionActionDetails) => void} Handler
 */

/**
 * Say what plays, and take what is asked.
 *
 * @param {{title: string, artist: string, cover: string | null, chapters: Chapter[]}} told
 * @param {Record<string, Handler>} handlers
 */
export function announce({ title, artist, cover, chapters }, handlers) {
  const session = navigator.mediaSession;
  const artwork = cover ? [{ src: cover }] : [];
  const chapterInfo = chapters.map(({ title, start: startTime }) => ({ title, startTime, artwork }));
  const metadata = { title, artist, artwork, chapterInfo };
  attempt(() => (session.metadata = new MediaMetadata(metadata)));
  for (const [action, handler] of Object.entries(handlers)) {
    attempt(() => session.setActionHandler(/** @type {MediaSessionAction} */ (action), handler));
  }
}

/** @param {HTMLMediaElement} audio */
export const tellPosition = ({ duration, currentTime: position, playbackRate }) =>
  attempt(() => navigator.mediaSession.setPositionState({ duration, position, playbackRate }));

/** @param {() => void} action for which browsers throw that do not know it, or its value */
function attempt(action) {
  try {
    action();
  } catch {
    // then it is not offered
  }
}
