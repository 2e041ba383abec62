import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "../../src/server/security/role.ts";
import { makeToken } from "../../src/server/security/tokens.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { madeProgram } from "../program/made-program.ts";
import { making, pageForEach } from "./chromium.ts";
import { newHome, type Served, serve } from "./served.ts";
import { toldStory } from "./told-home.ts";

const home = newHome();
const watched = pageForEach();
const tokenOf = new Map<Role, string>();
let served: Served;
let bisection: string;

beforeAll(async () => {
  const script = kernelsWith("a6", { rate: 1 });
  const folder = await toldStory(home, { history, crashes: "a9", clean: "a0", script });
  bisection = `/bisections/${basename(folder)}`;
  const tokens = join(home, "server", "tokens.ndjson");
  for (const role of ["read", "submit", "admin"] as const) {
    tokenOf.set(role, await makeToken(tokens, `${role}-ada`, role));
  }
  const mail = { FIRSTBAD_SMTP: "smtp://127.0.0.1:9", FIRSTBAD_MAIL_FROM: "Rana <r@pond.example>" };
  const words = ["--tokens", tokens, "--allow-program", "--allow-any-repo"];
  served = await serve({ FIRSTBAD_HOME: home, ...mail }, words);
}, making);
afterAll(() => served?.kill());

/** Comes to a page as nobody, is asked for a token, and is led on to where it wanted to go. */
async function signIn(role: Role, path: string): Promise<void> {
  const { page } = watched;
  await page.goto(served.url + path);
  await page.waitForURL(/\/signin\?next=/);
  await page.getByLabel("Token").fill(tokenOf.get(role) ?? "");
  await page.keyboard.press("Enter");
  await page.waitForURL(served.url + path);
  await page.locator(".role", { hasText: role }).waitFor();
}

/** The statuses with which the server answers to what the page would send. */
function answersTo(...sent: readonly (readonly [path: string, body: unknown])[]) {
  return watched.page.evaluate(async (all) => {
    const statuses: number[] = [];
    for (const [path, body] of all) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      statuses.push((await fetch(`/api/${path}`, init)).status);
    }
    return statuses;
  }, sent);
}

/** What changes a bisection, and the bodies that are asked for. */
const steering = () =>
  [
    [`${bisection.slice(1)}/overrides`, { commits: [history.hash("a4")], verdict: "before" }],
    [`${bisection.slice(1)}/judge`, { verdict: "wrong" }],
    [`${bisection.slice(1)}/resume`, {}],
    ["bisections", { job: "version: 1" }],
  ] as const;

test("a token that nobody has is refused, with what to do", async () => {
  const { page } = watched;
  await page.goto(`${served.url}/signin`);
  await page.getByLabel("Token").fill("firstbad_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  const problem = page.getByRole("alert");
  await problem.getByText("nobody has this token").waitFor();
  await problem.getByText(/--make-token/).waitFor();
  expect(new URL(page.url()).pathname).toBe("/signin");
  expect(await page.getByRole("button", { name: "Sign in" }).isEnabled()).toBe(true);
});

test("who may read sees everything, is offered nothing else, and may nothing else", async () => {
  const { page } = watched;
  await signIn("read", bisection);
  await page.locator(".step").first().waitFor();
  await page.locator(".step summary").first().click();
  await page.getByText("The commit as JSON").first().waitFor();
  for (const name of [/otherwise/, /^Resume/, /^Pause/, /^Cancel/]) {
    expect(await page.getByRole("button", { name }).count(), String(name)).toBe(0);
  }
  expect(await page.getByRole("link", { name: /^New/ }).count()).toBe(0);
  await page.getByRole("link", { name: /^Result/ }).click();
  await page.getByText("Nobody has said so yet.").waitFor();
  await page.getByText("Who has the role admin may send it.").waitFor();
  expect(await page.getByRole("button", { name: /^(Right|Wrong|Send)/ }).count()).toBe(0);
  await page.goto(`${served.url}/new`);
  await page.getByText("You may look, but begin nothing.").waitFor();
  const mail = [`${bisection.slice(1)}/mail`, { send: true }] as const;
  expect(await answersTo(...steering(), mail)).toEqual([403, 403, 403, 403, 403]);
});

test("who may submit begins a bisection and judges, and sends no mail", async () => {
  const { page } = watched;
  const { repo, commits } = madeProgram({ a: "1" }, { a: "2" });
  await signIn("submit", "/new");
  await page.getByLabel("another program").check();
  await page.getByLabel("Repository").fill(repo);
  await page.getByLabel("It crashes on").fill(commits[1] ?? "");
  await page.getByLabel("It does not on").fill(commits[0] ?? "");
  await page.getByLabel(/^Run a shell/).fill("test $(cat a) = 1");
  await page.getByLabel("Policy").selectOption("git");
  await page.getByLabel("Confidence").fill("0.6");
  await page.locator(".estimate").waitFor();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL(/\/bisections\/2/);
  const result = page.getByText(`${commits[1]} is the first bad commit`);
  await result.first().waitFor({ timeout: 50_000 });

  await page.goto(`${served.url}${bisection}/result`);
  await page.getByText("Who has the role admin may send it.").waitFor();
  await page.getByLabel("How you know").fill("saw it");
  await page.getByRole("button", { name: "Right" }).click();
  await page.locator(".note-good", { hasText: "saw it" }).waitFor();
  expect(await answersTo([`${bisection.slice(1)}/mail`, { send: true }])).toEqual([403]);
}, 120_000);

test("an admin may send mails; who signs out has to sign in again", async () => {
  const { page } = watched;
  await signIn("admin", `${bisection}/result`);
  await page.getByRole("button", { name: "Send…" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/signin/);
  expect(await answersTo(...steering())).toEqual([401, 401, 401, 401]);
  await page.goto(`${served.url}${bisection}`);
  await page.waitForURL(/\/signin\?next=/);
  expect(await page.getByText("is the first bad commit").count()).toBe(0);
});
