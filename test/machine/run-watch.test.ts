import { describe, expect, test } from "vitest";
import { patience, RunWatch } from "../../src/machine/run-watch.ts";

const started = "firstbad: init\n\nfirstbad: reproducer started\n";
const headline = "[    1.0] BUG: KASAN: use-after-free in some_function+0x1/0x2\n";
const trace = "[    1.0] Call Trace:\n[    1.0]  some_function+0x1/0x2\n[    1.0]  other+0x1/0x2\n";
const rule = `[    1.0] ${"=".repeat(66)}\n`;

/** What the watch says at each moment, after what came by then. */
function told(limit: number, steps: readonly [now: number, console: string][]) {
  const watch = new RunWatch(limit);
  return steps.map(([now, console]) => {
    if (console !== "") watch.push(Buffer.from(console), now);
    return watch.stop(now);
  });
}

const long = 1_000_000;

describe("a run is stopped", () => {
  test("not while nothing is wrong", () => {
    expect(
      told(long, [
        [0, started],
        [1000, "quiet\n"],
        [9000, ""],
      ]),
    ).toEqual([null, null, null]);
  });

  test("soon after a report is complete", () => {
    const late = 1 + patience.complete;
    expect(
      told(long, [
        [0, started],
        [1, headline + trace + rule],
        [late, ""],
      ]),
    ).toEqual([null, null, "crash"]);
  });

  test("some seconds after a headline whose report does not end", () => {
    expect(
      told(long, [
        [0, started],
        [1, headline],
        [1 + patience.crashing - 0.01, ""],
        [1 + patience.crashing, ""],
      ]),
    ).toEqual([null, null, null, "crash"]);
  });

  test("where it crashed before the reproducer and never came to it", () => {
    expect(
      told(long, [
        [0, headline],
        [patience.bootCrash, ""],
      ]),
    ).toEqual([null, "boot-crash"]);
  });

  test("not for a crash before the reproducer once that is started", () => {
    expect(
      told(long, [
        [0, headline + trace + rule],
        [1, started],
        [500, ""],
      ]),
    ).toEqual([null, null, null]);
  });

  test("for the reproducer's crash where a chunk has the boot's as well", () => {
    const chunk = headline + trace + rule + started + headline + trace + rule;
    expect(
      told(long, [
        [0, chunk],
        [patience.complete, ""],
      ]),
    ).toEqual([null, "crash"]);
  });

  test("where the console grows past its limit, but not at it", () => {
    expect(
      told(5, [
        [0, "12345"],
        [0, "6"],
      ]),
    ).toEqual([null, "flooded"]);
  });

  test("for its crash rather than for the flood after it", () => {
    const flood = "x\n".repeat(100);
    expect(
      told(300, [
        [0, started + headline + trace + rule],
        [patience.complete, flood],
      ]),
    ).toEqual([null, "crash"]);
  });

  test("where it has said its last line and does not go", () => {
    expect(
      told(long, [
        [0, `${started}firstbad: done\n`],
        [patience.done, ""],
      ]),
    ).toEqual([null, "no-shutdown"]);
  });
});
