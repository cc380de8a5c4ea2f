// <lyt-artiklen>: wraps a plain audio element, which stays as it is where this script does not run.

import { playerOf } from "./player.js";
import { dress, own } from "./sheets.js";

/** @type {Set<import("./player.js").Player>} */
const players = new Set();

class LytArtiklen extends HTMLElement {
  /** @type {import("./player.js").Player | undefined} */
  player;

  connectedCallback() {
    const audio = this.querySelector("audio");
    if (audio) players.add((this.player ??= upgraded(this, audio)));
  }

  disconnectedCallback() {
    if (this.player) players.delete(this.player);
    this.player?.leave();
  }
}

/**
 * Put controls in the place of the plain ones; what follows stays where it was.
 *
 * @param {HTMLElement} host
 * @param {HTMLAudioElement} audio
 */
function upgraded(host, audio) {
  const height = () => host.parentElement?.getBoundingClientRect().height || 0;
  const before = height();
  const player = playerOf(host, audio); // first: where it fails, the plain controls stay
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [own];
  shadow.append(player.bar);
  audio.controls = false;
  host.style.paddingBottom = `${Math.max(0, before - height())}px`;
  if (!players.size) player.visit(location.href);
  return player;
}

function begin() {
  if (customElements.get("lyt-artiklen")) return;
  dress();
  customElements.define("lyt-artiklen", LytArtiklen);
  addEventListener("click", (event) => players.forEach((player) => player.tapped(event)));
  addEventListener("hashchange", () => [...players][0]?.visit(location.href));
  addEventListener("pagehide", () => players.forEach((player) => player.keepPlace()));
}

// An element is upgraded whole: not before the browser has read what stands in it.
if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
else begin();
