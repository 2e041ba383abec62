import fc from "fast-check";
import { expect, test } from "vitest";
import { trialLines } from "../../src/cli/trial-window.ts";
import { cellsOf } from "../../src/report/index.ts";

const run = (n: number) => ({
  ...{ n, means: "clean", outcome: "clean", crashes: [], seconds: 1, console: "" },
});

test("a test's window fits its terminal, whatever is in it", () => {
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 120 }),
    rows: fc.integer({ min: 1, max: 30 }),
  });
  const counts = fc.tuple(fc.nat(60), fc.nat(1000));
  fc.assert(
    fc.property(size, fc.string({ unit: "grapheme" }), counts, (terminal, subject, counted) => {
      const [busy, done] = counted;
      const lines = trialLines(
        {
          ...{ commit: "a".repeat(40), subject, runs: 1000, since: 0, now: 5e6 },
          build: { since: 0, progress: { done: 12, of: busy > 5 ? 495 : null } },
          running: new Map(Array.from({ length: busy }, (_, n) => [n + 1, 0])),
          finished: Array.from({ length: done }, (_, n) => run(n + 1) as never),
        },
        terminal,
      );
      expect(lines.length).toBeLessThan(Math.max(2, terminal.rows));
      for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(terminal.columns);
      expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
