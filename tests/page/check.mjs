// Opens the page of a run in headless Chromium, at two widths, light and dark, and checks it.
//
//     node check.mjs PAGE [FOLDER FOR SCREENSHOTS]
//
// It fails on a message in the console, a request to a network, a figure outside the viewport, text
// with too little contrast, a serious finding of axe-core, a page without JavaScript that lacks its
// tables, and a table that does not sort or filter.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [page_path, pictures] = process.argv.slice(2);
const address = pathToFileURL(resolve(page_path)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
const faults = [];
const check = (holds, words) => {
  if (!holds) faults.push(words);
};

const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
for (const width of [390, 1440]) {
  for (const colorScheme of ["light", "dark"]) {
    const where = `${width} px, ${colorScheme}`;
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(`${where}: console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${where}: ${error}`));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) {
        faults.push(`${where}: a request to ${request.url()}`);
      }
    });
    const begin = Date.now();
    await page.goto(address);
    check(Date.now() - begin < 5000, `${where}: the page took ${Date.now() - begin} ms`);
    const outside = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > window.innerWidth + 1;
      const figures = [...document.querySelectorAll("figure svg")].filter((figure) => {
        const box = figure.getBoundingClientRect();
        return box.left < -1 || box.right > window.innerWidth + 1 || box.width < 200;
      });
      return { wide, figures: figures.map((figure) => figure.closest("figure").id) };
    });
    check(!outside.wide, `${where}: the page is wider than the window`);
    check(outside.figures.length === 0, `${where}: outside of the window: ${outside.figures}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const finding of found.violations) {
      if (["serious", "critical"].includes(finding.impact)) {
        const first = finding.nodes[0];
        faults.push(`${where}: ${finding.id}: ${finding.help} (${finding.nodes.length}), first ${first.target}`);
      }
    }
    if (pictures) {
      await page.screenshot({ path: `${pictures}/${width}-${colorScheme}.png`, fullPage: true });
      await page.screenshot({ path: `${pictures}/top-${width}-${colorScheme}.png` });
    }
    await context.close();
  }
}

// Tables sort by the column that is pressed, and filter by what is typed.
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(address);
const table = page.locator("table.filtered").first();
if ((await table.count()) > 0) {
  const names = () => table.locator("tbody tr:visible th").allTextContents();
  const before = await names();
  const head = table.locator("thead th button").first();
  await head.click();
  const up = await names();
  await head.click();
  const down = await names();
  check(JSON.stringify(up) === JSON.stringify([...before].sort((a, b) => a.localeCompare(b))), "the table does not sort");
  check(JSON.stringify(down) === JSON.stringify([...up].reverse()), "the table does not sort backwards");
  await page.locator(".tools input[type=search]").first().fill(before[0]);
  const left = await names();
  check(left.includes(before[0]), "the filter hides what it should show");
  check(before.length === 1 || left.every((name) => name.includes(before[0])), "the filter hides nothing");
}
const figures = await page.locator("figure").count();
check(figures > 0, "the page has no figure");
const unnamed = await page.locator("figure svg:not(:has(title))").count();
check(unnamed === 0, `${unnamed} figures have no title`);
check((await page.locator("figure").count()) === (await page.locator("figure details table").count()), "a figure has no table behind it");

// Without JavaScript the page still has its tables and figures.
const plain = await browser.newContext({ javaScriptEnabled: false });
const still = await plain.newPage();
await still.goto(address);
check((await still.locator("figure svg").count()) === figures, "figures are missing without JavaScript");
await browser.close();

const size = readFileSync(page_path).length;
check(size < 3_000_000, `the page has ${size} bytes`);
for (const fault of faults) console.log(fault);
console.log(`${figures} figures, ${size} bytes, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
