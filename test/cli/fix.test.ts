import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixedHistory as history } from "../bisection/fixed-history.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

const { hash } = history;
const setBranch = (name: string, to: string) =>
  execFileSync("git", ["-C", history.folder, "update-ref", name, hash(to)]);

/** A command line in a folder of its own, and the branch `name` at `to`. */
async function atHome(to: string) {
  const home = await mkdtemp(join(tmpdir(), "firstbad-fix-"));
  const script = { culprit: hash("m3"), fix: hash("m15"), bug: "KASAN: use-after-free Read in f" };
  const kernel = { repo: history.folder, crashes: hash("m10") };
  const job = await writeScriptedJob(home, kernel, script);
  setBranch("refs/heads/master", to);
  const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);
  return { home, firstbad, bisect: (...words: string[]) => firstbad("bisect", job, ...words) };
}

test("a fix that is not there yet is asked for again, where the branch has moved", async () => {
  const { home, firstbad, bisect } = await atHome("m13");
  const first = await bisect("--find", "fix", "--head", "master", "--json");
  expect(first.code).toBe(6);
  expect(JSON.parse(first.stdout)).toMatchObject({
    end: "not-fixed-yet",
    candidates: [hash("m13")],
  });
  expect(first.stderr).toContain("looking for the commit up to master that fixed the crash of");
  const [id = ""] = await readdir(join(home, "bisections"));
  const { stdout: shown } = await firstbad("show", "last");
  expect(shown).toContain(`ask again when there is more: firstbad resume ${id}\n`);

  const journal = join(home, "bisections", id, "events.ndjson");
  const before = await readFile(journal, "utf8");
  const same = await firstbad("resume", "last", "--json");
  expect([same.code, same.stderr]).toEqual([6, expect.stringContaining("nothing newer to test")]);
  expect(await readFile(journal, "utf8")).toBe(before);

  setBranch("refs/heads/master", "m19");
  const again = await firstbad("resume", "last");
  expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
  expect(again.stderr).toContain("the fix is searched up to master\n");
  expect(again.stdout + again.stderr).toContain(`${hash("m15")} is the first fixed commit`);
  const after = await readFile(journal, "utf8");
  expect(after.startsWith(before)).toBe(true);
  const log = await firstbad("log", "last");
  expect(log.stdout).toContain(`first good commit: ${hash("m15")} m15: a commit`);

  const { code, stdout } = await firstbad("show", "last", "--verify");
  expect([code, stdout]).toEqual([0, expect.stringContaining("decisions")]);

  const late = await firstbad("resume", "last", "--head", "master");
  expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("it ended as found")]);
}, 240_000);

test("the words for the two sides of a fix are its own", async () => {
  const { home, firstbad, bisect } = await atHome("m13");
  expect((await bisect("--find", "fix", "--head", "master")).code).toBe(6);
  const [id = ""] = await readdir(join(home, "bisections"));
  const good = await firstbad("good", id, hash("m12"));
  expect([good.code, good.stderr]).toEqual([1, expect.stringContaining(`firstbad broken ${id}`)]);
  expect((await firstbad("terms", id)).stdout).toContain("broken for the old state\nand fixed");

  // What somebody says opens it again.
  const said = await firstbad("broken", id, hash("m11"), "--why", "it still crashes on my board");
  expect([said.code, said.stdout]).toEqual([0, expect.stringContaining("is broken: it still")]);
}, 120_000);

test.each([
  [["--find", "fix", "--clean", "v1.0"], 1, "name the commit that has the fix with `--head`"],
  [["--head", "v2.0"], 1, "search the fix with `--find fix`"],
  [["--find", "fix", "--head", "v1.0"], 3, "docs/errors.md#nothing-newer"],
  [["--find", "both"], 129, "Allowed choices are cause, fix"],
  [["--find", "fix", "--head", "nobody"], 1, "docs/errors.md#commit-not-found"],
])("a search for a fix with %j is refused", async (words, code, said) => {
  const { bisect } = await atHome("m19");
  const ended = await bisect(...words);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test("without a head it is the newest branch, which is said", async () => {
  const { bisect } = await atHome("m19");
  const { stdout } = await bisect("--find", "fix", "--dry-run");
  expect(stdout).toContain(`head        ${hash("m19")} `);
  const older = await atHome("m4");
  const { code, stderr } = await older.bisect("--find", "fix", "--dry-run");
  expect([code, stderr]).toEqual([1, expect.stringContaining("docs/errors.md#head-not-found")]);
});
