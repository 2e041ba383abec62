import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bug, history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

test("the plan of a bisection names the one that would lend its runs, which then does", async () => {
  const home = await mkdtemp(join(tmpdir(), "firstbad-reuse-"));
  const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);
  const ends = { repo: history.folder, crashes: "c17", clean: "v6.0" };
  const job = await writeScriptedJob(home, ends, { culprit: history.hash("a6"), bug });
  const plan = async (...words: readonly string[]) =>
    (await firstbad("bisect", job, "--dry-run", ...words)).stdout;
  expect(await plan()).not.toContain("reuse ");

  const first = JSON.parse((await firstbad("bisect", job, "--json")).stdout);
  const lends = new RegExp(
    `^reuse {7}${first.id} lends \\d+ runs of \\d+ kernels, which are tried first$`,
    "m",
  );
  expect(await plan()).toMatch(lends);
  expect(await plan("--reuse", "none")).not.toContain("reuse ");
  const other = ["--crashes", history.hash("a7")];
  expect(await plan(...other)).not.toContain("reuse ");
  expect(await plan(...other, "--reuse", "auto")).toMatch(lends);
  const refused = await firstbad(
    "bisect",
    job,
    "--dry-run",
    "--reuse",
    first.id,
    "--memory",
    "64M",
  );
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("#reuse-refused")]);

  const second = JSON.parse((await firstbad("bisect", job, "--json")).stdout);
  expect(second).toMatchObject({ culprit: first.culprit, lent: { from: first.id } });
}, 120_000);
