import { describe, expect, test } from "vitest";
import { representativeOf } from "../../src/crash/representative.ts";

/** `K`, `B`, … : crashes of types by a letter; `H` hangs, `L` lost connections. */
function crashes(letters: string) {
  const types: Record<string, string> = { H: "HANG", L: "LOST_CONNECTION" };
  return [...letters].map((letter, n) => ({
    title: `${letter}${n}`,
    type: types[letter] ?? letter,
    frame: null,
    stack: [],
  }));
}

describe("the crash that stands for a test", () => {
  test.each([
    ["a single one", "K", 0, ["K"]],
    ["the most frequent type's first", "BKK", 1, ["K", "B"]],
    ["the one that came first of equally frequent types", "BKBK", 0, ["B", "K"]],
    ["as many types as cover two thirds", "KKKKBBW", 0, ["K", "B"]],
    ["one type that covers them alone", "KKKKW", 0, ["K"]],
    ["three types at most", "KKBBWWDDEE", 0, ["K", "B", "W"]],
    ["no hang that fewer than half are", "HHKKKW", 2, ["K", "W"]],
    ["a hang that half are", "HHHKKK", 0, ["HANG", "K"]],
    ["a hang alone", "HH", 0, ["HANG"]],
    ["no lost connection beside another crash", "LLLK", 3, ["K"]],
    ["a lost connection alone", "LL", 0, ["LOST_CONNECTION"]],
  ])("is %s", (_, letters, index, types) => {
    expect(representativeOf(crashes(letters))).toEqual({ index, types });
  });

  test("is none where there is none, or only what is passed over", () => {
    expect(representativeOf([])).toBeNull();
    expect(representativeOf(crashes("LLLH"))).toBeNull();
  });
});
