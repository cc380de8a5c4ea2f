// An independent reader looks at a podcast feed: `node feed.mjs FEED` prints what it sees as one JSON object. It is
// looked for in node_modules beside this file, or where LYT_NODE_MODULES says.

import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = resolve(process.env.LYT_NODE_MODULES || join(HERE, "node_modules"));
const { default: Parser } = await import(pathToFileURL(join(MODULES, "rss-parser/index.js")));

// What it does not know by itself it gives as it stands: text, attributes, and elements of one name in their order.
const asTheyStand = (names) => names.map((name) => [name, name, { keepArray: true }]);
const parser = new Parser({
  customFields: {
    feed: asTheyStand([
      "atom:link",
      "itunes:type",
      "itunes:block",
      "podcast:guid",
      "podcast:locked",
      "podcast:medium",
      "podcast:txt",
    ]),
    item: asTheyStand([
      "podcast:chapters",
      "podcast:person",
      "podcast:soundbite",
      "podcast:transcript",
      "podcast:txt",
      "psc:chapters",
    ]),
  },
});

const texts = (elements = []) => elements.map((element) => element._ ?? element);
const attributes = (elements = []) => elements.map((element) => element.$);

function shown(item) {
  return {
    title: item.title ?? null,
    link: item.link ?? null,
    guid: item.guid ?? null,
    published: item.pubDate ?? null,
    moment: item.isoDate ?? null,
    description: item.content ?? null,
    content: item["content:encoded"] ?? null,
    enclosure: item.enclosure ?? null,
    duration: item.itunes?.duration ?? null,
    explicit: item.itunes?.explicit ?? null,
    author: item.itunes?.author ?? null,
    image: item.itunes?.image ?? null,
    sections: item.categories ?? [],
    people: texts(item["podcast:person"]),
    roles: attributes(item["podcast:person"]),
    documents: attributes(item["podcast:chapters"]),
    transcripts: attributes(item["podcast:transcript"]),
    soundbites: attributes(item["podcast:soundbite"]),
    said: texts(item["podcast:soundbite"]),
    synthetic: texts(item["podcast:txt"]),
    chapters: attributes(item["psc:chapters"]?.[0]["psc:chapter"]),
  };
}

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: node feed.mjs FEED");
  process.exit(2);
}
const feed = await parser.parseString(await readFile(file, "utf8"));
const report = {
  title: feed.title ?? null,
  link: feed.link ?? null,
  description: feed.description ?? null,
  language: feed.language ?? null,
  changed: feed.lastBuildDate ?? null,
  address: feed.feedUrl ?? null,
  links: attributes(feed["atom:link"]),
  picture: feed.itunes?.image ?? null,
  author: feed.itunes?.author ?? null,
  owner: feed.itunes?.owner ?? null,
  explicit: feed.itunes?.explicit ?? null,
  categories: feed.itunes?.categoriesWithSubs ?? [],
  type: texts(feed["itunes:type"]),
  block: texts(feed["itunes:block"]),
  guid: texts(feed["podcast:guid"]),
  locked: texts(feed["podcast:locked"]),
  lockedFor: attributes(feed["podcast:locked"]),
  medium: texts(feed["podcast:medium"]),
  synthetic: texts(feed["podcast:txt"]),
  items: feed.items.map(shown),
};
console.log(JSON.stringify(report));
