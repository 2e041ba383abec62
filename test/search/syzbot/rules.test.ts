import { describe, expect, test } from "vitest";
import type { CrashSeen, RunOutcome } from "../../../src/event/index.ts";
import type { PastTest, SeenRun, Situation } from "../../../src/search/rules.ts";
import { rules2022 } from "../../../src/search/syzbot/rules-2022.ts";
import { rules2026 } from "../../../src/search/syzbot/rules-2026.ts";

const both = [
  ["2022", rules2022],
  ["2026", rules2026],
] as const;

/** A test of `crashed` and `clean` runs and, where there is neither, one of a kernel never run. */
function tested(
  crashed: number,
  clean: number,
  verdict: PastTest["verdict"] = crashed > 0 ? "after" : "before",
  stage: PastTest["stage"] = "search",
): PastTest {
  return { stage, verdict, crashed, clean, foreign: 0, missing: 0 };
}

function situation(tests: readonly PastTest[], askedRuns: number | null = null): Situation {
  return { tests, askedRuns, confidence: 0.99, crashMeans: "after", bug: null, commits: null };
}

const start = tested(20, 0, "after", "reproduce");

describe("runs of a commit", () => {
  test.each(both)("%s", (_, rules) => {
    expect(rules.runs(situation([]))).toBe(20);
    expect(rules.runs(situation([start]))).toBe(10);
    // Nothing was run yet: the first commit did not build.
    expect(rules.runs(situation([tested(0, 0, "untestable")]))).toBe(20);
    expect(rules.runs(situation([start, tested(5, 5)]))).toBe(10);
    expect(rules.runs(situation([start, tested(4, 5)]))).toBe(20);
    expect(rules.runs(situation([tested(9, 11, "after", "reproduce")]))).toBe(20);
    // Once flaky, always flaky; and only a commit that has the bug makes it so.
    expect(rules.runs(situation([start, tested(4, 5), tested(10, 0)]))).toBe(20);
    expect(rules.runs(situation([start, tested(1, 9, "untestable")]))).toBe(10);
    expect(rules.runs(situation([], 3))).toBe(3);
    expect(rules.runs(situation([start, tested(1, 9)], 3))).toBe(3);
  });
});

function run(shown: RunOutcome | string): SeenRun {
  const outcomes = ["clean", "boot-failed", "no-output", "lost", "hung", "flooded"];
  if (outcomes.includes(shown)) return { outcome: shown as RunOutcome, crashes: [] };
  const crash: CrashSeen = { title: shown, type: "UNKNOWN", frame: null, stack: [] };
  return { outcome: "crashed", crashes: [crash] };
}

const bug = "KASAN: use-after-free Read in eat_me";
const other = "WARNING in someone_else";

describe("what counts as the bug", () => {
  const identified = rules2026.identify([run(bug), run(bug), run("lost")]);

  test.each([
    ["the bug", [bug, bug], 2, 2, 0],
    ["another crash", [other, other], 2, 2, 0],
    ["a lost connection", ["lost", "clean"], 1, 0, 1],
    ["a machine that fell silent", ["hung", "clean"], 1, 1, 0],
    ["the fuzzer's own failure", ["SYZFAIL: wrong response packet", "clean"], 1, 0, 1],
    ["a fatal one", ["SYZFATAL: executor failed", "clean"], 1, 0, 1],
    ["what never booted", ["boot-failed", "no-output", "flooded"], 0, 0, 0],
  ])("%s", (_, shown, crashed2022, crashed2026, foreign) => {
    const runs = shown.map(run);
    const clean = shown.filter((one) => one === "clean").length;
    const missing = (crashed: number, hidden: number) => runs.length - clean - crashed - hidden;
    expect(rules2022.count(runs, identified)).toEqual({
      crashed: crashed2022,
      clean,
      foreign: 0,
      missing: missing(crashed2022, 0),
    });
    expect(rules2026.count(runs, identified)).toEqual({
      crashed: crashed2026,
      clean,
      foreign,
      missing: missing(crashed2026, foreign),
    });
  });

  test.each(both)("%s counts no crash that the job does not expect", (_, rules) => {
    const crash = (title: string, expected: boolean): CrashSeen => ({
      title,
      type: "UNKNOWN",
      frame: null,
      stack: [],
      expected,
    });
    const runs: SeenRun[] = [
      { outcome: "crashed", crashes: [crash(other, false), crash(bug, true)] },
      { outcome: "crashed", crashes: [crash(other, false)] },
    ];
    expect(rules.count(runs, null)).toEqual({ crashed: 1, clean: 0, foreign: 1, missing: 0 });
    expect(rules.identify([...runs.slice(0, 1), ...runs.slice(0, 1)])?.title).toBe(bug);
  });

  test("2026 counts a lost connection on the first commit, and later if that showed nothing else", () => {
    const lost = [run("lost"), run("lost")];
    expect(rules2026.count(lost, null).crashed).toBe(2);
    expect(rules2026.count(lost, rules2026.identify(lost)).crashed).toBe(2);
    expect(rules2026.identify(lost)?.title).toBe("lost connection to test machine");
    // Nine other crashes hide the one lost connection of the first commit.
    expect(identified?.kinds.map(({ type }) => type)).toEqual(["KASAN-USE-AFTER-FREE-READ"]);
  });

  test("2026 knows no bug by hangs that are too few beside lost connections", () => {
    const runs = ["INFO: task hung in x", "lost", "lost", "lost"].map(run);
    expect(rules2026.identify(runs)).toBeNull();
    expect(rules2022.identify(runs)?.title).toBe("INFO: task hung in x");
    expect(rules2022.identify([run("clean")])).toBeNull();
  });
});

describe("the crash that stands for a commit", () => {
  const identity = rules2022.identify([run(bug)])!;

  test("is the last one in 2022, the most frequent type's first in 2026", () => {
    const runs = [other, bug, "clean", bug, other, bug, "lost", `${other}_again`].map(run);
    expect(rules2022.crashToShow(runs, identity)).toEqual({ run: 7, title: `${other}_again` });
    expect(rules2026.crashToShow(runs, identity)).toEqual({ run: 0, title: other });
    expect(rules2026.crashToShow(runs.slice(1, 7), identity)).toEqual({ run: 0, title: bug });
  });

  test("is none that no console shows", () => {
    const runs = ["lost", "hung", "clean"].map(run);
    expect(rules2022.crashToShow(runs, identity)).toBeNull();
    expect(rules2026.crashToShow(runs, identity)).toBeNull();
  });
});

describe("a walk without a clean release", () => {
  test.each([
    ["all crash", ["after", "after"], "since-oldest", "since-oldest"],
    ["the oldest cannot be tested", ["after", "untestable"], "since-oldest", "error"],
    ["the oldest crashes", ["untestable", "after"], "since-oldest", "since-oldest"],
    ["none can be tested", ["untestable", "untestable"], "inconclusive", "error"],
  ] as const)("%s", (_, verdicts, in2022, in2026) => {
    expect(rules2022.fruitlessWalk(verdicts)).toBe(in2022);
    expect(rules2026.fruitlessWalk(verdicts)).toBe(in2026);
  });
});

describe("the confidence of 2026", () => {
  const confidenceOf = (tests: readonly PastTest[]) => {
    const { confirmation } = rules2026;
    if (confirmation.kind !== "kernels-compared") throw new Error("2026 runs no parents");
    return confirmation.confidence(situation(tests));
  };

  test("is 1 where every run of the crashing commit crashed", () => {
    expect(confidenceOf([start, tested(0, 10), tested(0, 10)])).toBe(1);
  });

  test("is lost with every clean step by what its runs may have missed", () => {
    const half = tested(10, 10, "after", "reproduce");
    expect(confidenceOf([half, tested(0, 3)])).toBeCloseTo(1 - 0.5 ** 3, 12);
    expect(confidenceOf([half, tested(0, 3), tested(0, 2)])).toBeCloseTo(0.875 * 0.75, 12);
  });

  test("leaves out releases, the first test and what cannot be tested", () => {
    const half = tested(10, 10, "after", "reproduce");
    const release = tested(0, 3, "before", "release");
    expect(confidenceOf([half, release, tested(1, 2, "untestable")])).toBe(1);
    expect(confidenceOf([half, tested(0, 1, "before", "merge-base")])).toBeCloseTo(0.5, 12);
  });

  test("goes half of the way down with every commit that crashes more rarely, and never up", () => {
    // (1 + 0.5) / 2 = 0.75.
    const rarer = tested(5, 5);
    expect(confidenceOf([start, rarer, tested(0, 2)])).toBeCloseTo(1 - 0.25 ** 2, 12);
    expect(confidenceOf([start, tested(5, 5, "after", "release"), tested(0, 2)])).toBeCloseTo(
      1 - 0.25 ** 2,
      12,
    );
    expect(confidenceOf([start, rarer, tested(10, 0), tested(0, 2)])).toBeCloseTo(
      1 - 0.25 ** 2,
      12,
    );
    // Only what was tested before a clean step counts for it.
    expect(confidenceOf([start, tested(0, 2), rarer])).toBe(1);
  });
});
