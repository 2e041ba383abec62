import { describe, expect, test } from "vitest";
import type { ReadConsole } from "../../src/view/console.ts";
import { partsOfProgram } from "../../src/view/program-console.ts";

const reading = (text: string): ReadConsole => {
  const bytes = Buffer.from(text);
  return async (from, to) => bytes.subarray(from, to);
};
const partsOf = async (
  lines: readonly string[],
  ended: { exitCode?: number; signal?: string } = {},
) => {
  const end = { exitCode: null, signal: null, ...ended };
  const { parts, crashes, ...rest } = await partsOfProgram(reading(`${lines.join("\n")}\n`), end);
  const named = parts.map(({ name, from, to }) => `${name} ${from}-${to}`);
  return { ...rest, named, crashes };
};

const overflow = [
  "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000011",
  "READ of size 1 at 0x602000000011 thread T0",
  "    #0 0x55d0c1 in fill /firstbad/src/pond.c:17:9",
  "    #1 0x55d0d2 in main /firstbad/src/main.c:36:3",
  "SUMMARY: AddressSanitizer: heap-buffer-overflow /firstbad/src/pond.c:17:9 in fill",
  "==7==ABORTING",
];

describe("the parts of what a program printed", () => {
  test("are its output, its first crash, and the rest", async () => {
    const { named, crashes, lines } = await partsOf(["début", "two", ...overflow, "make: error"]);
    expect(named).toEqual(["output 1-2", "crash 3-8", "rest 9-9"]);
    expect(crashes).toEqual([
      { title: "AddressSanitizer: heap-buffer-overflow in fill", from: 3, to: 8 },
    ]);
    expect(lines).toBe(9);
  });

  test("of an end without words, the last lines are the crash", async () => {
    const { named, crashes } = await partsOf(
      Array.from({ length: 50 }, (_, n) => `step ${n}`),
      { signal: "SIGSEGV" },
    );
    expect(named).toEqual(["output 1-30", "crash 31-50"]);
    expect(crashes).toEqual([{ title: "SIGSEGV", from: 31, to: 50 }]);
  });

  test("of one that was fine, that printed nothing, or of which a sanitizer says nothing", async () => {
    expect((await partsOf(["ok"])).named).toEqual(["output 1-1"]);
    const silent = await partsOfProgram(reading(""), { exitCode: 3, signal: null });
    expect(silent).toMatchObject({ lines: 0, parts: [], crashes: [] });
    const gaveUp = ["FATAL: ThreadSanitizer: unexpected memory mapping 0x61 to 0x62"];
    expect(await partsOf(gaveUp)).toMatchObject({ named: ["output 1-1"], crashes: [] });
  });

  test("of one that was cut, places are those of what was kept", async () => {
    const kept = ["a", "", "[firstbad: 7000 bytes cut here]", ...overflow];
    expect(await partsOf(kept)).toMatchObject({ cut: true, named: ["output 1-3", "crash 4-9"] });
  });
});
