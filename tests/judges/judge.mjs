// Independent readers look at a finished episode: `node judge.mjs EPISODE_FOLDER MP3` prints what they see as one JSON
// object. They are looked for in node_modules beside this file, or where LYT_NODE_MODULES says.

import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = resolve(process.env.LYT_NODE_MODULES || join(HERE, "node_modules"));
const VOICES = "SYNTHETIC_SPEECH";

// A bare name would only be looked for beside this file.
const installed = (path) => import(pathToFileURL(join(MODULES, path)));

const { parseFile } = await installed("music-metadata/lib/index.js");
const { default: nodeId3 } = await installed("node-id3/index.js");
const { default: webvtt } = await installed("webvtt-parser/parser.js");
const { default: Ajv } = await installed("ajv/dist/ajv.js");

async function byMusicMetadata(mp3) {
  const { common, format, native, quality } = await parseFile(mp3, { duration: true, includeChapters: true });
  const frames = Object.values(native).flat();
  const frame = (id) => frames.find((each) => each.id === id)?.value ?? null;
  return {
    seconds: format.duration,
    title: common.title ?? null,
    artist: common.artist ?? null,
    album: common.album ?? null,
    language: common.language ?? null,
    publisher: frame("TPUB"),
    voices: frame(`TXXX:${VOICES}`),
    chapters: (format.chapters ?? []).map(({ start, title }) => [Math.round(1000 * start), title]),
    contents: frame("CTOC")?.childElementIds.length ?? null,
    cover: common.picture?.[0].format ?? null,
    warnings: quality.warnings.map(({ message }) => message),
  };
}

// It reads the tag alone, and so knows no duration.
function byNodeId3(mp3) {
  const tag = nodeId3.read(mp3);
  return {
    title: tag.title ?? null,
    artist: tag.artist ?? null,
    album: tag.album ?? null,
    language: tag.language ?? null,
    publisher: tag.publisher ?? null,
    voices: tag.userDefinedText?.find(({ description }) => description === VOICES)?.value ?? null,
    chapters: (tag.chapter ?? []).map(({ startTimeMs, tags }) => [startTimeMs, tags.title]),
    contents: tag.tableOfContents?.[0].elements.length ?? null,
    cover: tag.image?.mime ?? null,
  };
}

async function tracksOf(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".vtt")).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await track(folder, name)])));
}

async function track(folder, name) {
  const text = await readFile(join(folder, name), "utf8");
  const mode = name === "chapters.vtt" ? "chapters" : "subtitles"; // a chapter's title may hold no markup
  const { cues, errors } = new webvtt.WebVTTParser().parse(text, mode);
  return { cues: cues.length, errors: errors.map(({ line, message }) => `line ${line}: ${message}`) };
}

async function chaptersOf(folder) {
  const validate = new Ajv({ allErrors: true }).compile(await json(join(HERE, "chapters.schema.json")));
  validate(await json(join(folder, "chapters.json")));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
}

async function json(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

const [folder, mp3] = process.argv.slice(2);
if (!folder || !mp3) {
  console.error("usage: node judge.mjs EPISODE_FOLDER MP3");
  process.exit(2);
}
const report = {
  mp3: { "music-metadata": await byMusicMetadata(mp3), "node-id3": byNodeId3(mp3) },
  vtt: await tracksOf(folder),
  "chapters.json": await chaptersOf(folder),
};
console.log(JSON.stringify(report));
