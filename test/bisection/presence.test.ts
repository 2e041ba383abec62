import { beforeAll, describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { resultOf, showText } from "../../src/report/index.ts";
import { policyNamed } from "../../src/search/policies.ts";
import type { Script } from "../../src/simulate/scripted-lab.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { type Line, makeHistory } from "./small-history.ts";

const releases = Array.from({ length: 20 }, (_, n) => `r${n + 1}`);
const [cause, fix] = ["net: count by two", "net: do not count twice"];

/**
 * Twenty releases, `r1` to `r20`, with two commits after each; `r6.1` brought the bug, `r14.1` mended it. Stable trees
 * leave at `r4` (with a copy of the cause), `r9` (with a copy of the fix) and `r12`; a commit of each does not build.
 */
const lines: Line[] = releases.flatMap((name, n) => [
  { name, parents: n === 0 ? [] : [`r${n}.2`], tags: [`v${n + 1}.0`] },
  { name: `${name}.1`, ...(n === 5 && { subject: cause }), ...(n === 13 && { subject: fix }) },
  { name: `${name}.2` },
]);
const stable: Line[] = [
  { name: "s4.1", parents: ["r4"] },
  { name: "s4.2", subject: cause },
  { name: "s4.3" },
  { name: "s9.1", parents: ["r9"] },
  { name: "s9.2", subject: fix },
  { name: "s12.1", parents: ["r12"] },
  { name: "s12.2" },
];
const history = makeHistory([...lines, ...stable]);
const parents = new Map<string, string | undefined>();
for (const [n, line] of [...lines, ...stable].entries()) {
  parents.set(line.name, line.parents ? line.parents[0] : [...lines, ...stable][n - 1]?.name);
}

function has(name: string, ...others: string[]): boolean {
  for (let at: string | undefined = name; at !== undefined; at = parents.get(at)) {
    if (others.includes(at)) return true;
  }
  return false;
}

const script: Script = {
  build: (commit) => (history.name(commit) === "s12.2" ? "failed" : "built"),
  run(commit) {
    const name = history.name(commit);
    return has(name, "r6.1", "s4.2") && !has(name, "r14.1", "s9.2") ? { crash: bug } : "clean";
  },
};

const asked: Story = {
  history,
  crashes: "r10.1",
  runs: 4,
  script,
  presence: { trees: [...releases, "s4.3", "s9.2", "s12.2"], cause: "r6.1", fix: "r14.1" },
};

async function told(story: Story): Promise<readonly BisectionEvent[]> {
  const folder = await beginStory(story);
  await goOn(story, folder);
  return readFileJournal(folder);
}

function statesIn(events: readonly BisectionEvent[]): Record<string, string> {
  const trees = resultOf(events, { log: null, suspicion: null }).presence?.trees ?? [];
  return Object.fromEntries(trees.map(({ name, state }) => [name, state]));
}

function builtFor(events: readonly BisectionEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "kernel-planned" && event.purpose === "presence"
      ? [history.name(event.commit)]
      : [],
  );
}

const truth = Object.fromEntries(
  releases.map((name, n) => [name, n < 6 ? "not-affected" : n < 14 ? "affected" : "fixed"]),
);

describe("presence over twenty releases and three stable trees", () => {
  let events: readonly BisectionEvent[];
  beforeAll(async () => {
    events = await told(asked);
  });

  test("is told of each, by content and by what crashes", () => {
    expect(conclusionOf(events)).toMatchObject({ end: "surveyed", culprit: null });
    expect(statesIn(events)).toEqual({
      ...truth,
      "s4.3": "affected",
      "s9.2": "fixed",
      "s12.2": "unbuildable",
    });
    const { trees = [] } = resultOf(events, { log: null, suspicion: null }).presence ?? {};
    const s4 = trees.find(({ name }) => name === "s4.3");
    expect(s4).toMatchObject({ cause: { commit: history.hash("s4.2"), how: "title" }, fix: null });
    expect(trees.find(({ name }) => name === "r20")).toMatchObject({
      cause: { commit: history.hash("r6.1"), how: "itself" },
      fix: { commit: history.hash("r14.1"), how: "itself" },
      kernel: null,
    });
  });

  test("takes 4 kernels for the twenty releases, one a stable tree, and the crashing commit's", () => {
    const built = builtFor(events);
    expect(built.filter((name) => releases.includes(name)).toSorted()).toEqual([
      "r14",
      "r15",
      "r6",
      "r7",
    ]);
    expect(built).toHaveLength(7);
    expect(resultOf(events, { log: null, suspicion: null }).kernels).toBe(8);
  });

  test("is shown as a table", () => {
    const text = showText(events, { log: null, running: false, suspicion: null });
    expect(text).toMatch(
      /^ {2}r10 +\w{12} +\w{12} +no +not built +affected +between r7 and .*, which crash$/m,
    );
    expect(text).toMatch(/^ {2}s12\.2 +\w{12} +\w{12} +no +no build +cannot be built/m);
  });

  test("is decided again as it was", async () => {
    for await (const { differs } of verifyDecisions("", events, policyNamed("git"))) {
      expect(differs).toBeNull();
    }
  });
});

test("without cause and fix releases are found by halving, and built rarely", async () => {
  const events = await told({ ...asked, presence: { trees: releases } });
  expect(statesIn(events)).toEqual(truth);
  expect(builtFor(events).length).toBeLessThanOrEqual(10);
});

test("with all, every tree is built", async () => {
  const events = await told({ ...asked, presence: { trees: releases, cause: "r6.1", all: true } });
  expect(statesIn(events)).toEqual(truth);
  expect(builtFor(events)).toHaveLength(20);
});

test("a budget ends it with what is known by then", async () => {
  const events = await told({ ...asked, budget: { builds: 3 } });
  expect(conclusionOf(events)).toMatchObject({ end: "budget" });
  expect(Object.values(statesIn(events))).toContain("unknown");
});

test("a crash that is not reproduced says nothing of any tree", async () => {
  const events = await told({ ...asked, script: { ...script, run: () => "clean" } });
  expect(conclusionOf(events)).toMatchObject({ end: "not-reproduced" });
  expect(builtFor(events)).toEqual([]);
});

test("is the same after a cut at any event, and no finished run is repeated", async () => {
  const trees = ["r6", "r7", "r8", "r9", "r15", "r16"];
  const small = { ...asked, runs: 2, presence: { trees, cause: "r6.1", fix: "r14.1" } };
  const whole = await beginStory(small);
  await goOn(small, whole);
  const events = await readFileJournal(whole);
  for (let count = 2; count < events.length; count += 3) {
    const folder = await cutAfter(whole, count);
    await goOn(small, folder);
    const after = await readFileJournal(folder);
    expectNothingRepeated(after);
    expect(bodiesOf(after).at(-1)).toEqual(bodiesOf(events).at(-1));
    expect(statesIn(after)).toEqual(statesIn(events));
  }
}, 120_000);
