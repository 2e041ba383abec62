import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { termsOf } from "../../src/cli/terms.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

describe("words for the two sides", () => {
  test.each([
    [{}, undefined],
    [
      { termOld: "fast", termNew: "slow" },
      { before: "fast", after: "slow" },
    ],
    [{ termGood: "fast" }, { before: "fast", after: "bad" }],
    [{ termBad: "slow-1" }, { before: "good", after: "slow-1" }],
    [
      { termOld: "old", termNew: "new" },
      { before: "old", after: "new" },
    ],
  ])("%j are taken", (flags, terms) => {
    expect(termsOf(flags)).toEqual(terms);
  });

  test.each([
    [{ termOld: "slow", termNew: "slow" }, "both sides"],
    [{ termOld: "bad", termNew: "worse" }, "contrary"],
    [{ termNew: "good" }, "both sides"],
    [{ termOld: "fine", termNew: "old" }, "contrary"],
    [{ termNew: "skip" }, "is a command"],
    [{ termNew: "Slow" }, "lower-case"],
    [{ termNew: "--exec" }, "lower-case"],
    [{ termNew: "" }, "lower-case"],
  ])("%j are refused", (flags, why) => {
    expect(() => termsOf(flags)).toThrow(why);
  });
});

describe("a bisection with words of its own", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "firstbad-terms-"));
    const root = join(home, "bisections");
    await mkdir(root);
    const terms = { before: "fast", after: "slow" };
    const story = { history, crashes: "a9", clean: "a0", terms, script: kernelsWith("a6") };
    await goOn(story, await beginStory(story, root));
  });

  test("says them as git does", async () => {
    expect((await firstbad(home, "terms", "last")).stdout).toBe(
      "Your current terms are fast for the old state\nand slow for the new state.\n",
    );
    expect((await firstbad(home, "terms", "last", "--term-old")).stdout).toBe("fast\n");
    expect((await firstbad(home, "terms", "last", "--term-bad")).stdout).toBe("slow\n");
  });

  test("has them in its sentences and in the log for git", async () => {
    const { stdout } = await firstbad(home, "show", "last");
    expect(stdout).toContain(`${history.hash("a6")} is the first slow commit\n`);
    expect(stdout).toMatch(/^ +\d+ {2}search +[0-9a-f]{12} +fast +0\/4/m);
    const { stdout: log } = await firstbad(home, "log", "last", "--format", "git");
    expect(log).toContain(`# first slow commit: [${history.hash("a6")}] a6: a commit\n`);
  });

  test("is opened again by a word, explained, and closed to words about other history", async () => {
    const said = await firstbad(home, "good", "last", history.hash("a6"), "--why", "on a board");
    expect(said.stdout).toMatch(
      /^the user says that [0-9a-f]{12} a6: a commit is fast: on a board\n/,
    );
    expect((await firstbad(home, "list")).stdout).toContain("reopened");
    const { stdout } = await firstbad(home, "explain", "last", "--json");
    expect(JSON.parse(stdout).steps.at(-1)).toMatchObject({
      kind: "told",
      verdict: "before",
      source: "user",
      why: "on a board",
      suspects: { before: 1, after: 1 },
    });
    const range = await firstbad(
      home,
      "skip",
      `${history.hash("a4")}..${history.hash("a7")}`,
      "--json",
    );
    const names = JSON.parse(range.stdout).commits.map(history.name).sort();
    expect(names).toEqual(["a6", "a7", "m5", "t1", "t2", "t3"]);
    expect((await firstbad(home, "undo")).stdout).toContain("taken back: the user says that");
    const ambiguous = await firstbad(home, "good", "no-such-commit");
    expect(ambiguous.stderr).toContain("docs/errors.md#commit-not-found");
  });
});
