import { describe, expect, test } from "vitest";
import type { Situation } from "../../src/search/rules.ts";
import { usualRules } from "../../src/search/usual-rules.ts";

const nothing: Situation = {
  tests: [],
  askedRuns: null,
  confidence: 0.99,
  crashMeans: "after",
  bug: null,
  commits: null,
};

describe("the usual rules", () => {
  test.each([
    ["before the bug is known", {}, 4],
    ["where every run crashes", { bug: { crashed: 4, of: 4 } }, 4],
    // ln(0.01 / 14) / ln(1 - 5.5/11) = 10.45
    ["where every second one does", { bug: { crashed: 5, of: 10 } }, 11],
    ["in a shorter range", { bug: { crashed: 5, of: 10 }, commits: 2 }, 7],
    ["where hardly any does", { bug: { crashed: 3, of: 100 } }, 60],
    ["where less confidence is asked for", { bug: { crashed: 5, of: 10 }, confidence: 0.9 }, 8],
    ["where the user says so", { bug: { crashed: 3, of: 100 }, askedRuns: 2 }, 2],
  ])("run a commit %s", (_, known, runs) => {
    expect(usualRules.runs({ ...nothing, ...known })).toBe(runs);
  });

  test.each([
    [0, 4, 10],
    [2, 10, 20],
    [3, 10, null],
    [0, 70, 100],
    [2, 100, null],
    [1, 3, 10],
  ])("after %d crashes in %d runs of the crashing commit go on to %s", (crashed, of, more) => {
    expect(usualRules.lookOn({ crashed, of })).toBe(more);
  });

  test.each([
    [["after", "untestable"], "since-oldest"],
    [["untestable", "after"], "since-oldest"],
    [["untestable", "untestable"], "inconclusive"],
  ] as const)("end a walk over %j: %s", (verdicts, end) => {
    expect(usualRules.fruitlessWalk(verdicts)).toBe(end);
  });
});
