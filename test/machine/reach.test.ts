import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reachedIn, reachWords } from "../../src/machine/reach.ts";

const probe = { nonce: "5eed", addresses: [[0xffffffff81000010n, 0x20n], [0x30n]] };

describe("what a guest tells of the functions that it reached", () => {
  test("is asked with a nonce, and a word of addresses for each function", () => {
    expect(reachWords(probe)).toBe("5eed ffffffff81000010,20 30");
  });

  test.each([
    ["counts", "boot\r\n\r\nfirstbad: reached 5eed 12 0\r\nfirstbad: done\r\n", [12, 0]],
    ["what cannot be watched", "\nfirstbad: reached 5eed ? 3\n", [null, 3]],
    ["the last of several", "\nfirstbad: reached 5eed 0 0\n\nfirstbad: reached 5eed 1 1\n", [1, 1]],
    ["nothing", "\nfirstbad: done\n", null],
    ["another nonce, as of a reproducer that guesses", "\nfirstbad: reached 5eee 1 1\n", null],
    ["no nonce", "\nfirstbad: reached 1 1\n", null],
    ["too few", "\nfirstbad: reached 5eed 1\n", null],
    ["too many", "\nfirstbad: reached 5eed 1 1 1\n", null],
    ["no number", "\nfirstbad: reached 5eed 1 -1\n", null],
    ["a line that is cut off", "\nfirstbad: reached 5eed 1 1", null],
    ["a line inside of another", "x firstbad: reached 5eed 1 1\n", null],
  ])("%s", (_, console, reached) => {
    expect(reachedIn(Buffer.from(console), probe)).toEqual(reached);
  });

  test("is never made of what a console says without the nonce", () => {
    const piece = fc.constantFrom("\n", "firstbad: reached ", "1 1", "?", " ", "5eee", "\r\n");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(reachedIn(Buffer.from(pieces.join("")), probe)).toBeNull();
      }),
    );
  });
});
