import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EscapeKeys } from "../../src/cli/escape-keys.ts";

const controlA = "\x01";

function typed(...pieces: readonly string[]): { sent: string; leave: boolean } {
  const keys = new EscapeKeys();
  let sent = "";
  for (const piece of pieces) {
    const { send, leave } = keys.push(Buffer.from(piece, "latin1"));
    sent += send.toString("latin1");
    if (leave) return { sent, leave };
  }
  return { sent, leave: false };
}

describe("what is typed into a guest", () => {
  test.each([
    ["ls\r", "ls\r", false],
    ["\x03\x1a\x04", "\x03\x1a\x04", false],
    [`ab${controlA}xcd`, "ab", true],
    [`${controlA}X`, "", true],
    [`${controlA}${controlA}x`, `${controlA}x`, false],
    [`${controlA}b`, `${controlA}b`, false],
    [controlA, "", false],
  ])("%j", (keys, sent, leave) => {
    expect(typed(keys)).toEqual({ sent, leave });
  });

  test("means the same in whatever pieces it comes", () => {
    const key = fc.constantFrom(controlA, "x", "X", "a", "\x03");
    fc.assert(
      fc.property(fc.array(key, { maxLength: 12 }), (keys) => {
        expect(typed(...keys)).toEqual(typed(keys.join("")));
      }),
    );
  });
});
