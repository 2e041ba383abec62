import { basename } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { madeProgram } from "../program/made-program.ts";
import { making, pageForEach } from "./chromium.ts";
import { newHome, type Served, serve } from "./served.ts";
import { toldStory } from "./told-home.ts";

/** A server that was given no mail server, and is allowed nothing beside repositories. */
const home = newHome();
const watched = pageForEach();
let served: Served;

beforeAll(async () => {
  served = await serve({ FIRSTBAD_HOME: home, FIRSTBAD_SMTP: "" }, ["--allow-any-repo"]);
}, making);
afterAll(() => served?.kill());

test("a server that bisects kernels alone says so, and takes no other job", async () => {
  const { page } = watched;
  const { repo } = madeProgram({ a: "1" });
  await page.goto(`${served.url}/new`);
  await page.getByText("This server bisects kernels alone.").waitFor();
  expect(await page.getByLabel("another program").count()).toBe(0);
  const program = { repo, crashes: "HEAD", run: "true" };
  await page.getByLabel("Job file, YAML").fill(JSON.stringify({ version: 1, program }));
  const problem = page.locator(".problem", { hasText: "job-not-allowed" });
  await problem.getByText("firstbad serve --allow-program").waitFor();
  expect(await page.getByRole("button", { name: "Begin" }).isDisabled()).toBe(true);
});

test("without a bisection the list says how to begin one", async () => {
  const { page } = watched;
  await page.goto(served.url);
  await page.getByRole("heading", { name: "No bisection yet" }).waitFor();
  await page.getByRole("link", { name: "the form" }).click();
  await page.getByRole("heading", { name: "New bisection" }).waitFor();
});

test("without a mail server a mail is shown, and that it cannot be sent", async () => {
  const { page } = watched;
  const script = kernelsWith("a6", { rate: 1 });
  const folder = await toldStory(home, { history, crashes: "a9", clean: "a0", script });
  await page.goto(`${served.url}/bisections/${basename(folder)}/result`);
  await page.getByText("It cannot be sent from here: no mail server is named.").waitFor();
  await page
    .getByText(`#regzbot introduced: ${history.hash("a6")}`)
    .first()
    .waitFor();
  expect(await page.getByRole("button", { name: "Send…" }).count()).toBe(0);
});
