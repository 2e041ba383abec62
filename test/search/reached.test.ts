import { describe, expect, test } from "vitest";
import { gotThere, reachCounts } from "../../src/search/reached.ts";

const asked = ["eat", "chew", "sys_dine"];

describe("whether a run got to where the bug crashes", () => {
  test.each([
    ["the crashing function was executed", [], ["eat", "chew"], true],
    ["it was, by another way", [], ["eat"], true],
    ["its callers were, and it was not", [], ["chew", "sys_dine"], false],
    ["nothing was", [], [], false],
    ["it cannot be watched, and its caller was not executed", ["eat"], ["sys_dine"], false],
    ["it cannot be watched, and its caller was executed", ["eat"], ["chew"], null],
    ["nothing can be watched", asked, [], null],
  ])("%s", (_, absent, hit, there) => {
    expect(gotThere({ asked, absent, hit })).toBe(there);
  });

  test("is not known of a run that does not tell", () => {
    expect(gotThere(undefined)).toBeNull();
  });

  test("is counted over clean runs", () => {
    const there = { asked, absent: [], hit: asked };
    const not = { asked, absent: [], hit: [] };
    const runs = [
      { outcome: "clean", reached: there },
      { outcome: "clean", reached: not },
      { outcome: "clean", reached: not },
      { outcome: "clean" },
      { outcome: "crashed", reached: not },
    ];
    expect(reachCounts(runs)).toEqual({ yes: 1, no: 2 });
  });
});
