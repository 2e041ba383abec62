import { describe, expect, test } from "vitest";
import type { EventOf } from "../../src/event/index.ts";
import type { Script } from "../../src/simulate/scripted-lab.ts";
import { type Story, tell } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { lineWith, story } from "./line-story.ts";
import { kernelsNeeding, longKernels, mergedHistory } from "./long-history.ts";
import { expectSameProof } from "./proof-cut.ts";
import { hasChange, type Line, makeHistory } from "./small-history.ts";

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

/** A merge `o` of the main line `n4` and the branches that end at `a2`, `b2` and `c2`, all begun at `n3`. */
const octopusLines: readonly Line[] = [
  ...["n0", "n1", "n2", "n3", "n4"].map((name) => ({ name })),
  ...["a", "b", "c"].flatMap((side) => [
    { name: `${side}1`, parents: ["n3"] },
    { name: `${side}2`, parents: [`${side}1`] },
  ]),
  { name: "o", parents: ["n4", "a2", "b2", "c2"] },
  { name: "o1" },
];

/** Kernels that crash with all of these commits, of that history. */
function octopus(needed: readonly string[], rest: Partial<Story> = {}): Story {
  const history = makeHistory(octopusLines, { merges: "files" });
  const contains = (name: string, other: string) =>
    name.startsWith("o") || name === other || (name[0] === other[0] && name > other);
  const run: Script["run"] = (commit, _, { patches = [] } = {}) => {
    const name = history.name(commit);
    const has = (other: string) => hasChange(contains(name, other), other, patches);
    return needed.every(has) ? { crash: bug } : "clean";
  };
  return { history, crashes: "o1", clean: "n0", policy: "adaptive", script: { run }, ...rest };
}

describe("a merge of four of which no side crashes", () => {
  const sides = (concluded: EventOf<"concluded">) => concluded.deeper?.why;

  test("is explained by the two sides that do not bear each other, and a commit of each", async () => {
    const { culprit, deeper, concluded } = await told(octopus(["a1", "c2"]));
    expect([concluded.end, culprit], concluded.why).toEqual(["found", "o"]);
    expect(deeper).toEqual(["found", "c2", "a1"]);
    expect(sides(concluded)).toContain("of its 4 sides, 2 and 4 do not bear each other");
  });

  test("with the first, too", async () => {
    const { deeper, concluded } = await told(octopus(["n4", "b1"]));
    expect(deeper).toEqual(["found", "b1", "n4"]);
    expect(sides(concluded)).toContain("of its 4 sides, 1 and 3 do not");
  });

  test("takes more than two of them", async () => {
    const { culprit, deeper, concluded } = await told(octopus(["a1", "b1", "c1"]));
    expect([culprit, deeper]).toEqual(["o", ["own"]]);
    expect(sides(concluded)).toContain("no two of its 4 sides crash");
  });

  test("is given up after as many pairs as kernels are allowed, which is said", async () => {
    const few = { checks: { deeper: { builds: 3 } } };
    const { deeper, concluded, events } = await told(octopus(["b1", "c2"], few));
    expect(deeper).toEqual(["given-up"]);
    expect(sides(concluded)).toContain("3 of 6 pairs of its 4 sides were merged");
    expect(events.filter(({ kind }) => kind === "deeper-begun")).toHaveLength(3);
  });

  test("ends the same wherever it is cut off", () => {
    return expectSameProof(octopus(["a1", "c2"]), 40);
  }, 240_000);
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
