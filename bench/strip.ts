import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { openChromium } from "../test/pages/chromium.ts";
import { madeServer } from "./pages/made-server.ts";

/**
 * How fast the pages are in a browser: until the first can be used, the strip of a hundred thousand suspects while it is
 * zoomed, and a console of a hundred megabytes while it is pulled through. Needs the pages built. `node bench/strip.ts`
 */
const seconds = 4;
const bisection = "/bisections/2026-11-23-6b5f240986e8";

const server = madeServer().listen(0, "127.0.0.1");
await once(server, "listening");
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await openChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await load(page);
  await zoom(page);
  await pull(page);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}

/** The page is there when its strip is, which comes last. */
async function load(page: Page): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const fresh = await page.context().browser()?.newContext();
    const one = await fresh?.newPage();
    if (one === undefined) continue;
    await one.goto(base + bisection);
    await one.locator(".strip-canvas").waitFor();
    times.push(Number(await one.evaluate("performance.now()")));
    await fresh?.close();
  }
  const shown = times.map((time) => Math.round(time)).sort((a, b) => a - b);
  console.log(`bisection page with its strip, cold, ms: ${shown.join(" ")}`);
}

/** In and out again by the wheel, as fast as pictures are drawn. */
async function zoom(page: Page): Promise<void> {
  await page.goto(base + bisection);
  await page.locator(".strip-canvas").hover({ position: { x: 740, y: 90 } });
  await page.waitForTimeout(500);
  await watchFrames(page);
  const end = Date.now() + seconds * 1000;
  for (let n = 0; Date.now() < end; n++) {
    await page.mouse.wheel(0, n % 40 < 20 ? -120 : 120);
    await page.waitForTimeout(15);
  }
  console.log(`strip of 100,000 suspects while zoomed: ${await framesOf(page)}`);
}

/** From end to end of the console by the scroll bar, and with the wheel. */
async function pull(page: Page): Promise<void> {
  await page.goto(`${base}${bisection}/runs/0123456789ab-1-1`);
  await page.locator(".console-row").first().waitFor();
  await page.locator(".console").hover();
  await watchFrames(page);
  const end = Date.now() + seconds * 1000;
  for (let n = 0; Date.now() < end; n++) {
    const script = `document.querySelector(".console").scrollTop = ${(n * 57_000) % 7_000_000}`;
    if (n % 2 === 0) await page.evaluate(script);
    else await page.mouse.wheel(0, 700);
    await page.waitForTimeout(15);
  }
  console.log(`console of 1,500,000 lines while pulled: ${await framesOf(page)}`);
}

async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(`{
    window.frameTimes = [];
    const take = (now) => { frameTimes.push(now); requestAnimationFrame(take); };
    requestAnimationFrame(take);
  }`);
}

async function framesOf(page: Page): Promise<string> {
  const times = (await page.evaluate("frameTimes")) as number[];
  const gaps = times.slice(1).map((time, n) => time - (times[n] as number));
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
  const rate = (1000 * gaps.length) / gaps.reduce((a, b) => a + b, 0);
  return `${rate.toFixed(0)} frames a second; between two p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`;
}
