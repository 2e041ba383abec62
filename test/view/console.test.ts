import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { consoleLines, partsOfConsole, type ReadConsole } from "../../src/view/console.ts";

const reading = (text: string | Buffer): ReadConsole => {
  const bytes = Buffer.from(text);
  return async (from, to) => bytes.subarray(from, to);
};

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Bytes that are still needed. */
function kept(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const boot = ["Linux version 6.1.0", "[ 0.1] booting", "firstbad: init"];
const crash = [
  "BUG: kernel NULL pointer dereference, address: 0000000000000008",
  "RIP: 0010:pond_drain+0x12/0x40",
  "Call Trace:",
  " pond_drain+0x12/0x40",
  " pond_release+0x1/0x2",
  "Kernel panic - not syncing: Fatal exception",
];
const text = (...parts: (readonly string[])[]) => `${parts.flat().join("\n")}\n`;
const named = (parts: readonly { name: string; from: number; to: number }[]) =>
  parts.map(({ name, from, to }) => `${name} ${from}-${to}`);

describe("the parts of a console", () => {
  test("of a run that crashed", async () => {
    const whole = text(boot, ["firstbad: reproducer started", "hello"], crash, ["Rebooting"]);
    const { parts, crashes, lines, cut } = await partsOfConsole(reading(whole));
    expect(named(parts)).toEqual(["boot 1-4", "reproducer 5-5", "crash 6-12"]);
    expect(crashes).toMatchObject([
      { title: "BUG: unable to handle kernel NULL pointer dereference in pond_drain", from: 6 },
    ]);
    expect([lines, cut]).toEqual([12, false]);
  });

  test("of a clean run: what follows our init's last line is the rest", async () => {
    const whole = text(boot, ["firstbad: reproducer started", "hello", "firstbad: done"], ["off"]);
    const { parts, crashes } = await partsOfConsole(reading(whole));
    expect(named(parts)).toEqual(["boot 1-4", "reproducer 5-6", "rest 7-7"]);
    expect(crashes).toEqual([]);
  });

  test("of a kernel that crashes while it boots, and one that boots all the same", async () => {
    const dead = await partsOfConsole(reading(text(boot, crash)));
    expect(named(dead.parts)).toEqual(["boot 1-3", "crash 4-9"]);
    const warning = ["WARNING: CPU: 0 PID: 1 at kernel/duck.c:12 duck_up+0x1/0x2", "Call Trace:"];
    const whole = text(boot, warning, ["firstbad: reproducer started"], ["x"], crash);
    const both = await partsOfConsole(reading(whole));
    expect(named(both.parts)).toEqual(["boot 1-6", "reproducer 7-7", "crash 8-13"]);
    expect(both.crashes.map(({ from }) => from)).toEqual([4, 8]);
  });

  test("of a console that was cut, that is empty, or that has no line end", async () => {
    const cut = text(boot, ["", "[firstbad: 7000 bytes cut here]", "on"]);
    expect(await partsOfConsole(reading(cut))).toMatchObject({ cut: true, lines: 6 });
    expect(await partsOfConsole(reading(""))).toMatchObject({ lines: 0, parts: [], size: 0 });
    const open = await partsOfConsole(reading("one\ntwo"));
    expect([open.lines, named(open.parts)]).toEqual([2, ["boot 1-2"]]);
  });

  it("are all of its lines in order, and lines are found again, however it is read", async () => {
    const line = fc.constantFrom(
      "",
      "x".repeat(700),
      "firstbad: reproducer started",
      "firstbad: done",
      "\r",
      ...crash,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 2000, size: "max" }),
        fc.boolean(),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        async (all, ended, first, wanted) => {
          const whole = all.join("\n") + (ended && all.length > 0 ? "\n" : "");
          const read = reading(whole);
          const { parts, lines, crashes, index } = await partsOfConsole(read);
          const expected = whole.split("\n");
          if (expected.at(-1) === "") expected.pop();
          expect(lines).toBe(expected.length);
          expect(parts[0]?.from ?? 1).toBe(1);
          expect(parts.at(-1)?.to ?? 0).toBe(lines);
          for (const [n, part] of parts.slice(1).entries())
            expect(part.from).toBe(parts[n]!.to + 1);
          for (const { from } of crashes) expect(crash).toContain(expected[from - 1]);
          const from = 1 + (first % (lines + 2));
          const { bytes, to } = await consoleLines(read, index, { from, to: from + wanted - 1 });
          const given = expected.slice(from - 1, from - 1 + wanted);
          expect(bytes.toString().replace(/\n$/, "")).toBe(given.join("\n"));
          if (given.length > 0) expect(to).toBe(from + given.length - 1);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("take little memory and time, whatever is in a console of 100 MB", async () => {
    const block = Buffer.from(`${"\n".repeat(1000)}${"y".repeat(64_536)}`);
    const size = 100_000_000;
    const read: ReadConsole = async (from, to) => {
      const end = Math.min(to, size);
      const bytes = Buffer.alloc(Math.max(0, end - from));
      for (let at = from; at < end; at += block.length - (at % block.length)) {
        block.copy(bytes, at - from, at % block.length);
      }
      return bytes;
    };
    const before = kept();
    const { lines, index } = await partsOfConsole(read);
    expect(lines).toBeGreaterThan(1_500_000);
    expect(kept() - before).toBeLessThan(20e6);
    const { bytes } = await consoleLines(read, index, { from: lines, to: lines });
    expect(bytes.toString()).toMatch(/^y+$/);
  });

  test("of one line that never ends are given in part", async () => {
    const read = reading(Buffer.alloc(3_000_000, "z"));
    const { index, lines } = await partsOfConsole(read);
    const { bytes, to } = await consoleLines(read, index, { from: 1, to: 9 });
    expect([lines, bytes.length, to]).toEqual([1, 1024 * 1024, 1]);
  });
});
