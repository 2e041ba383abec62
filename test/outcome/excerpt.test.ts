import { expect, test } from "vitest";
import { excerptFor } from "../../src/outcome/excerpt.ts";

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`);
const consoleOf = (...all: readonly string[]) =>
  Buffer.from(all.map((line) => `${line}\n`).join(""));

const kunit = consoleOf(
  ...lines(40),
  "[    0.1]     # Subtest: demo",
  "[    0.1]     ok 1 starts",
  "[    0.1]     # sums: EXPECTATION FAILED at lib/demo_kunit.c:6",
  "[    0.1]     not ok 2 sums",
  "[    0.1] not ok 1 demo",
  ...lines(9),
);

test("a test that fails is shown with what it says before", () => {
  const name = "demo.sums";
  const shown = excerptFor({ kind: "test", name, is: "failing", missing: "nothing" }, kunit);
  expect(shown).toEqual([
    ...lines(40).slice(-9),
    "    # Subtest: demo",
    "    ok 1 starts",
    "    # sums: EXPECTATION FAILED at lib/demo_kunit.c:6",
    "    not ok 2 sums",
    "not ok 1 demo",
    "line 0",
    "line 1",
  ]);
});

test("a message is shown where it is, without what would steer a terminal", () => {
  const hostile = consoleOf("a", "it is \u0007\u009b2Jdown", "b".repeat(5000));
  const shown = excerptFor({ kind: "message", pattern: "down$", is: "present" }, hostile);
  expect(shown).toEqual(["a", "it is 2Jdown", "b".repeat(300)]);
});

test.each([
  { kind: "boot-fails" },
  { kind: "hangs", who: "machine" },
  { kind: "message", pattern: "never said", is: "absent" },
] as const)("what no line tells is shown by the end of the console: $kind", (expectation) => {
  expect(excerptFor(expectation, consoleOf(...lines(1000)))).toEqual(lines(1000).slice(-25));
});
