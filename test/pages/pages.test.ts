import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { madeProgram } from "../program/made-program.ts";
import { axeFindings, making, pageForEach, soon } from "./chromium.ts";
import { newHome, type Served, serve } from "./served.ts";
import { Gate, hostile, longStory, toldStory } from "./told-home.ts";

const home = newHome();
const watched = pageForEach();
let served: Served;
let found: string;
let page: Page;

beforeAll(async () => {
  found = basename(await toldStory(home));
  served = await serve(home, ["--allow-program", "--allow-any-repo"]);
}, making);
afterAll(() => served?.kill());
beforeEach(() => {
  page = watched.page;
});

async function open(path: string): Promise<void> {
  await page.goto(served.url + path);
  await page.locator("h1").first().waitFor({ state: "attached" });
}

async function crashedRun(): Promise<string> {
  const events = await readFileJournal(join(home, "bisections", found));
  const run = events.find((event) => event.kind === "run-finished" && event.outcome === "crashed");
  if (run?.kind !== "run-finished") throw new Error("no run crashed");
  return run.run.replace("#", "-");
}

describe("the list", () => {
  test("is walked with keys, and what it is filtered by is in the address", async () => {
    await open("/");
    await page.locator(".entry").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("eat_me");
    await expect.poll(() => page.url(), soon).toContain("q=eat_me");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).pathname, soon).toBe(`/bisections/${found}`);
    await page.goBack();
    await page.getByRole("link", { name: /^Running/ }).click();
    await expect.poll(() => page.url(), soon).toContain("group=running");
    await page.getByText("None is like this.").waitFor();
    await page.reload();
    await page.getByText("None is like this.").waitFor();
  });

  test("shows a bisection that begins elsewhere without being loaded again", async () => {
    await open("/");
    await page.locator(".entry").first().waitFor();
    const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6", { rate: 1 }) };
    const folder = await beginStory(story, join(home, "bisections"));
    const entry = page.locator(".entry", { hasText: basename(folder) });
    await entry.waitFor();
    await goOn(story, folder);
    await entry.getByText("found").waitFor();
  });
});

describe("a bisection", () => {
  test("its range is zoomed with keys, down to the commits and their merges", async () => {
    await open(`/bisections/${found}`);
    const strip = page.locator(".strip-canvas");
    await strip.focus();
    await page.getByText(/\d+ commits, /).waitFor();
    await page.keyboard.press("+");
    await page.getByText(/commits of \d+ in view/).waitFor();
    await page.locator(".lane-rows li").first().waitFor();
    expect(await page.locator(".lane-line").count()).toBeGreaterThan(10);
    const before = await page.locator(".lane-rows .hash").first().textContent();
    await page.keyboard.press("ArrowLeft");
    await expect
      .poll(() => page.locator(".lane-rows .hash").first().textContent(), soon)
      .not.toBe(before);
    await page.keyboard.press("0");
    await page.getByText(/\d+ commits, /).waitFor();
    await page.locator(".strip .as-table summary").click();
    await page.getByRole("table", { name: "Commits tested, the oldest first" }).waitFor();
  });

  test("grows while it is watched, also across a restart of the server", async () => {
    const story = { ...longStory, crashes: "n113" };
    const folder = await beginStory(story, join(home, "bisections"));
    const gate = new Gate(12);
    const going = goOn(story, folder, gate.wrap);
    await open(`/bisections/${basename(folder)}`);
    await page.locator(".page-facts .state", { hasText: "running" }).waitFor();
    const few = await page.locator(".step").count();
    gate.let(30);
    await expect.poll(() => page.locator(".step").count(), soon).toBeGreaterThan(few);
    await served.kill();
    await page.getByText("Connection lost").waitFor();
    gate.let(10_000);
    await going;
    served = await serve(
      home,
      ["--allow-program", "--allow-any-repo"],
      Number(new URL(served.url).port),
    );
    await page.locator(".page-facts .state", { hasText: "found" }).waitFor({ timeout: 60_000 });
    await page.getByText("is the first bad commit").first().waitFor();
  });

  test("catches up after nobody looked for a while", async () => {
    const story = { ...longStory, crashes: "n111" };
    const folder = await beginStory(story, join(home, "bisections"));
    const gate = new Gate(12);
    const going = goOn(story, folder, gate.wrap);
    await page.clock.install();
    await open(`/bisections/${basename(folder)}`);
    await page.locator(".page-facts .state", { hasText: "running" }).waitFor();
    const see = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, "visibilityState", { get: () => "${state}", configurable: true });
         document.dispatchEvent(new Event("visibilitychange"));`,
      );
    await see("hidden");
    await page.clock.fastForward(30_000);
    await page.getByText("Asleep while hidden.").waitFor({ state: "attached" });
    gate.let(10_000);
    await going;
    expect(await page.getByText("is the first bad commit").count()).toBe(0);
    await see("visible");
    await page.getByText("is the first bad commit").first().waitFor();
  });

  test("somebody says otherwise, with keys alone, and takes it back", async () => {
    const folder = await toldStory(home, { ...longStory, crashes: "n109" });
    await open(`/bisections/${basename(folder)}`);
    const step = page.locator(".step").last();
    await step.locator("summary").focus();
    await page.keyboard.press("Enter");
    await step.getByRole("button", { name: "Say otherwise…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio").nth(2).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type(hostile);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    const said = page.locator("section", {
      has: page.getByRole("heading", { name: "Said by people" }),
    });
    await said.getByText(hostile).waitFor();
    await step.getByText("overruled").waitFor();
    await said.getByRole("button", { name: "Take back" }).click();
    await said.waitFor({ state: "detached" });
    expect(await page.evaluate("window.taken")).toBe(undefined);
  });
});

describe("more runs", () => {
  test("are asked for in a dialog, and shown until the bisection makes them", async () => {
    const folder = await toldStory(home, { ...longStory, crashes: "n109" });
    await open(`/bisections/${basename(folder)}`);
    const rows = await page.locator(".step").count();
    const step = page.locator(".step").last();
    await step.locator("summary").click();
    await step.getByRole("button", { name: "Add runs…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("More runs").fill("7");
    await dialog.getByLabel("Why").fill(hostile);
    await dialog.getByRole("button", { name: "Add runs" }).click();
    await dialog.waitFor({ state: "hidden" });
    const added = page.locator(".step-now");
    await added.getByText("runs asked for").waitFor();
    expect(await page.locator(".step").count()).toBe(rows + 1);
    expect(await added.locator(".why-line").textContent()).toContain(hostile);
    expect(await page.evaluate("window.taken")).toBe(undefined);
    const all = await readFileJournal(folder);
    expect(all.at(-1)).toMatchObject({ kind: "runs-added", more: 7, why: hostile });
  });

  test("are not what banning is: that opens with its verdict chosen", async () => {
    const folder = await toldStory(home, { ...longStory, crashes: "n109" });
    await open(`/bisections/${basename(folder)}`);
    const step = page.locator(".step").last();
    await step.locator("summary").click();
    await step.getByRole("button", { name: "Ban…" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("radio").nth(2).isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Say so" }).click();
    await dialog.waitFor({ state: "hidden" });
    await step.getByText("overruled").waitFor();
  });
});

describe("a console", () => {
  test("is searched, its lines have addresses, and nothing in it is markup", async () => {
    const run = await crashedRun();
    await open(`/bisections/${found}/runs/${run}`);
    await page.getByText("BUG: KASAN: use-after-free").first().waitFor();
    await page.getByRole("button", { name: /boot, \d+ lines/ }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("onerror");
    await page.keyboard.press("Enter");
    await page.locator(".found-line", { hasText: hostile }).waitFor();
    expect(await page.locator(".console img, .console script").count()).toBe(0);
    expect(await page.evaluate("window.taken")).toBe(undefined);
    await page.getByRole("link", { name: "Line 81", exact: true }).click();
    await expect.poll(() => page.url(), soon).toMatch(/#L81$/);
    await open(`/bisections/${found}/runs/${run}#L7`);
    await page.reload();
    await page.locator(".chosen-line", { hasText: "boot 6" }).waitFor();
  });

  test("a place in a source file is shown as it was at that commit", async () => {
    await open(`/bisections/${found}/runs/${await crashedRun()}`);
    await page.locator(".console a", { hasText: "net/pond.c:40" }).click();
    // The made history has no such file: what matters is that it is asked for, and said.
    await page.locator(".source .problem").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.locator(".source").waitFor({ state: "detached" });
  });
});

describe("the form", () => {
  const crash = [
    "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010",
    "    #0 0x55d0c1 in eat /firstbad/src/lib/pond.c:2:3",
    "SUMMARY: AddressSanitizer: heap-use-after-free /firstbad/src/lib/pond.c:2:3 in eat",
    "==7==ABORTING",
  ];

  test("a program is filled in, checked, bisected, and its console leads to its sources", async () => {
    const tree = (n: number, body: string) => ({
      "run.sh": `echo "run of commit ${n} with $FOOD"\n${body}\n`,
      "crash.txt": `${crash.join("\n")}\n`,
      "lib/pond.c": `/* commit ${n} */\n  eat(fish);\n`,
    });
    const { repo, commits } = madeProgram(
      ...[0, 1, 2].map((n) => tree(n, "exit 0")),
      ...[3, 4, 5].map((n) => tree(n, "cat crash.txt >&2\nexit 1")),
    );
    await open("/new");
    await page.getByLabel("Repository").fill("/nowhere");
    await page.locator(".problem").first().waitFor();
    await page.getByLabel("another program").check();
    await page.getByLabel("Repository").fill(repo);
    await page.getByLabel("It crashes on").fill(commits[5] ?? "");
    await page.getByLabel("It does not on").fill(commits[0] ?? "");
    await page.getByLabel("Build", { exact: false }).first().fill("true");
    await page.getByLabel("Run", { exact: false }).first().fill("sh run.sh");
    await page.getByLabel("Variables").fill("FOOD=fish and bread");
    await page.getByLabel("Policy").selectOption("git");
    await page.locator(".estimate").waitFor();
    const editor = page.getByLabel("Job file, YAML");
    const job = await editor.inputValue();
    await editor.fill(`${job}x`);
    await page.locator(".problem", { hasText: "job-" }).first().waitFor();
    expect(await page.getByRole("button", { name: "Begin" }).isDisabled()).toBe(true);
    await editor.fill(`${job}runs: 1\n`);
    await page.locator(".estimate").waitFor();
    await page.getByRole("button", { name: "Begin" }).click();
    await page.waitForURL(/\/bisections\/2/);
    const result = page.getByText(`${commits[3]} is the first bad commit`);
    await result.first().waitFor({ timeout: 50_000 });
    const bisection = page.url();

    await page
      .getByRole("link", { name: /crashed/ })
      .first()
      .click();
    const parts = page.getByRole("navigation", { name: "Parts of the console" });
    const title = "AddressSanitizer: heap-use-after-free in eat";
    await parts.getByRole("link", { name: title }).waitFor();
    expect(await parts.getByRole("link").allTextContents()).toEqual(["output", "crash", title]);
    await page.getByText("run of commit 5 with fish and bread").waitFor();
    expect(await page.locator(".crash-line").count()).toBe(crash.length);
    await page.locator(".console a", { hasText: "/firstbad/src/lib/pond.c:2" }).first().click();
    await page.locator(".source .met", { hasText: "eat(fish);" }).waitFor();
    await page.locator(".source", { hasText: "/* commit 5 */" }).waitFor();

    await page.goto(bisection);
    await page.getByRole("link", { name: /^Result/ }).click();
    await page.getByRole("heading", { name: "Checks" }).waitFor();
    await page.getByLabel("How you know").fill("it was me");
    await page.getByRole("button", { name: "Right" }).click();
    await page.getByText("it was me").first().waitFor();
  }, 120_000);
});

describe("every screen", () => {
  const screens = [
    "/",
    "/new",
    "",
    "/result",
    "/runs",
    "/machines",
    "/doctor",
    "/accuracy",
    "/signin",
  ];

  test.each(["light", "dark"] as const)("in %s has nothing that axe minds", async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const screen of screens) {
      const path =
        screen === "/runs"
          ? `/bisections/${found}/runs/${await crashedRun()}`
          : screen === "" || screen === "/result"
            ? `/bisections/${found}${screen}`
            : screen;
      await open(path);
      await page.locator(".card, .entries, .console, .page-facts span").first().waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      expect(await axeFindings(page), path).toEqual([]);
    }
  });

  test("fits a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const own = ["", "/result", `/runs/${await crashedRun()}`].map(
      (path) => `/bisections/${found}${path}`,
    );
    for (const path of ["/", "/new", ...own, "/machines", "/doctor", "/accuracy", "/signin"]) {
      await open(path);
      await page.locator(".card, .entries, .console, .page-facts span").first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(390);
    }
  });

  test("the switch of colours is kept", async () => {
    await open("/doctor");
    await page.getByRole("button", { name: /Colours/ }).click();
    await page.reload();
    await page.getByRole("button", { name: /Dark/ }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe(
      "dark",
    );
  });
});

test("the first page takes less than 100 kB of script", async () => {
  let bytes = 0;
  page.on("response", async (response) => {
    if (response.request().resourceType() !== "script") return;
    bytes += (await response.request().sizes()).responseBodySize;
  });
  await open("/");
  await page.locator(".entry").first().waitFor();
  await page.waitForTimeout(200);
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(100_000);
});

test("an address that is none is told as a page", async () => {
  const answer = await page.goto(`${served.url}/nothing/here`);
  expect(answer?.status()).toBe(404);
  await page.getByRole("heading", { name: "No such page" }).waitFor();
  await page.getByRole("link", { name: "All bisections", exact: true }).click();
  await page.locator(".entry").first().waitFor();
});

test("a page whose server was updated since loads itself anew, once", async () => {
  await open(`/bisections/${found}`);
  let refused = 0;
  await page.route(/assets\/result-.*\.js/, (route) =>
    refused++ === 0 ? route.abort() : route.continue(),
  );
  await page.getByRole("link", { name: /^Result/ }).click();
  await page.getByRole("heading", { name: "Checks" }).waitFor();
  expect(refused).toBe(2);
});
