import { basename } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { makeHistory } from "../bisection/small-history.ts";
import { openPostbox, type Postbox } from "../mail/postbox.ts";
import { making, pageForEach } from "./chromium.ts";
import { newHome, type Served, serve } from "./served.ts";
import { toldStory } from "./told-home.ts";

const home = newHome();
const watched = pageForEach();
const history = makeHistory([
  { name: "b0" },
  { name: "b1" },
  { name: "b2", trailers: ["Reviewed-by: No Body <nobody@pond.example>"] },
  { name: "b3" },
]);
let postbox: Postbox;
let served: Served;

beforeAll(async () => {
  postbox = await openPostbox();
  served = await serve({
    FIRSTBAD_HOME: home,
    FIRSTBAD_SMTP: postbox.url,
    FIRSTBAD_MAIL_FROM: "Rana <rana@pond.example>",
  });
}, making);
afterAll(async () => {
  await served?.kill();
  await postbox?.close();
});

/** A story in which `b2` is found to have brought the bug, or all of `broken` cannot be built. */
function told(broken: readonly string[] = []): Promise<string> {
  return toldStory(home, {
    ...{ history, crashes: "b3", clean: "b0" },
    script: {
      build: (commit) => (broken.includes(history.name(commit)) ? "failed" : "built"),
      run: (commit, _n, given) =>
        /^b[23]$/.test(history.name(commit)) && !given?.patches?.length
          ? { crash: "KASAN: use-after-free Read in eat_me" }
          : "clean",
    },
  });
}

const mailed = async (folder: string) =>
  (await readFileJournal(folder)).filter((event) => event.kind === "mailed");

test("a mail is shown, sent only when that is said twice, and remembered", async () => {
  const { page } = watched;
  const folder = await told();
  await page.goto(`${served.url}/bisections/${basename(folder)}/result`);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "Mail" }) });
  await card.locator(".mail-headers", { hasText: "Rana <rana@pond.example>" }).waitFor();
  const shown = (await card.locator("pre").textContent()) ?? "";
  expect(shown).toContain(`#regzbot introduced: ${history.hash("b2")}`);

  await card.getByRole("button", { name: "Send…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send this mail?" });
  await dialog.getByText("nobody@pond.example").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(postbox.got).toEqual([]);

  postbox.open(false);
  await card.getByRole("button", { name: "Send…" }).click();
  await dialog.getByRole("button", { name: "Send it" }).click();
  await dialog.locator(".problem", { hasText: "smtp-failed" }).waitFor();
  expect([postbox.got, await mailed(folder)]).toEqual([[], []]);

  postbox.open(true);
  await dialog.getByRole("button", { name: "Send it" }).click();
  await card.getByText(/^Sent .* to ada@example\.org/).waitFor();
  await card.getByText("The mail server did not take it for nobody@pond.example.").waitFor();
  expect(postbox.got).toHaveLength(1);
  const body = (postbox.got[0] ?? "").replaceAll("\r\n", "\n");
  expect(body).toContain(shown.trim());
  const [event] = await mailed(folder);
  expect(event).toMatchObject({ culprit: history.hash("b2"), to: ["ada@example.org"] });
  expect(body).toContain(`\nMessage-ID: ${event?.messageId}\n`);

  await page.reload();
  await card.getByText(event?.messageId ?? "").waitFor();
  await card.locator("pre").waitFor();
  expect(await card.getByRole("button", { name: "Send…" }).count()).toBe(0);
  await page.goto(served.url);
  await page
    .locator(".entry", { hasText: basename(folder) })
    .getByText("mailed")
    .first()
    .waitFor();
});

test("of a result that is open nobody is told, and why is said", async () => {
  const { page } = watched;
  const folder = await told(["b1"]);
  await page.goto(`${served.url}/bisections/${basename(folder)}/result`);
  await page.getByText(/^Nobody is told of this result: /).waitFor();
  expect(await page.getByRole("button", { name: "Send…" }).count()).toBe(0);
});
