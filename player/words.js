// What a reader sees and a screen reader says, in the language of the page.

const NAMES =
  "listen pause resume synthetic position back forward previous next speed menu volume tap download share copied failed close";

/** @type {Record<string, string>} */
const LANGUAGES = {
  da: "Lyt til artiklen|Pause|Lyt videre|Syntetisk stemme|Position|tilbage|frem|Forrige sætning|Næste sætning|Hastighed|Kapitler|Lydstyrke|Tryk på teksten for at høre|Hent|Del|Link kopieret|Lyden kan ikke hentes|Luk",
  nb: "Lytt til artikkelen|Pause|Lytt videre|Syntetisk stemme|Posisjon|tilbake|frem|Forrige setning|Neste setning|Hastighet|Kapitler|Lydstyrke|Trykk på teksten for å høre|Last ned|Del|Lenke kopiert|Lyden kan ikke hentes|Lukk",
  sv: "Lyssna på artikeln|Paus|Lyssna vidare|Syntetisk röst|Position|bakåt|framåt|Föregående mening|Nästa mening|Hastighet|Kapitel|Volym|Tryck på texten för att höra|Ladda ner|Dela|Länk kopierad|Ljudet kan inte hämtas|Stäng",
  de: "Artikel anhören|Pause|Weiterhören|Synthetische Stimme|Position|zurück|vor|Voriger Satz|Nächster Satz|Tempo|Kapitel|Lautstärke|Text antippen und hören|Herunterladen|Teilen|Link kopiert|Der Ton ist nicht abrufbar|Schließen",
  en: "Listen to the article|Pause|Resume|Synthetic voice|Position|back|forward|Previous sentence|Next sentence|Speed|Chapters|Volume|Tap the text to hear it|Download|Share|Link copied|The audio cannot be fetched|Close",
};

/**
 * The language of ours for another one; English where we have none.
 *
 * @param {string} told
 */
export function languageFor(told) {
  const known = told.slice(0, 2).toLowerCase().replace(/no|nn/, "nb");
  return LANGUAGES[known] ? known : "en";
}

/**
 * All words by name.
 *
 * @param {string} language
 * @returns {Record<string, string>}
 */
export function wordsOf(language) {
  const texts = LANGUAGES[language].split("|");
  return Object.fromEntries(NAMES.split(" ").map((name, n) => [name, texts[n]]));
}

/**
 * A number with its unit, as the language writes it: "4 min.", "1 minut".
 *
 * @param {string} language
 * @param {number} amount
 * @param {string} unit
 * @param {"short" | "long"} unitDisplay
 */
export const measured = (language, amount, unit, unitDisplay) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(amount);

/**
 * A time in words, for those who hear it: "1 minut og 30 sekunder".
 *
 * @param {string} language
 * @param {number} seconds
 */
export function spokenTime(language, seconds) {
  const units = ["hour", "minute", "second"];
  const told = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((amount, n) =>
    measured(language, Math.floor(amount), units[n], "long"),
  );
  return new Intl.ListFormat(language).format(told.filter((part) => parseInt(part))) || told[2];
}

/**
 * A time as a clock, for those who see it: "1:30", "1:02:03".
 *
 * @param {number} seconds of a day at most
 */
export const clock = (seconds) =>
  new Date(1000 * seconds)
    .toISOString()
    .slice(11, 19)
    .replace(/^(00:)?0?/, "");
