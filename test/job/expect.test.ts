import { describe, expect, test } from "vitest";
import { expectationOf } from "../../src/job/expectation.ts";
import { parseJob } from "../../src/job/read.ts";

const path = "/jobs/firstbad.yaml";

interface Given {
  readonly expect: string;
  readonly clean?: boolean;
  readonly more?: string;
  readonly machine?: string;
}

const kernelJob = ({
  expect: expected,
  clean = true,
  more = "reproducer: {c: a.c}\n",
  machine = "machine: {type: uml}\n",
}: Given) =>
  parseJob(
    `version: 1
kernel: {repo: linux, crashes: v6.3, ${clean ? "clean: v6.2, " : ""}config: a.config, arch: um}
${machine}${more}expect: ${expected}
`,
    { path },
  );

const programJob = (expected: string) =>
  parseJob(
    `version: 1
program: {repo: tool, crashes: v2, clean: v1, run: ./bench}
expect: ${expected}
`,
    { path },
  );

describe("what counts as the bug", () => {
  test.each([
    ["{crash: any}", { kind: "any-crash" }],
    ["{boot: fails}", { kind: "boot-fails" }],
    ["{build: fails}", { kind: "build-fails", message: null }],
    ["{build: fails, message: undeclared}", { kind: "build-fails", message: "undeclared" }],
    ["{hangs: true}", { kind: "hangs", who: "machine" }],
    ["{hangs: reproducer}", { kind: "hangs", who: "reproducer" }],
    ["{message: link}", { kind: "message", pattern: "link", is: "present" }],
    ["{message: link, is: absent}", { kind: "message", pattern: "link", is: "absent" }],
    ["{test: a.b}", { kind: "test", name: "a.b", is: "failing", missing: "nothing" }],
    [
      "{test: a.b, is: passing, missing: failing}",
      { kind: "test", name: "a.b", is: "passing", missing: "failing" },
    ],
    ["{number: 'in (.*) s', worse: lower}", { kind: "number", worse: "lower", atLeast: 0 }],
    ["{boot-time: true}", { kind: "boot-time", until: null, worse: "higher", atLeast: 0 }],
    [
      "{boot-time: true, until: ^ready, threshold: 3, at-least: 0.1}",
      { kind: "boot-time", until: "^ready", threshold: 3, atLeast: 0.1 },
    ],
  ])("%s", (text, wanted) => {
    expect(expectationOf(kernelJob({ expect: text }))).toMatchObject(wanted);
  });

  test.each([
    "{boot: fails}",
    "{build: fails}",
    "{message: a, is: absent}",
    "{test: a.b}",
    "{number: (.), worse: lower}",
    "{boot-time: true}",
  ])("%s needs no reproducer", (text) => {
    expect(kernelJob({ expect: text, more: "" })).toMatchObject({ reproducer: { none: true } });
  });

  test.each(["{title: a}", "{pattern: a}", "{crash: any}", "{hangs: true}"])(
    "%s needs a reproducer",
    (text) => {
      expect(() => kernelJob({ expect: text, more: "" })).toThrow("reproducer: is needed");
    },
  );

  test("a build that fails needs no machine, and nothing else can do without", () => {
    const none = { machine: { type: "none" } };
    expect(kernelJob({ expect: "{build: fails}", machine: "" })).toMatchObject(none);
    const said = "machine: {type: none}\n";
    expect(kernelJob({ expect: "{build: fails}", machine: said })).toMatchObject(none);
    for (const text of ["{boot: fails}", "{title: a}", "{test: a.b}", "{crash: any}"]) {
      for (const machine of ["", said]) {
        expect(() => kernelJob({ expect: text, machine })).toThrow("machine: is needed: where");
      }
    }
  });

  test.each([
    ["{}", "needs exactly one of"],
    ["{boot: fails, crash: any}", "needs exactly one of"],
    ["{message: '('}", "expect.message: is no regular expression"],
    ["{number: fast, worse: lower}", "expect.number: needs a group around the number"],
    ["{number: (.)}", "expect.worse: is needed"],
    ["{boot: fails, is: absent}", "expect.is: goes with `message` or `test`"],
    ["{test: a, is: absent}", "expect.is: expected failing or passing"],
    ["{message: a, is: failing}", "expect.is: expected present or absent"],
    ["{message: a, threshold: 3}", "expect.threshold: goes with `number` or `boot-time`"],
    ["{boot-tme: true}", "did you mean `boot-time`?"],
    ["{boot: slow}", "expect.boot: "],
  ])("%s is refused: %s", (text, why) => {
    expect(() => kernelJob({ expect: text })).toThrow(why);
  });

  test("a number without a threshold needs a clean end to learn it at", () => {
    const given = { expect: "{boot-time: true}", clean: false };
    expect(() => kernelJob(given)).toThrow("expect.threshold: is needed");
    expect(() => kernelJob({ ...given, expect: "{boot-time: true, threshold: 2}" })).not.toThrow();
  });

  test.each([
    ["{build: fails}", "repair: true\n"],
    ["{build: fails}", "minimize: true\n"],
    ["{boot-time: true}", "minimize: true\n"],
  ])("%s goes without %j", (text, more) => {
    expect(() => kernelJob({ expect: text, more })).toThrow(more.split(":")[0]);
    expect(() => kernelJob({ expect: text, more: more.replace("true", "false") })).not.toThrow();
  });

  test.each([
    ["{number: (.), worse: lower}", true],
    ["{test: parser.empty}", true],
    ["{hangs: true}", true],
    ["{build: fails}", true],
    ["{boot: fails}", false],
    ["{boot-time: true}", false],
    ["{hangs: reproducer}", false],
  ])("%s of a program: %s", (text, can) => {
    if (can) expect(() => programJob(text)).not.toThrow();
    else expect(() => programJob(text)).toThrow("is of kernels");
  });
});
