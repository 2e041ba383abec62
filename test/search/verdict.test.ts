import { describe, expect, it } from "vitest";
import { verdictOf } from "../../src/search/verdict.ts";

describe("verdictOf", () => {
  const cases: readonly (readonly [string, [number, number, number, number], string, string])[] = [
    ["every run crashed", [10, 0, 0, 0], "after", "before"],
    ["one run of many crashed", [1, 9, 0, 0], "after", "before"],
    ["one run crashed and the others say nothing", [1, 0, 5, 4], "after", "before"],
    ["no run crashed", [0, 1, 0, 0], "before", "after"],
    ["half of the runs are clean", [0, 2, 1, 1], "before", "after"],
    ["fewer than half of the runs are clean", [0, 2, 2, 1], "untestable", "untestable"],
    ["every run shows another crash", [0, 0, 10, 0], "untestable", "untestable"],
    ["no run says anything", [0, 0, 0, 0], "untestable", "untestable"],
  ];
  it.each(cases)("%s", (_, [crashed, clean, foreign, missing], cause, fix) => {
    const runs = { crashed, clean, foreign, missing };
    expect(verdictOf(runs, "after")).toBe(cause);
    expect(verdictOf(runs, "before")).toBe(fix);
  });
});
