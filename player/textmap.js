// Finds sentences in the article's own text, whatever its markup, and changes nothing in it.
//
// Text and sentence are both reduced to their letters and digits. So white space, quotation marks, dashes, soft hyphens,
// links and line breaks are no difference, and every letter still knows the node that it stands in.

/**
 * A letter: the node and offset that it stands at, and whether a word may begin with it. A text: all its letters, as
 * they are compared and as they stand. A place: its first letter, and the one behind its last.
 *
 * @typedef {[node: Text, offset: number, isEdge: boolean]} Letter
 * @typedef {[text: string, letters: Letter[]]} TextMap
 * @typedef {[from: number, to: number]} Place
 */

const SKIPPED = "nav,button";
const UNIQUE = 12; // letters; a shorter sentence may stand anywhere by chance
const ENDS = 3; // words at both ends that tell a sentence that was corrected within

/**
 * The letters of a text as they are compared: "Blåbær½" is "blabær12".
 *
 * @param {string} text
 */
const reduced = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The visible text of an element, letter by letter.
 *
 * @param {Element} root
 * @returns {TextMap}
 */
export function mapText(root) {
  const letters = /** @type {Letter[]} */ ([]);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let node; (node = /** @type {Text | null} */ (walker.nextNode()));) {
    const parent = /** @type {Element} */ (node.parentElement);
    if (parent.closest(SKIPPED) || !parent.checkVisibility()) continue;
    let offset = 0;
    let isEdge = true; // a word may end where its markup does
    for (const character of node.data) {
      const found = reduced(character);
      for (let n = 0; n < found.length; n++) letters.push([node, offset, isEdge && !n]);
      if (found) isEdge = false;
      else if (!/[\p{M}\p{Cf}]/u.test(character)) isEdge = true; // soft hyphens and accents are no edges
      text += found;
      offset += character.length;
    }
  }
  return [text, letters];
}

/**
 * Where whole words stand in the text, at or after a place; undefined where they do not.
 *
 * @param {TextMap} map
 * @param {string} wanted reduced
 * @param {number} from
 * @param {number} before
 * @returns {Place | undefined}
 */
function find([text, letters], wanted, from, before) {
  for (let at = from; wanted && (at = text.indexOf(wanted, at)) >= 0; at++) {
    const to = at + wanted.length;
    if (to > before) return;
    if (letters[at][2] && letters[to]?.[2] !== false) return [at, to];
  }
}

/**
 * The same for a sentence that is not quite there: footnotes stand in it, or words of it were corrected. Digits do not
 * count, and only its ends must be right.
 *
 * @param {TextMap} map
 * @param {string} sentence
 * @param {number} from
 * @param {number} before
 * @returns {Place | undefined}
 */
function findRoughly([text, letters], sentence, from, before) {
  const digits = /\p{N}/gu;
  const words = sentence.replace(digits, "").split(/\s+/).map(reduced).filter(Boolean);
  const ends = words.length < 2 * ENDS ? [words] : [words.slice(0, ENDS), words.slice(-ENDS)];
  const wanted = ends.map((some) => [...some.join("")].join("0*")).join(`.{0,${sentence.length}}?`);
  const match = text.slice(from, before).replace(digits, "0").match(wanted);
  const at = from + (match?.index || 0);
  if (match?.[0] && letters[at][2]) return [at, at + match[0].length];
}

/**
 * The place of each sentence in the text. A sentence that stands in it once tells where its neighbours are; one that
 * stands in it several times, or not quite, is looked for between them.
 *
 * @param {TextMap} map
 * @param {string[]} sentences
 * @returns {(Place | undefined)[]}
 */
export function findSentences(map, sentences) {
  const end = map[0].length;
  const whole = sentences.map(reduced);
  const unique = whole.map((wanted) => {
    const place = find(map, wanted, 0, end);
    return wanted.length > UNIQUE && place && !find(map, wanted, place[1], end) ? place : undefined;
  });
  let from = 0;
  return whole.map((wanted, n) => {
    const before = unique.find((next, at) => at > n && next && next[0] >= from)?.[0] ?? end;
    const place =
      unique[n] ||
      find(map, wanted, from, before) ||
      findRoughly(map, sentences[n], from, before) ||
      find(map, wanted, 0, end);
    from = place ? place[1] : from;
    return place;
  });
}

/**
 * The place of one of the words of a sentence.
 *
 * @param {TextMap} map
 * @param {Place} place
 * @param {string[]} words
 * @param {number} number
 * @returns {Place | undefined}
 */
export function findWord([text], [from, to], words, number) {
  const wanted = reduced(words[number]);
  const at = text.indexOf(wanted, from + reduced(words.slice(0, number).join("")).length);
  const end = at + wanted.length;
  if (at >= from && end > at && end <= to) return [at, end];
}

/**
 * A place as a range of the page, with the marks that stand close to it; undefined where the page has changed since.
 *
 * @param {TextMap} map
 * @param {Place} place
 */
export function rangeOf([, letters], [from, to]) {
  const mark = /[^\s\p{L}\p{N}]/u;
  const range = new Range();
  let [head, start] = letters[from];
  let [tail, end] = letters[to - 1];
  if (!head.isConnected || start > head.length || ++end > tail.length) return;
  while (mark.test(head.data[start - 1] || " ")) start--;
  while (mark.test(tail.data[end] || " ")) end++;
  range.setStart(head, start);
  range.setEnd(tail, end);
  return range;
}
