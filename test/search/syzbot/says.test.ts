import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verdictFor } from "../../../src/search/syzbot/says.ts";
import { says2022 } from "../../../src/search/syzbot/says-2022.ts";
import { says2026 } from "../../../src/search/syzbot/says-2026.ts";

describe("what runs say in 2022", () => {
  test.each([
    ["one crash among clean runs", [1, 9, 0, 0], "crashes"],
    ["one crash among runs that say nothing", [1, 0, 0, 9], "crashes"],
    ["all clean", [0, 10, 0, 0], "clean"],
    ["6 of 10 say nothing", [0, 4, 0, 6], "clean"],
    ["7 of 10 say nothing", [0, 3, 0, 7], "unclear"],
    ["12 of 20 say nothing", [0, 8, 0, 12], "clean"],
    ["13 of 20 say nothing", [0, 7, 0, 13], "unclear"],
    // ⌊11/3⌋·2 is 6, as for 10 runs; ⌊12/3⌋·2 is 8.
    ["7 of 11 say nothing", [0, 4, 0, 7], "unclear"],
    ["8 of 12 say nothing", [0, 4, 0, 8], "clean"],
    ["the only run is clean", [0, 1, 0, 0], "clean"],
    ["one of two runs says nothing", [0, 1, 0, 1], "unclear"],
    ["no run", [0, 0, 0, 0], "unclear"],
  ] as const)("%s", (_, [crashed, clean, foreign, missing], says) => {
    expect(says2022({ crashed, clean, foreign, missing })).toBe(says);
  });
});

describe("what runs say in 2026", () => {
  const rows: readonly [string, [number, number, number, number], boolean, string][] = [
    ["all clean", [0, 10, 0, 0], false, "clean"],
    ["half clean", [0, 5, 5, 0], false, "clean"],
    ["fewer than half clean", [0, 4, 6, 0], false, "unclear"],
    ["half of eleven, rounded down", [0, 5, 6, 0], false, "clean"],
    ["flaky: three quarters of 20", [0, 15, 5, 0], true, "clean"],
    ["flaky: one fewer", [0, 14, 6, 0], true, "unclear"],
    ["flaky: three quarters of 10, rounded down", [0, 7, 3, 0], true, "clean"],
    ["flaky: 6 of 10", [0, 6, 4, 0], true, "unclear"],
    ["one crash", [1, 9, 0, 0], false, "unclear"],
    ["two crashes of 10", [2, 8, 0, 0], false, "crashes"],
    ["two crashes of 17: a sixth is 2", [2, 15, 0, 0], false, "crashes"],
    ["two crashes of 20: a sixth is 3", [2, 18, 0, 0], false, "unclear"],
    ["three crashes of 20", [3, 17, 0, 0], false, "crashes"],
    ["three of 20, two of them the machines'", [3, 15, 0, 2], false, "crashes"],
    // (20 - 3) / 6 is 2.
    ["two of 20, three of them the machines'", [2, 15, 0, 3], false, "crashes"],
    ["crashes, and half of the runs say something", [2, 3, 5, 0], false, "crashes"],
    ["crashes, and fewer do", [2, 2, 6, 0], false, "unclear"],
    ["a single run that crashes", [1, 0, 0, 0], false, "unclear"],
    ["a single clean run", [0, 1, 0, 0], false, "clean"],
    ["the machines failed in half", [0, 5, 0, 5], false, "clean"],
    ["the machines failed in most", [0, 4, 0, 6], false, "aborted"],
    ["the machines failed as often as the boot", [0, 0, 5, 5], false, "unclear"],
    ["the machines failed once more", [0, 0, 5, 6], false, "aborted"],
    ["one crash, the machines failed in the rest", [1, 0, 0, 9], false, "aborted"],
    ["no run", [0, 0, 0, 0], false, "unclear"],
  ];
  test.each(rows)("%s", (_, [crashed, clean, missing, infrastructure], flaky, says) => {
    const counts = { crashed, clean, foreign: 0, missing, infrastructure };
    expect(says2026(counts, flaky)).toBe(says);
  });

  test("crashes that do not count are as silent as failed boots", () => {
    const few = fc.nat({ max: 20 });
    fc.assert(
      fc.property(few, few, few, few, fc.boolean(), (crashed, clean, a, b, flaky) => {
        const [foreign, missing] = [
          { crashed, clean, foreign: a + b, missing: 0, infrastructure: 0 },
          { crashed, clean, foreign: a, missing: b, infrastructure: 0 },
        ].map((counts) => says2026(counts, flaky));
        expect(foreign).toBe(missing);
      }),
    );
  });
});

test("a verdict follows for a cause and for a fix", () => {
  const of = (side: "before" | "after") =>
    (["crashes", "clean", "unclear", "aborted"] as const).map((says) => verdictFor(says, side));
  expect(of("after")).toEqual(["after", "before", "untestable", "untestable"]);
  expect(of("before")).toEqual(["before", "after", "untestable", "untestable"]);
});
