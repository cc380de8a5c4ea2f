// What is remembered from visit to visit: where the reader stopped, and how they like to listen. In this site's own
// storage, on the reader's own device, and nowhere else.

/**
 * What is remembered under a key; "" where nothing is, or where there is no storage.
 *
 * @param {string} key
 * @param {string} [value] what shall be from now on; "" forgets it
 */
export function memory(key, value) {
  try {
    if (value) localStorage.setItem(`lyt-${key}`, value);
    else if (value === "") localStorage.removeItem(`lyt-${key}`);
    return localStorage.getItem(`lyt-${key}`) || "";
  } catch {
    return "";
  }
}
