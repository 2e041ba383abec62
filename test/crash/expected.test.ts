import { describe, expect, test } from "vitest";
import { expects } from "../../src/crash/expected.ts";
import { compareCrash, identifyBug } from "../../src/crash/same.ts";
import type { CrashSeen } from "../../src/event/event.ts";

const crash = (title: string, expected?: boolean): CrashSeen => ({
  ...{ title, type: "UNKNOWN", frame: null, stack: [] },
  ...(expected === undefined ? {} : { expected }),
});

describe("an expectation", () => {
  test.each([
    ["a title", { kind: "title", title: "SIGSEGV" }, true],
    ["a part of a title", { kind: "title", title: "SIG" }, false],
    ["a pattern in the title", { kind: "pattern", pattern: "^SIG(SEGV|BUS)$" }, true],
    ["a pattern in a line of the report", { kind: "pattern", pattern: "^record \\d+ lost$" }, true],
    ["a pattern that is nowhere", { kind: "pattern", pattern: "found" }, false],
    ["a predicate", { kind: "predicate" }, true],
  ] as const)("%s", (_, expectation, is) => {
    const described = { title: "SIGSEGV", report: "first\nrecord 17 lost\nlast\n" };
    expect(expects(expectation)(described)).toBe(is);
  });

  test.each([
    "(a+)+$",
    "(a|aa)+$",
    "(.*a){12}$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:a?){25}a{25}$",
  ])("%s takes linear time on text made to hurt it", (pattern) => {
    const isExpected = expects({ kind: "pattern", pattern });
    const timeOf = (length: number): number => {
      const report = `${"a".repeat(length)}!`;
      const begin = performance.now();
      isExpected({ title: "hurt", report });
      return performance.now() - begin;
    };
    timeOf(1000);
    // Backtracking would take longer than the universe is old at a thousandth of this.
    expect(timeOf(100_000)).toBeLessThan(10_000);
  });

  test("is the bug's identity, and not what most runs show", () => {
    const bug = identifyBug([
      [crash("common", false)],
      [crash("common", false), crash("rare", true)],
      [crash("common", false)],
    ]);
    expect(bug).toMatchObject({ title: "rare", titles: ["rare"], crashed: 1, of: 3 });
    if (bug === null) return;
    expect(compareCrash(bug, crash("common", false))).toBe("foreign");
    expect(compareCrash(bug, crash("of another title", true))).toBe("same");
  });

  test("counts every run that shows it, by whatever title", () => {
    const runs = ["one", "two", "three"].map((title) => [crash(title, true)]);
    expect(identifyBug(runs)).toMatchObject({ crashed: 3, of: 3 });
  });

  test("is not met where every crash is another", () => {
    expect(identifyBug([[crash("common", false)], []])).toBeNull();
  });
});
