import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { bug, history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

const { hash } = history;
const broken = ["a6", "a7", "m8", "a9"].map(hash);

let home: string;
let job: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-no-machine-"));
  const ends = { repo: history.folder, crashes: hash("a9"), clean: hash("a0") };
  job = await writeScriptedJob(home, ends, { bug, broken });
  const { machine: _, ...rest } = JSON.parse(await readFile(job, "utf8"));
  await writeFile(job, JSON.stringify({ ...rest, expect: { build: "fails" } }));
});

const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);

test("a build that began to fail is bisected without a machine", async () => {
  const plan = await firstbad("bisect", job, "--dry-run");
  expect(plan.stdout).toContain("machine     none: nothing is run\n");
  expect(plan.stdout).not.toContain("command ");
  const { code, stdout, stderr } = await firstbad("bisect", job, "--json");
  expect([code, stderr]).toEqual([0, expect.stringContaining("no machine")]);
  expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: hash("a6"), runs: 0 });
  const shown = await firstbad("show", "last");
  expect(shown.stdout).toContain("none: nothing is run, um");
}, 60_000);

test("a commit is tested so by its build alone, and nothing else is looked for", async () => {
  expect((await firstbad("test", hash("a9"), "--job", job)).code).toBe(1);
  expect((await firstbad("test", hash("a4"), "--job", job)).code).toBe(0);
  const { code, stderr } = await firstbad("test", hash("a4"), "--job", job, "--any");
  expect([code, stderr]).toEqual([128, expect.stringContaining("no machine to run kernels on")]);
});
