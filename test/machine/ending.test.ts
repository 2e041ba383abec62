import { describe, expect, test } from "vitest";
import type { Crash } from "../../src/crash/crash.ts";
import { endingOf, type RunFacts } from "../../src/machine/ending.ts";

const crashAt = (start: number): Crash => ({
  title: "WARNING in f",
  type: "WARNING",
  frame: "f",
  stack: ["f"],
  start,
  end: start + 10,
  skip: start + 10,
  reportEnd: start + 10,
  altTitles: [],
  corruption: null,
  headline: 0,
  suppressed: false,
  panicked: false,
  executor: null,
  report: "WARNING\n",
  corrupted: false,
});

const boot = {
  init: false,
  waiting: false,
  portless: false,
  started: null,
  refused: false,
  done: false,
  ended: null,
};
const running = { ...boot, init: true, started: 500 };
const over = { ...running, done: true };
const facts: RunFacts = { bytes: 1000, progress: over, crashes: [], stopped: null };

describe("how a run ended", () => {
  test.each<[string, Partial<RunFacts>, string]>([
    ["init said its last line and it went", {}, "clean"],
    ["a crash of the boot, then all was well", { crashes: [crashAt(100)] }, "clean"],
    ["a crash after the start", { crashes: [crashAt(600)], progress: running }, "crashed"],
    ["a crash right at the start", { crashes: [crashAt(500)], progress: running }, "crashed"],
    ["a crash that the kernel survived", { crashes: [crashAt(600)] }, "crashed"],
    ["a crash, then a flood", { crashes: [crashAt(600)], stopped: "flooded" }, "crashed"],
    ["a crash, then the deadline", { crashes: [crashAt(600)], stopped: "deadline" }, "crashed"],
    [
      "a headline that is no crash when read whole",
      { progress: running, stopped: "crash" },
      "hung",
    ],
    ["a flood", { progress: running, stopped: "flooded" }, "flooded"],
    ["a flood during boot", { progress: boot, stopped: "flooded" }, "flooded"],
    ["a crash during boot", { progress: boot, crashes: [crashAt(100)] }, "boot-failed"],
    ["the deadline during boot", { progress: boot, stopped: "deadline" }, "boot-failed"],
    ["a crash during boot, then nothing", { progress: boot, stopped: "boot-crash" }, "boot-failed"],
    ["the reproducer was refused", { progress: { ...over, refused: true } }, "boot-failed"],
    ["not one byte", { bytes: 0, progress: boot }, "no-output"],
    [
      "not one byte until the deadline",
      { bytes: 0, progress: boot, stopped: "deadline" },
      "no-output",
    ],
    ["the deadline", { progress: running, stopped: "deadline" }, "hung"],
    ["init said its last line and it stayed", { stopped: "no-shutdown" }, "hung"],
    ["it went without a word", { progress: running }, "lost"],
  ])("%s", (_, more, ending) => {
    expect(endingOf({ ...facts, ...more })).toBe(ending);
  });
});
