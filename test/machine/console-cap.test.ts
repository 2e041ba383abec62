import fc from "fast-check";
import { expect, test } from "vitest";
import type { Crash } from "../../src/crash/crash.ts";
import { capConsole, keptPieces } from "../../src/machine/console-cap.ts";

const crash = (start: number, end: number): Crash => ({
  title: "WARNING in f",
  type: "WARNING",
  frame: "f",
  stack: [],
  start,
  end,
  skip: end,
  reportEnd: end,
  report: "",
  corrupted: false,
  altTitles: [],
  corruption: null,
  headline: 0,
  suppressed: false,
  panicked: false,
  executor: null,
});

test("a short console stays as it is", () => {
  expect(keptPieces(30, [{ start: 3, reportEnd: 9 }], { head: 10, tail: 20 })).toEqual([
    { start: 0, end: 30 },
  ]);
});

test("a long one keeps head, crash and tail, and says what is gone between them", () => {
  const whole = Buffer.from("head..........CRASH.............tail");
  const crashes = [crash(14, 19)];
  const pieces = keptPieces(whole.length, crashes, { head: 4, tail: 4 });
  const capped = capConsole(whole, crashes, pieces);
  expect(capped.bytes.toString()).toBe(
    "head\n[firstbad: 10 bytes cut here]\nCRASH\n[firstbad: 13 bytes cut here]\ntail",
  );
  const [moved] = capped.crashes;
  expect(capped.bytes.toString("latin1", moved!.start, moved!.end)).toBe("CRASH");
});

test("every crash that is kept is where its offsets say, whole and in order", () => {
  const scene = fc.record({
    size: fc.integer({ min: 1, max: 3000 }),
    head: fc.integer({ min: 1, max: 200 }),
    tail: fc.integer({ min: 1, max: 200 }),
    places: fc.array(fc.tuple(fc.nat(2999), fc.integer({ min: 1, max: 90 })), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(scene, ({ size, head, tail, places }) => {
      const whole = Buffer.from(
        Array.from({ length: size }, (_, i) => 97 + ((i * 7 + (i >> 4)) % 26)),
      );
      const crashes = places
        .filter(([start]) => start < size)
        .map(([start, length]) => crash(start, Math.min(size, start + length)))
        .sort((a, b) => a.start - b.start);
      const pieces = keptPieces(size, crashes, { head, tail });
      const capped = capConsole(whole, crashes, pieces);
      capped.crashes.forEach((moved, i) => {
        const { start, end } = crashes[i]!;
        expect(capped.bytes.subarray(moved.start, moved.end)).toEqual(whole.subarray(start, end));
      });
      if (size <= head + tail) expect(capped.bytes).toEqual(whole);
      const crashed = crashes.reduce((sum, { start, end }) => sum + end - start, 0);
      const kept = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
      expect(kept).toBeLessThanOrEqual(Math.max(head + tail + crashed, 0));
      expect(capped.bytes.subarray(-Math.min(tail, size))).toEqual(
        whole.subarray(-Math.min(tail, size)),
      );
    }),
  );
});
