import { describe, expect, test } from "vitest";
import type { Script } from "../../src/simulate/scripted-lab.ts";
import { type Story, tell } from "./drive-story.ts";
import { lineWith, story } from "./line-story.ts";
import { kernelsNeeding, longKernels, mergedHistory } from "./long-history.ts";

async function told(given: Story) {
  const { events, concluded } = await tell(given);
  const { deeper } = concluded;
  const answered = events.filter((event) => event.kind === "deeper-answered");
  return {
    events,
    concluded,
    checks: events.filter((event) => event.kind === "checked"),
    culprit: concluded.culprit && given.history.name(concluded.culprit),
    deeper: deeper && [deeper.result, ...deeper.commits.map(given.history.name)],
    built: new Set(answered.flatMap(({ kernel }) => kernel ?? [])).size,
  };
}

const driver = (...lines: readonly string[]) => `int a;\n${lines.join("\n")}\nint z;\n`;

/** A driver that is there from the beginning; a check in it comes with `n20`. */
const detector = (others: Parameters<typeof lineWith>[0] = []) =>
  lineWith([
    { name: "n0", files: { "drv.c": driver("int m;") } },
    { name: "n20", files: { "drv.c": driver("int m;", "WARN_ON(m);") } },
    ...others,
  ]);

const script: Partial<Script> = {
  report: (title) => `WARNING: CPU: 0 PID: 1 at drv.c:3 eat_me+0x1/0x2\n${title}`,
};

describe("behind a commit that only made a bug visible", () => {
  test("the one is searched that brought it, and both are named", async () => {
    const { culprit, deeper, concluded, built, checks } = await told(
      story(detector(), (has) => has("n20") && has("n7"), { script }),
    );
    expect([concluded.end, culprit]).toEqual(["found", "n20"]);
    expect(checks.find(({ check }) => check === "no-detector")).toMatchObject({
      result: "unknown",
      why: "it adds the check that reports the crash, `WARN_ON(m);` in drv.c: it may have made visible what was there",
    });
    expect(deeper).toEqual(["found", "n7"]);
    expect(built).toBeLessThan(8);
  });

  test("nothing is found where the bug was always there", async () => {
    const { culprit, deeper, concluded } = await told(
      story(detector(), (has) => has("n20"), { script }),
    );
    expect([concluded.end, culprit, deeper]).toEqual(["found", "n20", ["older"]]);
    expect(concluded.deeper?.why).toMatch(/ crashes, too: what it made visible is older$/);
  });

  test("all are named to which the check cannot be brought", async () => {
    const rewritten = { name: "n15", files: { "drv.c": driver("int m;") } };
    const older = { name: "n1", files: { "drv.c": driver("int k;", "int l;") } };
    const { culprit, deeper } = await told(
      story(detector([rewritten, older]), (has) => has("n20") && has("n7"), { script }),
    );
    expect(culprit).toBe("n20");
    const between = Array.from({ length: 15 }, (_, n) => `n${n + 1}`);
    expect(deeper?.[0]).toBe("several");
    expect(deeper?.slice(1).toSorted()).toEqual(between.toSorted());
  });

  test("it is given up where it takes more than it may", async () => {
    const { deeper, built, concluded } = await told(
      story(detector(), (has) => has("n20") && has("n7"), {
        script,
        checks: { deeper: { builds: 2 } },
      }),
    );
    expect(concluded.end).toBe("found");
    expect(deeper?.[0]).toBe("given-up");
    expect(deeper).toContain("n7");
    expect(built).toBe(2);
  });

  test("nothing is searched where the job does not want it", async () => {
    const { deeper, events } = await told(
      story(detector(), (has) => has("n20") && has("n7"), { script, checks: { deeper: false } }),
    );
    expect(deeper).toBeUndefined();
    expect(events.some(({ kind }) => kind === "deeper-begun")).toBe(false);
  });

  test("nor behind one that has a check, and crashes elsewhere", async () => {
    const report = (title: string) => `WARNING: CPU: 0 PID: 1 at n20.c:1 eat_me\n${title}`;
    const { deeper, culprit } = await told(
      story(detector(), (has) => has("n20"), { script: { report } }),
    );
    expect([culprit, deeper]).toEqual(["n20", undefined]);
  });
});

const inLong = (kernels: Script, rest: Partial<Story> = {}): Story => ({
  history: mergedHistory,
  crashes: "n119",
  clean: "n0",
  policy: "adaptive",
  script: kernels,
  ...rest,
});

describe("a merge of which neither side crashes", () => {
  test("is explained by the commits of both that do not bear each other", async () => {
    const { culprit, deeper, concluded } = await told(inLong(kernelsNeeding("n55", "t50.2")));
    expect([concluded.end, culprit], concluded.why).toEqual(["found", "n57"]);
    expect(deeper).toEqual(["found", "t50.2", "n55"]);
    expect(concluded.deeper?.search).toBe("inside");
  });

  test("is to blame itself where its sides, merged without help, are clean", async () => {
    const { culprit, deeper } = await told(inLong(longKernels("n57", { history: mergedHistory })));
    expect([culprit, deeper]).toEqual(["n57", ["own"]]);
  });
});

describe("a search along first parents", () => {
  const part = { "first-parent": true };

  test("goes on in what the merge brought that it ended at", async () => {
    const { culprit, concluded, events } = await told(
      inLong(longKernels("t50.2", { history: mergedHistory }), { part }),
    );
    expect([concluded.end, culprit]).toEqual(["found", "t50.2"]);
    expect(events.find((event) => event.kind === "range-entered")).toMatchObject({
      merge: mergedHistory.hash("n57"),
      before: mergedHistory.hash("n56"),
    });
  });

  test("explains a merge of which neither side crashes", async () => {
    const { culprit, deeper } = await told(inLong(kernelsNeeding("n55", "t50.2"), { part }));
    expect([culprit, deeper]).toEqual(["n57", expect.arrayContaining(["t50.2"])]);
  });

  test("ends there where the job says so", async () => {
    const { culprit, concluded } = await told(
      inLong(longKernels("t50.2", { history: mergedHistory }), { part, checks: { deeper: false } }),
    );
    expect([concluded.end, culprit], concluded.why).toEqual(["found", "n57"]);
  });
});

test("a kernel that crashes otherwise with the culprit's change tells nothing of what is behind it", async () => {
  const made = story(detector(), (has) => has("n20") && has("n7"), { script });
  const { deeper } = await told({
    ...made,
    script: {
      ...made.script,
      run: (commit, n, given = {}) =>
        Number(made.history.name(commit).slice(1)) < 20 && (given.patches?.length ?? 0) > 0
          ? { crash: "WARNING in someone_else" }
          : made.script.run(commit, n, given),
    },
  });
  expect(["several", "given-up"]).toContain(deeper?.[0]);
  expect(deeper).toContain("n7");
});
