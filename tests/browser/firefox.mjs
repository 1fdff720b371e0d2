// Opens pages in one Firefox, one after another, as a reader with a keyboard. On standard input comes JSON: the path
// of Firefox, and for each page its address and how many seconds its widgets may take to come to life. On standard
// output goes, for each address, how many live and what is wrong.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import puppeteer from "puppeteer-core";

const OWN = /\.mozilla\.(com|net|org):443$/; // what Firefox asks for by itself

/** A proxy that lets nothing through, and tells who asked for what. A page's own events miss some of it. */
async function gate(onask) {
  const server = createServer((request, response) => {
    onask(request.url);
    response.writeHead(403).end();
  });
  server.on("connect", ({ url }, socket) => {
    if (!OWN.test(url)) onask(url);
    socket.end("HTTP/1.1 403 Closed\r\n\r\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const preferences = { "network.proxy.type": 1, "network.proxy.no_proxies_on": "127.0.0.1" };
  for (const scheme of ["http", "ssl"]) {
    preferences[`network.proxy.${scheme}`] = "127.0.0.1";
    preferences[`network.proxy.${scheme}_port`] = server.address().port;
  }
  return preferences;
}

/** Press a key on one control after another, until the widget says something new. */
async function speaks(widget, page) {
  const heard = () => widget.evaluate(async (one) => {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    const lines = one.querySelectorAll("[aria-live=polite], [role=alert]");
    return Array.from(lines, (line) => line.textContent.trim()).join("\n");
  });
  const before = await heard();
  for (const [controls, key] of [["button:enabled", "Enter"], ["select, input, [tabindex='0']", "ArrowRight"]]) {
    for (const control of await widget.$$(controls)) {
      await control.focus();
      await page.keyboard.press(key);
      const now = await heard();
      if (now.trim() && now !== before) return true;
    }
  }
  return false;
}

async function visit(page, address, seconds, faults) {
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.goto(address, { waitUntil: "load" });

  const skip = await page.$(".skip-link");
  const shows = (link) => Number(getComputedStyle(link).opacity) > 0;
  if (await skip.evaluate(shows)) faults.push("the skip link shows before Tab leads to it");
  await skip.$eval("a", (link) => link.focus());
  if (!(await skip.evaluate(shows))) faults.push("the skip link does not show");

  await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
  const live = () => !document.querySelector(".cnnlab-widget[data-module]:not([data-live])");
  await page.waitForFunction(live, { timeout: 1000 * seconds }).catch(() => faults.push("a widget stays a picture"));
  const widgets = await page.$$(".cnnlab-widget[data-live]");
  for (const [k, widget] of widgets.entries()) {
    if (!(await speaks(widget, page))) faults.push(`widget ${k} says nothing new`);
  }
  return widgets.length;
}

const { firefox, pages } = JSON.parse(await text(process.stdin));
let faults; // of the page that is open
const extraPrefsFirefox = await gate((url) => faults?.push(`asks for ${url}`));
const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, extraPrefsFirefox });
const found = {};
for (const [address, seconds] of pages) {
  const page = await browser.newPage();
  faults = [];
  found[address] = { widgets: await visit(page, address, seconds, faults), faults };
  await page.close();
}
await browser.close();
console.log(JSON.stringify(found));
process.exit();
