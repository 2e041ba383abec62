import fc from "fast-check";
import { expect, test } from "vitest";
import { capConsole, keptPieces } from "../../src/crash/console-cap.ts";

test("a short console stays as it is", () => {
  expect(keptPieces(30, [{ start: 3, end: 9 }], { head: 10, tail: 20 })).toEqual([
    { start: 0, end: 30 },
  ]);
});

test("a long one keeps head, crash and tail, and says what is gone between them", () => {
  const whole = Buffer.from("head..........CRASH.............tail");
  const report = { start: 14, end: 19 };
  const pieces = keptPieces(whole.length, [report], { head: 4, tail: 4 });
  const capped = capConsole(whole, pieces);
  expect(capped.bytes.toString()).toBe(
    "head\n[firstbad: 10 bytes cut here]\nCRASH\n[firstbad: 13 bytes cut here]\ntail",
  );
  const [start, end] = [capped.place(report.start), capped.place(report.end)];
  expect(capped.bytes.toString("latin1", start, end)).toBe("CRASH");
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
        .map(([start, length]) => ({ start, end: Math.min(size, start + length) }))
        .sort((a, b) => a.start - b.start);
      const pieces = keptPieces(size, crashes, { head, tail });
      const capped = capConsole(whole, pieces);
      for (const { start, end } of crashes) {
        const moved = capped.bytes.subarray(capped.place(start), capped.place(end));
        expect(moved).toEqual(whole.subarray(start, end));
      }
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
