import { describe, expect, it } from "vitest";
import { verdictOf } from "../../src/search/verdict.ts";

describe("verdictOf", () => {
  const cases: readonly (readonly [string, number, number, boolean, string, string])[] = [
    ["every run crashed", 10, 0, false, "after", "before"],
    ["one run of many crashed", 1, 9, false, "after", "before"],
    ["no run crashed", 0, 1, false, "before", "after"],
    ["no run says anything", 0, 0, false, "untestable", "untestable"],
    ["taken out by hand", 3, 3, true, "untestable", "untestable"],
  ];
  it.each(cases)("%s", (_, crashed, clean, untestable, cause, fix) => {
    const evidence = { crashed, clean, untestable };
    expect(verdictOf(evidence, "after")).toBe(cause);
    expect(verdictOf(evidence, "before")).toBe(fix);
  });
});
