import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { showText } from "../../src/report/index.ts";
import type { Script, ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { tell } from "./drive-story.ts";
import { coin, contains, history } from "./kernels.ts";
import { longContains, longHistory } from "./long-history.ts";
import { hasChange } from "./small-history.ts";

type Ended = Extract<ScriptedRun, { readonly ended: unknown }>;

const policies = ["adaptive", "git", "syzbot-2022", "syzbot-2026"] as const;
const culprit = "t50.2";

/** What a run prints where the commit has the change, and where not. */
interface Kind {
  readonly what: string;
  readonly expect: unknown;
  /** What is said of a run that shows it. */
  readonly sight: string;
  readonly after: (n: number) => Ended;
  readonly before: (n: number) => Ended;
  /** What a few runs of any commit show, beside that. */
  readonly trouble?: Ended;
}

const lives = (console = ""): Ended => ({ ended: "clean", console, bootSeconds: 0.3 });
const panics: Ended = { ended: "crashed", crashes: ["kernel BUG in other"], bootSeconds: 0.3 };
const tests = (line: string) =>
  `[    0.1] KTAP version 1\n[    0.1]     # Subtest: demo\n[    0.1]     ${line}\n[    0.1] not ok 1 demo\n`;
/** What a console may have besides, to lead readers astray. */
const hostile = `${"# ".repeat(3000)}\n\u001b[31mnot\u0000 ok 1 demo.sums\nok ok ok\n[    0.1] 1..9999999999\n${"    # Subtest: ".repeat(500)}\n`;

const kinds: readonly Kind[] = [
  {
    what: "any crash",
    sight: "crash of this bug",
    expect: { crash: "any" },
    after: (n) => ({ ended: "crashed", crashes: [`WARNING in f${n % 3}`], bootSeconds: 1 }),
    before: () => lives(),
  },
  {
    what: "a boot that fails",
    sight: "failed boot",
    expect: { boot: "fails" },
    after: (n) =>
      n % 2 === 0 ? { ended: "boot-failed", console: "panic\n" } : { ended: "no-output" },
    before: () => lives(),
    trouble: panics,
  },
  {
    what: "a hang",
    sight: "hang",
    expect: { hangs: true },
    after: () => ({ ended: "hung", bootSeconds: 0.3 }),
    before: () => lives(),
    trouble: panics,
  },
  {
    what: "a message that appears",
    sight: "run with the message",
    expect: { message: "link is (down|gone)" },
    after: () => lives(`${hostile}[    1.0] eth0: link is down\n`),
    before: () => lives(hostile),
    trouble: panics,
  },
  {
    what: "a message that is missed",
    sight: "run without the message",
    expect: { message: "link is up", is: "absent" },
    after: () => lives(hostile),
    before: () => lives(`${hostile}[    1.0] eth0: link is up\n`),
    trouble: { ended: "boot-failed" },
  },
  {
    what: "a test that fails",
    sight: "run in which the test fails",
    expect: { test: "demo.sums" },
    after: () => lives(hostile + tests("not ok 1 sums")),
    before: () => lives(hostile + tests("ok 1 sums")),
    trouble: lives(tests("ok 1 sums # SKIP no device")),
  },
  {
    what: "a test that is gone",
    sight: "run in which the test fails",
    expect: { test: "demo.sums", missing: "failing" },
    after: () => lives(hostile + tests("ok 1 others")),
    before: () => lives(hostile + tests("ok 1 sums")),
    trouble: { ended: "no-output" },
  },
];

function scriptOf({ after, before, trouble }: Kind): Script {
  return {
    run: (commit, n) => {
      if (trouble !== undefined && coin(`${commit} trouble`, n) < 0.1) return trouble;
      return contains(history.name(commit), "t2") ? after(n) : before(n);
    },
  };
}

const few = { history, crashes: "a9", clean: "a0" };
const ends = { history: longHistory, crashes: "n119", clean: "n0" };

describe.each(policies)("policy %s", (policy) => {
  // What counts runs by rules of its own is told the same of them all.
  const told = policy.startsWith("syzbot")
    ? kinds.filter(({ what }) => what !== "a hang").slice(0, 3)
    : kinds;
  test.each(told)("finds where $what began", async (kind) => {
    const story = { ...few, policy, expect: kind.expect, script: scriptOf(kind) };
    const { events, concluded } = await tell(story);
    expect(concluded.why).not.toBe("");
    const said = events.flatMap((event) => (event.kind === "checked" ? event : []));
    expect(said.find(({ check }) => check === "culprit-crashes")?.why ?? kind.sight).toContain(
      kind.sight,
    );
    const spoken = said.map(({ why }) => why).join("\n");
    if (kind.sight !== "crash of this bug") expect(spoken).not.toMatch(/crash(?!ing commit)/);
    // Syzbot's policy of 2026 may not rely upon what it finds.
    expect(["found", "unconfirmed"]).toContain(concluded.end);
    expect(concluded.culprit).toBe(history.hash("t2"));
    if (!policy.startsWith("syzbot")) expect(concluded.end).toBe("found");
  });

  test("finds where a build began to fail, and runs nothing", async () => {
    const { events, concluded } = await tell({
      ...ends,
      policy,
      expect: { build: "fails", message: "undeclared" },
      script: buildScript,
    });
    expect(concluded.culprit).toBe(longHistory.hash(culprit));
    expect(events.filter(({ kind }) => kind === "run-started")).toEqual([]);
    if (!policy.startsWith("syzbot")) expect(concluded.end).toBe("found");
  });

  test.each([
    ["clearly", { is: [100, 3], was: [60, 3] }],
    ["with noise on both sides", { is: [100, 12], was: [80, 12] }],
  ] as const)("finds where a number became worse, %s", async (_, shape) => {
    const { events, concluded } = await tell({
      ...ends,
      policy,
      expect: { number: "^took ([0-9.]+) ms$", worse: "higher" },
      script: numberScript(shape),
    });
    expect(concluded.culprit).toBe(longHistory.hash(culprit));
    const bug = events.find(
      (event) => event.kind === "bug-identified",
    ) as EventOf<"bug-identified">;
    expect(bug.limit?.threshold).toBeGreaterThan(shape.was[0]);
    expect(bug.limit?.threshold).toBeLessThan(shape.is[0]);
    if (policy.startsWith("syzbot")) return;
    expect(concluded.end).toBe("found");
    expect(showText(events, { log: null, running: false, suspicion: null })).toMatch(
      /\n {2}median [\d.]+ before, [\d.]+ after: \+[\d.]+ % \(p = [\d.e-]+, \d+ and \d+ runs\)\n/,
    );
    const check = checked(events, "parent-clean");
    expect(check?.numbers?.p).toBeLessThanOrEqual(0.01);
    expect(check?.numbers?.after.median).toBeGreaterThan(check?.numbers?.before.median ?? 0);
  });
});

function checked(events: readonly BisectionEvent[], check: EventOf<"checked">["check"]) {
  return events.find(
    (event): event is BisectionEvent & EventOf<"checked"> =>
      event.kind === "checked" && event.check === check,
  );
}

const buildScript: Script = {
  build: (commit) =>
    longContains(commit, culprit) || ["n70", "n30"].includes(longHistory.name(commit))
      ? "failed"
      : "built",
  buildSays: (commit) => [
    ["n70", "n30"].includes(longHistory.name(commit))
      ? "fs/pipe.c:1:1: error: expected ';'"
      : "fs/pipe.c:2:2: error: 'x' undeclared",
  ],
  run: () => {
    throw new Error("nothing is to be run");
  },
};

/** Numbers that are normal, as far as the sum of a few coins is, around a mean; [mean, deviation]. */
function numberScript({
  is,
  was,
}: {
  readonly is: readonly [number, number];
  readonly was: readonly [number, number];
}): Script {
  return {
    run: (commit, n) => {
      const [mean, deviation] = longContains(commit, culprit) ? is : was;
      const coins = Array.from({ length: 12 }, (_, k) => coin(`${commit} ${k}`, n));
      const normal = coins.reduce((sum, one) => sum + one, 0) - 6;
      const shown = (mean + deviation * normal).toFixed(3);
      return lives(`${hostile}took nothing ms\ntook ${shown} ms\n`);
    },
  };
}

describe("numbers", () => {
  const expected = { number: "^took ([0-9.]+) ms$", worse: "higher" };

  test("that do not differ end the bisection, with the figures", async () => {
    const script = numberScript({ is: [80, 10], was: [80, 10] });
    const { events, concluded } = await tell({
      ...ends,
      policy: "adaptive",
      expect: expected,
      script,
    });
    expect(concluded.end).toBe("not-reproduced");
    expect(concluded.why).toMatch(
      /^the ends do not differ: median [\d.]+ of 48 runs of the clean end, [\d.]+ of 48 of the crashing commit \(p = 0\.\d+\)$/,
    );
    expect(events.filter(({ kind }) => kind === "kernel-built")).toHaveLength(2);
  });

  test("that differ by less than is asked end it, too", async () => {
    const script = numberScript({ is: [84, 1], was: [80, 1] });
    const atLeast = { ...expected, "at-least": 0.1 };
    const { concluded } = await tell({ ...ends, policy: "git", expect: atLeast, script });
    expect(concluded).toMatchObject({ end: "not-reproduced", culprit: null });
    expect(concluded.why).toMatch(/^the ends differ by \+[\d.]+ %, and \+10 % was asked: /);
  });

  test("that became better are no bug", async () => {
    const script = numberScript({ is: [40, 2], was: [80, 2] });
    const { concluded } = await tell({ ...ends, policy: "adaptive", expect: expected, script });
    expect(concluded.end).toBe("not-reproduced");
  });

  test("that are worse where lower ones are", async () => {
    const script = numberScript({ is: [40, 2], was: [80, 2] });
    const lower = { ...expected, worse: "lower" };
    const { concluded } = await tell({ ...ends, policy: "adaptive", expect: lower, script });
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash(culprit) });
  });

  test.each(["adaptive", "git"])("with a threshold need no clean end (%s)", async (policy) => {
    const { clean: _, ...open } = ends;
    const threshold = { ...expected, threshold: 80 };
    const script = numberScript({ is: [100, 2], was: [60, 2] });
    const { concluded } = await tell({ ...open, policy, expect: threshold, script });
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash(culprit) });
  });

  test("of which there are none end it as untestable", async () => {
    const script: Script = { run: () => lives("took no time\n") };
    const { concluded } = await tell({ ...ends, policy: "adaptive", expect: expected, script });
    expect(concluded).toMatchObject({ end: "untestable" });
    expect(concluded.why).toBe("0 of 3 runs of the crashing commit gave a number");
  });
});

describe.each(["adaptive", "git"])("a fix, policy %s", (policy) => {
  const story = { history, crashes: "a2", head: "a9", policy };
  const isFixed = (commit: string) => contains(history.name(commit), "a6");

  test("of a number is where it became better", async () => {
    const { events, concluded } = await tell({
      ...story,
      expect: { number: "^took (.*) ms$", worse: "higher" },
      script: {
        run: (commit, n) =>
          lives(`took ${(isFixed(commit) ? 80 : 100) + 25 * coin(commit, n)} ms\n`),
      },
    });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(checked(events, "parent-crashes")?.numbers?.p).toBeLessThanOrEqual(0.01);
    expect(checked(events, "fix-clean")?.result).toBe("passed");
  });

  test("of a number that is as bad as before is not there yet", async () => {
    const { concluded } = await tell({
      ...story,
      expect: { number: "^took (.*) ms$", worse: "higher" },
      script: { run: (commit, n) => lives(`took ${100 + 25 * coin(commit, n)} ms\n`) },
    });
    expect(concluded).toMatchObject({ end: "not-fixed-yet", candidates: [history.hash("a9")] });
    expect(concluded.why).toMatch(
      /^the ends do not differ: median [\d.]+ of 48 runs of the head, /,
    );
  });

  test("of a build is where it builds again", async () => {
    const { concluded } = await tell({
      ...story,
      expect: { build: "fails" },
      script: {
        build: (commit) => (isFixed(commit) ? "built" : "failed"),
        run: () => "infrastructure",
      },
    });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(concluded.confidence).toBeGreaterThan(0.98);
  });

  test("of a test is where it passes again", async () => {
    const { concluded } = await tell({
      ...story,
      expect: { test: "demo.sums" },
      script: {
        run: (commit, _, { patches = [] } = {}) =>
          lives(tests(hasChange(isFixed(commit), "a6", patches) ? "ok 1 sums" : "not ok 1 sums")),
      },
    });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
  });
});

describe("what ends nowhere", () => {
  test("a test without a result is said to have none", async () => {
    const script: Script = { run: () => lives("kunit: disabled\n") };
    const { concluded } = await tell({ ...few, expect: { test: "demo.sums" }, script });
    expect(concluded).toMatchObject({ end: "untestable" });
    expect(concluded.why).toBe("no run of the crashing commit has a result of the test demo.sums");
  });

  test.each(kinds)("$what that is not seen is not reproduced", async (kind) => {
    const script: Script = { run: (_, n) => kind.before(n) };
    const { concluded } = await tell({ ...few, policy: "git", expect: kind.expect, script });
    expect(concluded.end).toBe("not-reproduced");
  });

  test.each(kinds)("$what on the clean end, too, is said", async (kind) => {
    const script: Script = { run: (_, n) => kind.after(n) };
    const { concluded } = await tell({ ...few, policy: "git", expect: kind.expect, script });
    expect(concluded.end).toBe("clean-end-crashes");
  });

  test("a build that works is not reproduced, and one that fails otherwise says nothing", async () => {
    const works: Script = { run: () => "clean" };
    const story = {
      ...ends,
      policy: "adaptive",
      expect: { build: "fails", message: "undeclared" },
    };
    expect((await tell({ ...story, script: works })).concluded.end).toBe("not-reproduced");
    const otherwise: Script = { ...works, build: () => "failed" };
    const { concluded } = await tell({ ...story, script: otherwise });
    expect(["not-reproduced", "untestable"]).toContain(concluded.end);
  });
});
