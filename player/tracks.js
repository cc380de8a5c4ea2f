// The times of sentences, words and chapters, from the tracks that stand in the audio element.

/**
 * @typedef {{start: number, text: string}} Word
 * @typedef {{start: number, end: number, words: Word[]}} Sentence
 * @typedef {{id: string, start: number, title: string}} Chapter
 */

/**
 * The cues of a track, once it is loaded; none where it is missing. The browser fetches it without touching the audio.
 *
 * @param {HTMLMediaElement} audio
 * @param {string} kind
 * @returns {Promise<VTTCue[]>}
 */
export const cuesOf = (audio, kind) =>
  new Promise((resolve) => {
    const element = /** @type {HTMLTrackElement | null} */ (audio.querySelector(`track[kind=${kind}]`));
    if (!element) return resolve([]);
    const { track } = element;
    element.onload = element.onerror = () => resolve(/** @type {VTTCue[]} */ ([...(track.cues || [])]));
    track.mode = "hidden";
    if (element.readyState > 1) element.onload(new Event(""));
  });

/**
 * A sentence with the time of each of its words: `Vi <00:00:01.197>bygger`.
 *
 * @param {VTTCue} cue
 * @returns {Sentence}
 */
export function sentenceOf(cue) {
  const words = [{ start: cue.startTime, text: "" }];
  for (const { nodeType, textContent } of cue.getCueAsHTML().childNodes) {
    if (nodeType === Node.PROCESSING_INSTRUCTION_NODE) words.push({ start: secondsOf(textContent || ""), text: "" });
    else words[words.length - 1].text += textContent;
  }
  return { start: cue.startTime, end: cue.endTime, words };
}

/**
 * @param {VTTCue} cue
 * @returns {Chapter}
 */
export const chapterOf = (cue) => ({
  id: cue.id,
  start: cue.startTime,
  title: cue.getCueAsHTML().textContent || "",
});

/**
 * The seconds of a time such as 1:02:03.4.
 *
 * @param {string} time
 */
export const secondsOf = (time) => time.split(":").reduce((sum, part) => 60 * sum + +part, 0);

/**
 * The number of the last one that has begun at a time; -1 before the first.
 *
 * @param {{start: number}[]} rising
 * @param {number} time
 */
export const lastBegun = (rising, time) => rising.findLastIndex(({ start }) => start <= time);
