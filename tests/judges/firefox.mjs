// Uses the player of a page in Firefox, and tells what it saw, as JSON: node firefox.mjs FIREFOX ADDRESS
import puppeteer from "puppeteer-core";

const [executablePath, address] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  extraPrefsFirefox: { "media.autoplay.default": 1, "media.volume_scale": "0.0", "intl.accept_languages": "da" },
});
const told = { troubles: [] };
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => told.troubles.push(error.message));
  await page.setViewport({ width: 768, height: 600 });
  await page.goto(address);
  const inside = (/** @type {string} */ selector) => `lyt-artiklen >>> ${selector}`;
  const audio = (/** @type {string} */ name) => page.$eval("audio", (one, key) => one[key], name);
  const until = async (/** @type {() => boolean} */ condition) => {
    for (let tries = 0; tries < 200; tries++) {
      if (await page.evaluate(condition)) return true;
      await new Promise((next) => setTimeout(next, 50));
    }
    return false;
  };
  const play = await page.waitForSelector(inside("button.play"));
  told.label = await play.evaluate((one) => one.innerText);
  told.controls = await audio("controls");
  await play.click();
  told.plays = await until(() => document.querySelector("audio").currentTime > 3);
  told.marks = await page.evaluate(() =>
    Object.fromEntries([...CSS.highlights].map(([name, [range]]) => [name, `${range}`])),
  );
  await (await page.$(inside("button.menu"))).click();
  await page.waitForSelector(inside(".chapter"));
  told.chapters = await page.$$eval(inside(".chapter"), (all) => all.map((one) => one.innerText));
  await (await page.$$(inside(".chapter")))[1].click();
  told.jumps = await until(() => Math.abs(document.querySelector("audio").currentTime - 18) < 2);
  await until(() => `${[...CSS.highlights.get("lyt-sentence")][0]}`.startsWith("»"));
  told.after = await page.evaluate(() => `${[...CSS.highlights.get("lyt-sentence")][0]}`);
  const slider = await page.$(inside(".position"));
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  told.position = await slider.evaluate((one) => one.ariaValueText);
  told.current = await page.$eval(inside("[aria-current]"), (one) => one.innerText);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  told.mini = await until(() => !!document.querySelector("lyt-artiklen").shadowRoot.querySelector(".mini"));
  const box = await (await page.$(inside(".bar"))).boundingBox();
  told.bottom = box.y + box.height;
  await play.click();
  told.pauses = await until(() => document.querySelector("audio").paused);
} finally {
  console.log(JSON.stringify(told));
  await browser.close();
}
