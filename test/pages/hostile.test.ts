import { renameSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { makeHistory, type SmallHistory } from "../bisection/small-history.ts";
import { making, pageForEach } from "./chromium.ts";
import { newHome, type Served, serve } from "./served.ts";
import { toldStory } from "./told-home.ts";

/** Were it taken for markup, it would open a dialog, and ask for a file that is not there. */
const markup = `<img src="/taken" onerror="alert(1)"></script><script>alert(2)</script>`;
/** Turns text around, moves a cursor, ends attributes of both kinds. */
const tricks = `\u202egnort\u2066 \x1b[31;1m\x1b]0;taken\x07 "' \`\${1}\` &lt;b&amp;`;
const long = "x".repeat(10_000);
const file = `<img src=x onerror=alert(3)>'&quot;.c`;

const title = `KASAN: use-after-free Read in eat_${markup}${tricks}`;
const report = [
  `BUG: KASAN: use-after-free in ${markup}`,
  `Read of size 8 by task ${tricks}/40`,
  "Call Trace:",
  ` eat_me+0x10/0x20 fs/${file}:12`,
  ` ${long}+0x1/0x2 fs/${long}.c:1`,
  ` feed+0x20/0x40 net/pond.c:40`,
].join("\n");

const home = newHome();
const watched = pageForEach();
let history: SmallHistory;
let served: Served;
let bisection: string;
let run: string;

beforeAll(async () => {
  history = repositoryCalled(markup.replaceAll("/", "_"));
  const crashes = ["h3", "h4"];
  const folder = await toldStory(
    home,
    {
      ...{ history, crashes: "h4", clean: "h0" },
      script: {
        run: (commit, _, { patches = [] } = {}) =>
          crashes.includes(history.name(commit)) && patches.length === 0
            ? { crash: title }
            : "clean",
        report: () => report,
      },
    },
    (crashed) => (crashed ? `boot\n${markup}${tricks}\n${long}\n${report}\n` : `${tricks}\n`),
  );
  bisection = basename(folder);
  const events = await readFileJournal(folder);
  const crash = events.find((one) => one.kind === "run-finished" && one.outcome === "crashed");
  run = crash?.kind === "run-finished" ? crash.run.replace("#", "-") : "";
  const mail = { FIRSTBAD_SMTP: "smtp://127.0.0.1:9", FIRSTBAD_MAIL_FROM: "Rana <r@pond.example>" };
  served = await serve({ FIRSTBAD_HOME: home, ...mail });
  const judged = await fetch(`${served.url}/api/bisections/${bisection}/judge`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ verdict: "right", why: `${markup}${tricks}${"x".repeat(800)}` }),
  });
  expect(judged.status).toBe(200);
}, making);
afterAll(() => served?.kill());

/** Five commits, of which `h3` brings the bug; all that people may name in one is hostile. */
function repositoryCalled(name: string): SmallHistory {
  const made = makeHistory([
    { name: "h0", tags: ["v1.0"] },
    { name: "h1", subject: `${tricks}${markup}` },
    { name: "h2", subject: long },
    {
      name: "h3",
      subject: `${markup} ${tricks} ${long}`,
      author: `Bobby "'; alert(4) ${tricks} ${long}`,
      trailers: [`Reviewed-by: ${markup.replaceAll(/[<>]/g, "")} <eve@pond.example>`],
      files: { [`fs/${file}`]: "fish\n", [`fs/${long.slice(0, 200)}.c`]: "fish\n" },
    },
    { name: "h4", tags: [`v2"'><img/src=/taken/onerror=alert(5)>`] },
  ]);
  const folder = join(newHome(), name);
  renameSync(made.folder, folder);
  return { ...made, folder };
}

/** Opens what is folded away, so that all of a page is looked at. */
async function openAll(page: Page): Promise<void> {
  await page.evaluate(
    `for (const one of document.querySelectorAll("details:not(.menu)")) one.open = true`,
  );
}

/** What a page that is wide open must be: no markup of others, nothing that turns text around, no wider than its window. */
async function expectTame(page: Page): Promise<void> {
  await openAll(page);
  expect(await page.locator("main img, main script, main iframe, body > img").count()).toBe(0);
  const text = (await page.locator("body").textContent()) ?? "";
  expect(text).not.toMatch(/[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]/);
  expect(text).toContain(`onerror="alert(1)"></script>`);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
}

const screens = [
  ["the list", () => "/", ".entry"],
  ["a bisection", () => `/bisections/${bisection}`, ".step"],
  ["its range, commit by commit", () => `/bisections/${bisection}`, ".lane-rows li"],
  ["a result, with its mail", () => `/bisections/${bisection}/result`, ".mail .message"],
  ["a console", () => `/bisections/${bisection}/runs/${run}`, ".console-row"],
] as const;

describe.each([1280, 390])("%i pixels wide, whatever people and kernels write is text", (width) => {
  test.each(screens)("%s", async (name, path, there) => {
    const { page } = watched;
    await page.setViewportSize({ width, height: 860 });
    await page.goto(served.url + path());
    if (name.startsWith("its range")) await page.locator(".strip-canvas").press("+");
    await page.locator(there).first().waitFor();
    await expectTame(page);
  });

  test("the report in one file", async () => {
    const { page } = watched;
    await page.setViewportSize({ width, height: 860 });
    const address = `${served.url}/api/bisections/${bisection}/report?consoles=1`;
    const html = await (await fetch(address)).text();
    // As it is opened from a disk: without the policy of the server, by its own alone.
    await page.route("**/report.html", (route) =>
      route.fulfill({ contentType: "text/html; charset=utf-8", body: html }),
    );
    await page.goto(`${served.url}/report.html`);
    await page.locator("h1").waitFor();
    await expectTame(page);
  });
});

test("a commit and a source are told as text", async () => {
  const { page } = watched;
  const commit = history.hash("h3");
  for (const path of [
    `commits/${commit}`,
    `source?commit=${commit}&path=${encodeURIComponent(`fs/${file}`)}`,
    `runs/${run}/console`,
    "log?format=git",
    "mail",
  ]) {
    const answer = await page.goto(`${served.url}/api/bisections/${bisection}/${path}`);
    expect(answer?.status(), path).toBe(200);
    expect(answer?.headers()["content-type"], path).toMatch(/^(text\/plain|application\/json)/);
  }
});
