import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { axeFindings, openChromium, troubleOf } from "../pages/chromium.ts";
import { newHome, type Served, serve } from "../pages/served.ts";
import { cacheWithoutKernels, keptCache } from "./kept-cache.ts";

const demo = join(import.meta.dirname, "../../demo");
/** As long as a whole bisection of real kernels may take. */
const long = 840_000;

let history: DemoHistory;
let served: Served;
let browser: Browser;

beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const data = { XDG_DATA_HOME: newHome(), XDG_CACHE_HOME: cacheWithoutKernels() };
  served = await serve(data, ["--repo", history.repository]);
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await served?.kill();
});

test("a kernel's crash is bisected in the browser, from the form to the preview of the mail", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(60_000);
  const trouble = troubleOf(page);

  await page.goto(`${served.url}/new`);
  await page.getByLabel("Repository").fill(history.repository);
  await page.getByLabel("It crashes on").fill("master");
  await page.getByLabel(/^Reproducer/).setInputFiles(join(demo, "repro.c"));
  await page.getByLabel("or fragments").setInputFiles(join(demo, "kernel/uml.config"));
  await page.getByLabel("Memory").fill("96M");
  await page.getByLabel("Runs for, seconds").fill("10");
  await page.getByLabel("Kernel command line").fill("panic_on_warn=1");
  await page.locator(".estimate").waitFor();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL(/\/bisections\/2/);

  // Built, run and believed, seen as it happens.
  await page.locator(".now .work li", { hasText: "building" }).waitFor({ timeout: long });
  await page.locator(".strip-canvas").waitFor({ timeout: long });
  await page.locator(".step .dot").first().waitFor();
  await page.locator(".conclusion.end-found").waitFor({ timeout: long });

  const run = page.locator(".step .dots a").first();
  await run.click();
  await page.locator(".crash-line").first().waitFor();
  await page.goBack();

  await page.getByRole("link", { name: /^Result/ }).click();
  const told = (await page.locator(".conclusion-text").textContent()) ?? "";
  expect(told).toContain("is the first bad commit");
  const [culprit = ""] = told.split(" ");
  expect(await losesReference(history.repository, culprit)).toBe(true);
  await page.locator(".diff .diff-remove").first().waitFor();
  expect(await page.locator(".report .met").count()).toBeGreaterThan(0);
  const mail = page.locator("section", { has: page.getByRole("heading", { name: "Mail" }) });
  await mail.getByText("Fixes:").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(trouble).toEqual([]);
});
