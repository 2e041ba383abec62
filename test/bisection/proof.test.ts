import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { type Story, tell } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { isIn, lineWith, story } from "./line-story.ts";

async function told(given: Story) {
  const { events, concluded } = await tell(given);
  const checks = events.filter((event) => event.kind === "checked");
  return {
    events,
    concluded,
    culprit: concluded.culprit && given.history.name(concluded.culprit),
    checks: new Map(checks.map((check) => [check.check, check])),
  };
}

const changed = (events: readonly BisectionEvent[]) =>
  events.filter(
    (event) => event.kind === "kernel-planned" && event.change !== undefined,
  ) as EventOf<"kernel-planned">[];

describe("a culprit is taken out again", () => {
  test("of the crashing commit, which is clean then, in a kernel that says nothing about it", async () => {
    const { events, concluded, checks, culprit } = await told(
      story(lineWith([]), (has) => has("n13")),
    );
    expect([concluded.end, culprit, concluded.why]).toEqual(["found", "n13", "every check passed"]);
    expect(checks.get("revert-on-culprit")).toMatchObject({
      result: "passed",
      crashed: 0,
      why: expect.stringContaining("nothing is built for it"),
    });
    const [planned, ...more] = changed(events);
    expect(more).toEqual([]);
    expect(planned).toMatchObject({ purpose: "check", change: { how: "revert" } });
    const runs = events.filter(
      (event) => event.kind === "run-finished" && event.kernel === planned?.kernel,
    );
    expect(runs.length).toBeGreaterThan(2);
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "passed",
      crashed: 0,
      of: runs.length,
    });
  });

  test("a commit is not named for sure where the crashing one crashes without it, too", async () => {
    const crashes = (has: (name: string) => boolean) => has("n13") || has("n20");
    const { concluded, checks, culprit } = await told(story(lineWith([]), crashes));
    expect([concluded.end, culprit]).toEqual(["unconfirmed", "n13"]);
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "failed",
      why: "it crashes without the culprit, too",
    });
  });

  test("what does not revert, as it was built upon, is no failure, and is said", async () => {
    const rewritten = lineWith([
      { name: "n13", files: { "drv.c": "one\ntwo\n" } },
      { name: "n21", files: { "drv.c": "three\n" } },
    ]);
    const { concluded, checks, events } = await told(story(rewritten, (has) => has("n13")));
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "unknown",
      why: "it does not revert, as a patch or three-way: conflicts in drv.c",
    });
    expect(changed(events)).toEqual([]);
    expect(concluded.end).toBe("found");
    expect(concluded.why).toContain("not told: revert on crashing: it does not revert");
  });

  test("where only a three-way merge takes it out, that is said", async () => {
    const text = (third: string, fifth: string) =>
      ["1", "2", third, "4", fifth, "6", "7", "8", "9", ""].join("\n");
    const lines = lineWith([
      { name: "n1", files: { "drv.c": text("old", "old") } },
      { name: "n13", files: { "drv.c": text("old", "new") } },
      { name: "n21", files: { "drv.c": text("new", "new") } },
    ]);
    const { checks } = await told(story(lines, (has) => has("n13")));
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "passed",
      why: expect.stringMatching(/ clean runs were wanted, merged three-way$/),
    });
  });

  test("what does not build without it tells nothing", async () => {
    const build = (_: string, patches: readonly string[] = []) =>
      patches.length > 0 ? ("failed" as const) : ("built" as const);
    const { concluded, checks } = await told(
      story(lineWith([]), (has) => has("n13"), { script: { build } }),
    );
    expect(concluded.end).toBe("found");
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "unknown",
      why: "without it: it does not build",
    });
  });

  test("a kernel without it that another crash hides tells nothing", async () => {
    const made = story(lineWith([]), (has) => has("n13"));
    const { run } = made.script;
    const { concluded, checks } = await told({
      ...made,
      script: {
        ...made.script,
        run: (commit, n, given = {}) =>
          given.patches?.length ? { crash: "WARNING in someone_else" } : run(commit, n, given),
      },
    });
    expect(concluded.end).toBe("found");
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "unknown",
      why: expect.stringMatching(/^without it: only 0 of its \d+ runs say something$/),
    });
  });

  test.each([
    // A crash that looks the same comes in the first run, or in some: the crashing commit crashes in all of its.
    ["in one run of twelve", (n: number) => n === 0, "unknown", "found"],
    ["in two runs of twelve", (n: number) => n % 6 === 1, "unknown", "found"],
    ["in every other run", (n: number) => n % 2 === 0, "failed", "unconfirmed"],
  ] as const)("a kernel without it that crashes %s", async (_, crashes, result, end) => {
    const made = story(lineWith([]), (has) => has("n13"));
    const { run } = made.script;
    const { concluded, checks, culprit } = await told({
      ...made,
      script: {
        ...made.script,
        run: (commit, n, given = {}) =>
          given.patches?.length && crashes(n) ? { crash: bug } : run(commit, n, given),
      },
    });
    expect(checks.get("revert-on-crashing")).toMatchObject({ result });
    expect([concluded.end, culprit]).toEqual([end, "n13"]);
  });

  test("the crashing commit itself is not built a second time", async () => {
    const { concluded, checks, events } = await told(story(lineWith([]), (has) => has("n30")));
    expect(concluded.end).toBe("found");
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "passed",
      why: expect.stringContaining("the crashing commit is the same"),
    });
    expect(changed(events)).toEqual([]);
  });

  test("nothing is built for it where the job or the policy does not want that, which is said", async () => {
    const off = await told(story(lineWith([]), (has) => has("n13"), { checks: { revert: false } }));
    expect(off.concluded).toMatchObject({
      end: "found",
      why: expect.stringContaining("revert on crashing: not made: it is turned off"),
    });
    expect(changed(off.events)).toEqual([]);
    const git = await told(story(lineWith([]), (has) => has("n13"), { policy: "git" }));
    expect([...git.checks.keys()]).toEqual([
      "culprit-crashes",
      "parent-clean",
      "signatures-differ",
    ]);
  });

  test("git's policy does so where the job asks for it", async () => {
    const { checks, concluded } = await told(
      story(lineWith([]), (has) => has("n13"), { policy: "git", checks: { revert: true } }),
    );
    expect(concluded.end).toBe("found");
    expect(checks.get("revert-on-crashing")?.result).toBe("passed");
  });

  test("the budget holds: what it does not allow is left out, and the culprit named", async () => {
    const whole = await told(story(lineWith([]), (has) => has("n13")));
    const built = whole.events.filter(({ kind }) => kind === "kernel-built").length;
    const { concluded, checks, events } = await told(
      story(lineWith([]), (has) => has("n13"), { budget: { builds: built - 1 } }),
    );
    expect(events.filter(({ kind }) => kind === "kernel-built")).toHaveLength(built - 1);
    expect(concluded.end).toBe("found");
    expect(checks.get("revert-on-crashing")).toMatchObject({
      result: "unknown",
      why: `not made: ${built - 1} builds were made, as many as are allowed`,
    });
  });
});

const from13 = (_: unknown, name: string) => isIn(name, "n13");
const version = (n: number) => `VERSION = 6\nEXTRAVERSION = -rc${n}\nall:\n`;

describe("by what it changes, a culprit", () => {
  const script = {
    compiled: () => ["drv.c"],
    report: (title: string) => `BUG: ${title}\n eat_me+0x1/0x2 drv.c:1`,
  };
  const changing = (files: Record<string, string>) =>
    lineWith([
      { name: "n1", files: { Makefile: version(1) } },
      { name: "n13", own: false, files },
    ]);

  test.each<[string, Record<string, string>, EventOf<"checked">["check"], string]>([
    [
      "of documentation alone",
      { "Documentation/a.rst": "a", MAINTAINERS: "b" },
      "changes-code",
      "it changes nothing but documentation: Documentation/a.rst, MAINTAINERS",
    ],
    [
      "of the release's name",
      { Makefile: version(2) },
      "changes-code",
      "it only says how the release is called",
    ],
    [
      "of another architecture",
      { "arch/sparc/kernel/irq.c": "a" },
      "is-compiled",
      "it changes 1 file of other architectures, and nothing that is compiled",
    ],
    [
      "of a driver that is not configured",
      { "drivers/other.c": "a", "Documentation/a.rst": "a" },
      "is-compiled",
      "none of the 1 source file that it changes is compiled with this configuration",
    ],
  ])("%s is not named for sure, whatever runs say", async (_, files, check, why) => {
    const { concluded, checks, culprit } = await told(story(changing(files), from13, { script }));
    expect(checks.get(check)).toMatchObject({ result: "failed", why });
    expect([concluded.end, culprit, concluded.why]).toEqual(["unconfirmed", "n13", why]);
    expect(checks.has("no-detector")).toBe(true);
    expect(checks.has("revert-on-crashing")).toBe(false);
  });

  test.each<[string, Record<string, string>, string, string]>([
    [
      "that changes where the crash is",
      { "drv.c": "a" },
      "1 of 1 changed file are read by its build or its parent's",
      "it changes drv.c, which the crash points at",
    ],
    [
      "that changes what builds go by",
      { Kconfig: "a" },
      "it changes 1 file that builds go by",
      "it changes no file that is on the stack, such as drv.c",
    ],
  ])("%s is believed", async (_, files, isCompiled, touches) => {
    const { checks } = await told(story(changing(files), from13, { script }));
    expect(checks.get("changes-code")?.result).toBe("passed");
    expect(checks.get("is-compiled")).toMatchObject({ result: "passed", why: isCompiled });
    expect(checks.get("touches-stack")?.why).toBe(touches);
    expect(checks.get("no-detector")?.result).toBe("passed");
  });
});
