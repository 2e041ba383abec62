import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consoleLines } from "../../src/outcome/console-lines.ts";
import { TapReader } from "../../src/outcome/tap.ts";

function resultOf(console: string, name: string) {
  const reader = new TapReader(name);
  for (const { text } of consoleLines(Buffer.from(console))) reader.push(text);
  return reader.result;
}

const kunit = `
[    0.100000] KTAP version 1
[    0.100001] 1..2
[    0.100002]     KTAP version 1
[    0.100003]     # Subtest: example
[    0.100004]     1..4
[    0.100005]     # adds: EXPECTATION FAILED at lib/example_kunit.c:12
[    0.100006]     Expected 2 == add(1, 1), but
[    0.100007]     not ok 1 adds
[    0.100008]     ok 2 skips # SKIP needs a device
[    0.100009]         KTAP version 1
[    0.100010]         # Subtest: ranges
[    0.100011]         ok 1 small
[    0.100012]         not ok 2 large
[    0.100013]     not ok 3 ranges
[    0.100014]     ok 4 waits # time=12ms
[    0.100015] # example: pass:1 fail:2 skip:1 total:4
[    0.100016] not ok 1 example
[    0.100017]     # Subtest: other
[    0.100018]     1..1
[    0.100019]     ok 1 adds
[    0.100020] ok 2 other
`;

/** As before v5.9: a tab, and no number of the version. */
const older =
  "TAP version 14\n\t# Subtest: example\n\t1..1\n\tnot ok 1 - adds\nnot ok 1 - example\n";

const kselftest = `
TAP version 13
1..2
# timeout set to 45
# selftests: seccomp: seccomp_bpf
# TAP version 13
# 1..2
# # Starting 2 tests from 1 test cases.
# #  RUN           global.kcmp ...
# #            OK  global.kcmp
# ok 1 global.kcmp
# not ok 2 global.mode_strict_support # exit=1
not ok 1 selftests: seccomp: seccomp_bpf # exit=1
# selftests: net: tap
ok 2 selftests: net: tap # SKIP
`;

describe("the result of a test", () => {
  test.each([
    ["of a suite", kunit, "example.adds", "failing"],
    ["of another suite", kunit, "other.adds", "passing"],
    ["of every suite, where none is named: one that fails counts", kunit, "adds", "failing"],
    ["that was skipped", kunit, "example.skips", "skipped"],
    ["with its time behind it", kunit, "example.waits", "passing"],
    ["three deep", kunit, "example.ranges.large", "failing"],
    ["three deep, by its last two names", kunit, "ranges.small", "passing"],
    ["that is a suite", kunit, "example", "failing"],
    ["that is not there", kunit, "example.subtracts", null],
    ["in a suite that is not there", kunit, "third.adds", null],
    ["whose name is part of another", kunit, "add", null],
    ["indented by tabs", older, "example.adds", "failing"],
    ["of kselftest", kselftest, "global.kcmp", "passing"],
    ["of kselftest, that failed", kselftest, "global.mode_strict_support", "failing"],
    ["of a program of kselftest", kselftest, "selftests: seccomp: seccomp_bpf", "failing"],
    ["of both", kselftest, "selftests: seccomp: seccomp_bpf.global.kcmp", "passing"],
    ["of a skipped program", kselftest, "selftests: net: tap", "skipped"],
    ["that is known to fail", "not ok 1 a # TODO later\nnot ok 2 b # XFAIL\n", "a", null],
    ["that is known to fail and does not", "ok 1 a # TODO later\n", "a", "passing"],
    ["without a name", "1..2\nok 1\nnot ok 2\n", "2", "failing"],
    ["without a number", "not ok - parses\n", "parses", "failing"],
  ] as const)("%s", (_, console, name, result) => {
    expect(resultOf(console, name)).toBe(result);
  });

  test("is known where the kernel dies in its suite", () => {
    const [until] = kunit.split("[    0.100009]");
    expect(resultOf(`${until}Kernel panic - not syncing: oops\n`, "example.adds")).toBe("failing");
    expect(resultOf(until ?? "", "other.adds")).toBe(null);
  });

  test("is not that of a suite whose result was lost", () => {
    const lost = kunit.replace(/.*not ok 1 example\n/, "");
    expect(resultOf(lost, "other.adds")).toBe("passing");
    expect(resultOf(lost, "example.adds")).toBe("failing");
  });
});

describe("a hostile console", () => {
  test("neither throws nor takes more than linear time", { timeout: 20_000 }, () => {
    const nested = Array.from({ length: 20_000 }, (_, n) => `${" ".repeat(n % 190)}ok ${n} a.b`);
    const hashes = `${"# ".repeat(20_000)}ok 1 a`;
    const long = `ok 1 ${"x".repeat(5_000_000)}`;
    const subtests = Array.from({ length: 20_000 }, (_, n) => `${" ".repeat(n % 190)}# Subtest: b`);
    const text = [...nested, hashes, long, ...subtests, ...nested].join("\n");
    const begin = performance.now();
    expect(["passing", null]).toContain(resultOf(text, "b.a.b.a.b.a.b.a.b"));
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test("of any bytes gives a result or none", () => {
    const words = fc.constantFrom("ok 1 a", "not ok 2 a", "    ", "# ", "\n", "# Subtest: s", "\0");
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 60 }), (parts) => {
        expect(["passing", "failing", "skipped", null]).toContain(resultOf(parts.join(""), "s.a"));
      }),
    );
  });
});
