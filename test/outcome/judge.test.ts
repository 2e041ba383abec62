import { describe, expect, test } from "vitest";
import type { CrashSeen } from "../../src/event/index.ts";
import { judgeBuild } from "../../src/outcome/build-outcome.ts";
import { type EndedRun, judgeRun, type OfRuns } from "../../src/outcome/judge.ts";
import { seenBy } from "../../src/outcome/limit.ts";

const oops: CrashSeen = {
  title: "WARNING in foo",
  type: "WARNING",
  frame: "foo",
  stack: ["foo"],
  expected: false,
};
const hungTask: CrashSeen = { ...oops, title: "INFO: task hung in foo", type: "HANG" };

function run(
  outcome: EndedRun["outcome"],
  console = "",
  more: Partial<Omit<EndedRun, "console">> = {},
): EndedRun {
  return {
    outcome,
    crashes: outcome === "crashed" ? [oops] : [],
    console: Buffer.from(console),
    whole: true,
    bootSeconds: null,
    ...more,
  };
}

/** What it came to, and the titles that are the bug. */
function said(expectation: OfRuns, ended: EndedRun) {
  const { outcome, crashes, number } = judgeRun(expectation, ended);
  const titles = crashes.filter(({ expected }) => expected).map(({ title }) => title);
  expect(titles.length > 0).toBe(outcome === "crashed" && titles.length > 0);
  return [outcome, ...titles, ...(number === undefined ? [] : [number])];
}

describe("a boot that fails", () => {
  const boot = { kind: "boot-fails" } as const;
  test.each([
    ["is the bug", run("boot-failed"), ["crashed", "boot failed"]],
    [
      "is the bug by its crash",
      run("boot-failed", "", { crashes: [oops] }),
      ["crashed", oops.title],
    ],
    ["is the bug without a word", run("no-output"), ["crashed", "boot failed: no output"]],
    ["is none once our process ran", run("boot-failed", "", { bootSeconds: 1 }), ["clean"]],
    ["is none where it crashed later", run("crashed"), ["clean"]],
    ["is none where it hung later", run("hung"), ["clean"]],
    ["is none where all went well", run("clean"), ["clean"]],
    ["is not known of what floods", run("flooded"), ["flooded"]],
  ] as const)("%s", (_, ended, wanted) => expect(said(boot, ended)).toEqual(wanted));
});

describe("a hang", () => {
  const hang = { kind: "hangs", who: "machine" } as const;
  const any = { kind: "hangs", who: "reproducer" } as const;
  const late = "firstbad: reproducer started\nfirstbad: time is up\nfirstbad: done\n";
  test.each([
    ["of the machine", hang, run("hung"), ["crashed", "hang"]],
    [
      "that the kernel tells of",
      hang,
      run("crashed", "", { crashes: [oops, hungTask] }),
      ["crashed", hungTask.title],
    ],
    ["is hidden by another crash", hang, run("crashed"), ["crashed"]],
    ["of the reproducer is another", hang, run("clean", late), ["clean"]],
    ["of the reproducer", any, run("clean", late), ["crashed", "hang of the reproducer"]],
    ["of nobody", any, run("clean", "firstbad: reproducer exited with status 0\n"), ["clean"]],
    ["is not known where it did not boot", hang, run("boot-failed"), ["boot-failed"]],
    ["is not known where it was lost", hang, run("lost"), ["lost"]],
  ] as const)("%s", (_, expectation, ended, wanted) => {
    expect(said(expectation, ended)).toEqual(wanted);
  });
});

describe("a message", () => {
  const pattern = "^eth\\d+: link is down$";
  const present = { kind: "message", pattern, is: "present" } as const;
  const absent = { kind: "message", pattern, is: "absent" } as const;
  const down = "[    1.5] eth0: link is up\n[    2.000001][   T12] eth0: link is down\r\n";
  test.each([
    ["is there", present, run("clean", down), ["crashed", "message: eth0: link is down"]],
    [
      "is there, whatever came then",
      present,
      run("crashed", down),
      ["crashed", "message: eth0: link is down"],
    ],
    [
      "is there before the boot failed",
      present,
      run("boot-failed", down),
      ["crashed", "message: eth0: link is down"],
    ],
    ["is not there", present, run("clean", "up\n"), ["clean"]],
    ["may have been to come", present, run("crashed", "up\n"), ["crashed"]],
    ["may have been cut out", present, run("clean", "up\n", { whole: false }), ["untestable"]],
    ["is missed", absent, run("clean", "up\n"), ["crashed", `no message ${pattern}`]],
    ["is not missed", absent, run("hung", down), ["clean"]],
    ["is not known to be missed", absent, run("boot-failed", "up\n"), ["boot-failed"]],
  ] as const)("%s", (_, expectation, ended, wanted) => {
    expect(said(expectation, ended)).toEqual(wanted);
  });
});

describe("a test", () => {
  const name = "example.adds";
  const failing = { kind: "test", name, is: "failing", missing: "nothing" } as const;
  const title = "test: example.adds is failing";
  const results = (line: string) => `    # Subtest: example\n    ${line}\nok 1 example\n`;
  test.each([
    ["fails", failing, run("clean", results("not ok 1 adds")), ["crashed", title]],
    [
      "fails, and then the kernel does",
      failing,
      run("crashed", results("not ok 1 adds")),
      ["crashed", title],
    ],
    ["passes", failing, run("clean", results("ok 1 adds")), ["clean"]],
    ["is skipped", failing, run("clean", results("ok 1 adds # SKIP")), ["untestable"]],
    ["is not there", failing, run("clean", results("ok 1 other")), ["untestable"]],
    [
      "is not there and counts as failing",
      { ...failing, missing: "failing" } as const,
      run("clean"),
      ["crashed", title],
    ],
    [
      "is not there for a crash, and counts as failing",
      { ...failing, missing: "failing" } as const,
      run("boot-failed"),
      ["crashed", title],
    ],
    [
      "is not there without a word",
      { ...failing, missing: "failing" } as const,
      run("no-output"),
      ["no-output"],
    ],
    [
      "may have been cut out",
      { ...failing, missing: "failing" } as const,
      run("clean", "", { whole: false }),
      ["untestable"],
    ],
    ["is hidden by a crash", failing, run("crashed"), ["crashed"]],
    [
      "passes, where that is the bug",
      { ...failing, is: "passing" } as const,
      run("clean", results("ok 1 adds")),
      ["crashed", "test: example.adds is passing"],
    ],
  ] as const)("%s", (_, expectation, ended, wanted) => {
    expect(said(expectation, ended)).toEqual(wanted);
  });
});

describe("a number", () => {
  const number = {
    kind: "number",
    pattern: "^score: (\\S+) ms",
    worse: "higher",
    atLeast: 0,
  } as const;
  const boot = { kind: "boot-time", until: null, worse: "higher", atLeast: 0 } as const;
  const booting =
    "[    0.1] x\n[    0.42] Run /init as init process\n[    0.5] y\nfirstbad: init\n";
  test.each([
    ["is read", number, run("clean", "score: 12.5 ms\n"), ["measured", 12.5]],
    [
      "is the last one",
      number,
      run("clean", "score: 12 ms\nscore: -1e3 ms\nscore: nan ms\n"),
      ["measured", -1000],
    ],
    ["is read though it crashed then", number, run("crashed", "score: 3 ms\n"), ["measured", 3]],
    ["is not there", number, run("clean", "score: no ms\n"), ["untestable"]],
    ["is not there for a crash", number, run("crashed"), ["crashed"]],
    ["is beyond what a number holds", number, run("clean", "score: 1e999 ms\n"), ["untestable"]],
    ["of the boot, by the kernel's clock", boot, run("clean", booting), ["measured", 0.42]],
    [
      "of the boot of an old kernel",
      boot,
      run("clean", booting.replace(/.*Run.*\n/, "")),
      ["measured", 0.5],
    ],
    [
      "of the boot, by our clock",
      boot,
      run("clean", "x\nfirstbad: init\n", { bootSeconds: 1.25 }),
      ["measured", 1.25],
    ],
    ["of a boot that never was", boot, run("boot-failed", "[    0.1] x\n"), ["boot-failed"]],
    [
      "of the boot until a line",
      { ...boot, until: "^y$" } as const,
      run("clean", booting),
      ["measured", 0.5],
    ],
  ] as const)("%s", (_, expectation, ended, wanted) => {
    expect(said(expectation, ended)).toEqual(wanted);
  });

  test.each([
    ["higher", 5, 4.9, "clean"],
    ["higher", 5, 5, "crashed"],
    ["lower", 5, 5, "crashed"],
    ["lower", 5, 5.1, "clean"],
  ] as const)("is the bug where %s than %d counts: %d", (worse, threshold, value, outcome) => {
    const measured = { outcome: "measured", crashes: [], number: value } as const;
    expect(seenBy(measured, { worse, threshold }).outcome).toBe(outcome);
    expect(seenBy(measured, null)).toBe(measured);
  });
});

describe("a build", () => {
  const excerpt = ["fs/pipe.c:12:3: error: 'x' undeclared", "make: *** [fs/pipe.o] Error 1"];
  const failed = { kind: "failed", stage: "build", excerpt } as const;
  test.each([
    ["that fails", null, failed, ["crashed", true]],
    ["that fails as it should", "'x' undeclared", failed, ["crashed", true]],
    ["that fails otherwise", "'y' undeclared", failed, ["crashed", false]],
    [
      "that is not one, as a patch fails",
      null,
      { ...failed, stage: "patch" } as const,
      ["untestable"],
    ],
    ["that works", null, { kind: "built" } as const, ["clean"]],
  ] as const)("%s", (_, message, ended, wanted) => {
    const { outcome, crashes } = judgeBuild({ kind: "build-fails", message }, ended);
    expect([outcome, ...crashes.map(({ expected }) => expected)]).toEqual(wanted);
  });
});

test("a console of many megabytes is judged in linear time", { timeout: 30_000 }, () => {
  const flood = Buffer.concat([
    Buffer.alloc(3_000_000, "a".repeat(99)),
    Buffer.alloc(1_000_000, "[    0.000001] (a*)*b\n"),
  ]);
  const begin = performance.now();
  const expectation = { kind: "message", pattern: "(a*)*b$", is: "present" } as const;
  judgeRun(expectation, { ...run("clean"), console: flood });
  expect(performance.now() - begin).toBeLessThan(15_000);
});
