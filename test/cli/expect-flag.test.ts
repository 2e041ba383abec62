import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { expectIn } from "../../src/cli/expect-flag.ts";
import { bug, history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

test.each([
  ["boot: fails", { boot: "fails" }],
  ["{build: fails, message: undeclared}", { build: "fails", message: "undeclared" }],
  ["test: list.list_test_move, is: passing", { test: "list.list_test_move", is: "passing" }],
  ["title: KASAN: use-after-free Read in f, g", { title: "KASAN: use-after-free Read in f, g" }],
  ['title: "WARNING in f"', { title: "WARNING in f" }],
  ["hangs: true", { hangs: true }],
])("%s is what the job would say", (said, wanted) => {
  expect(expectIn(said)).toEqual(wanted);
});

test.each([
  ["boot: slow", "boot: "],
  ["{boot: fails", "--expect {boot: fails: "],
  ["boot-tme: true", "boot-tme"],
  ["", "needs exactly one of"],
  ["[boot]", "--expect [boot]: "],
  ["number: fast, worse: lower", "needs a group"],
])("%j is refused", (said, why) => {
  expect(() => expectIn(said)).toThrow(why);
});

describe("goes over the job", () => {
  const { hash } = history;
  let home: string;
  let job: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "firstbad-expect-"));
    const script = { culprit: hash("a6"), bug, broken: [hash("a9"), hash("m8"), hash("a7")] };
    const ends = { repo: history.folder, crashes: hash("a9"), clean: hash("a0") };
    job = await writeScriptedJob(home, ends, script);
  });
  const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);

  test("of a bisection", async () => {
    const { stdout } = await firstbad("bisect", job, "--expect", "build: fails", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: hash("a7") });
    const wrong = await firstbad("bisect", job, "--expect", "build: slowly");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("#job-invalid")]);
  }, 60_000);

  test("of a test of one commit", async () => {
    const tried = (commit: string, ...words: readonly string[]) =>
      firstbad("test", hash(commit), "--job", job, ...words);
    expect((await tried("a9", "--expect", "build: fails")).code).toBe(1);
    expect((await tried("a6", "--expect", "build: fails")).code).toBe(0);
    expect((await tried("a6", "--expect", "boot: fails", "--any")).code).toBe(128);
  });
});
