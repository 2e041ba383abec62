import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitGraph } from "../../../src/history/graph.ts";
import { adaptivePolicy } from "../../../src/search/adaptive/adaptive-policy.ts";
import { gitPolicy } from "../../../src/search/git/git-policy.ts";
import type { Decision, Evidence, Policy } from "../../../src/search/policy.ts";
import { anyGraph, graphOf, lineOf } from "./graph-of.ts";

interface Story {
  readonly graph: CommitGraph;
  readonly culprit: number;
  readonly broken: ReadonlySet<number>;
}

type End = Exclude<Decision, { kind: "probe" | "stuck" }>;

/** Bisects a bug that crashes in every run by `policy`, to its end; how many kernels that took. */
function bisected(policy: Policy, { graph, culprit, broken }: Story): { end: End; built: number } {
  const evidence: Evidence[] = [];
  for (let step = 0; step < 300; step++) {
    const decision = policy.next({
      graph,
      after: graph.count - 1,
      evidence: evidence.filter(({ commit }) => policy.decidesAll || commit >= 0),
      crashMeans: "after",
      runs: 3,
    });
    if (decision.kind === "stuck") throw new Error(decision.why);
    if (decision.kind !== "probe") {
      return { end: decision, built: evidence.length };
    }
    for (const { commit, runs } of decision.probes) {
      const known = evidence.findIndex((one) => one.commit === commit);
      if (known >= 0) evidence.splice(known, 1);
      evidence.push(seen(commit, runs, { graph, culprit, broken }));
    }
  }
  throw new Error("it never ended");
}

function seen(commit: number, runs: number, { graph, culprit, broken }: Story): Evidence {
  const none = { commit, crashed: 0, clean: 0, foreign: 0, missing: 0 };
  if (broken.has(commit)) return { ...none, verdict: "untestable" };
  return contains(graph, commit, culprit)
    ? { ...none, crashed: runs, verdict: "after" }
    : { ...none, clean: runs, verdict: "before" };
}

/** Whether `commit` contains `other`, by walking parents. */
function contains(graph: CommitGraph, commit: number, other: number): boolean {
  const met = new Set<number>();
  const open = [commit];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === other) return true;
    if (next < 0 || met.has(next)) continue;
    met.add(next);
    open.push(...parentsOf(graph, next));
  }
  return false;
}

function parentsOf(graph: CommitGraph, commit: number): number[] {
  return [...graph.parents.subarray(graph.parentStart[commit], graph.parentStart[commit + 1])];
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k);

/** 40 commits, then a topic branch of 20 beside 20 of the main line, then 20 after their merge. */
const topic = graphOf([
  ...range(0, 39).map((i) => [i - 1]),
  ...range(40, 59).map((i) => [i - 1]),
  ...range(60, 79).map((i) => [i === 60 ? 39 : i - 1]),
  [59, 79],
  ...range(81, 99).map((i) => [i - 1]),
]);

const line = lineOf(100);

describe("beside a stretch of untestable commits", () => {
  it.each([
    ["the commit before it", line, 63, range(64, 75)],
    ["the second before it", line, 62, range(64, 75)],
    ["the second after it", line, 77, range(64, 75)],
    ["a commit between two", line, 68, [...range(60, 66), ...range(70, 76)]],
    ["one of two commits between two", line, 69, [...range(60, 67), ...range(70, 81)]],
    ["a commit with one beside each neighbour", line, 50, [48, 52, 54, 56, 45, 43]],
    ["the second commit of all", line, 1, range(2, 12)],
    ["the first commit of all", line, 0, range(1, 14)],
    ["the last commit", line, 99, range(85, 97)],
    ["a commit of the main line, the topic branch being broken", topic, 45, range(60, 79)],
    ["the merge of a topic branch that is broken but for its end", topic, 80, range(62, 78)],
    ["the first commit after a broken merge and the next", topic, 83, range(75, 81)],
    ["a commit of the topic branch, the main line being broken", topic, 70, range(42, 58)],
  ] as const)("%s is named as by git bisect", (_, graph, culprit, broken) => {
    const story = { graph, culprit, broken: new Set(broken) };
    expect(bisected(gitPolicy, story).end).toMatchObject({ kind: "found", commit: culprit });
    const { end } = bisected(adaptivePolicy, story);
    expect(end).toMatchObject({ kind: "found", commit: culprit });
    const stated = end.kind === "found" ? (end.confidence?.stated ?? 0) : 0;
    expect(stated).toBeGreaterThan(0.9);
  });

  it.each([
    ["the commit after it", line, 76, range(64, 75)],
    ["its first commit", line, 64, range(64, 75)],
    ["one within", line, 70, range(64, 75)],
    ["one within two that a testable commit parts", line, 73, [...range(64, 69), ...range(71, 75)]],
    ["one of every other commit", line, 66, range(30, 37).map((k) => 2 * k)],
    ["one right after the clean end", line, 3, range(0, 6)],
    ["one right before the crashing commit", line, 93, range(88, 98)],
    ["one of a topic branch", topic, 70, range(64, 76)],
    ["a merge whose topic branch is broken at its end", topic, 80, range(70, 79)],
    ["one of a merge and what is around it", topic, 81, [78, 79, 58, 59, 80, 81, 82]],
  ] as const)(
    "%s is in a set that is no larger than that of git bisect",
    (_, graph, culprit, broken) => {
      const story = { graph, culprit, broken: new Set(broken) };
      const theirs = bisected(gitPolicy, story);
      const ours = bisected(adaptivePolicy, story);
      if (theirs.end.kind !== "ties" || ours.end.kind !== "ties") throw new Error(ours.end.kind);
      expect(ours.end.commits).toContain(culprit);
      expect(ours.end.commits.length).toBeLessThanOrEqual(theirs.end.commits.length);
      const odds = ours.end.odds ?? [];
      expect(odds.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.98);
    },
  );

  it("a merge is found whose other parent alone was not tried, though all around it is broken", () => {
    const merges = [3, 5, 15];
    const graph = graphOf(range(0, 19).map((i) => (merges.includes(i) ? [i - 1, -2] : [i - 1])));
    const story = { graph, culprit: 15, broken: new Set(range(0, 13)) };
    expect(bisected(adaptivePolicy, story).end).toMatchObject({ kind: "found", commit: 15 });
  });

  /** What contains one commit and not another, a few times over, as breakage does. */
  const anyStory = fc
    .record({
      seed: fc.nat(1e6),
      culprit: fc.nat(1000),
      stretches: fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 12 })), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    .map(({ seed, culprit, stretches }): Story => {
      const graph = anyGraph(seed, 34);
      const last = graph.count - 1;
      const broken = new Set<number>();
      for (const [from, length] of stretches) {
        const start = from % graph.count;
        const mended = Math.min(last, start + length);
        for (let i = start; i < last; i++) {
          if (contains(graph, i, start) && !contains(graph, i, mended)) broken.add(i);
        }
      }
      return { graph, culprit: culprit % graph.count, broken };
    });

  it("a culprit that crashes, whose parents are all testable, is always found", () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const { graph, culprit, broken } = story;
        fc.pre(![culprit, ...parentsOf(graph, culprit)].some((commit) => broken.has(commit)));
        expect(bisected(adaptivePolicy, story).end).toMatchObject({
          kind: "found",
          commit: culprit,
        });
      }),
      { numRuns: 60 },
    );
  });

  it("any other culprit is among the candidates, and is not missed for another", () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const { graph, culprit, broken } = story;
        fc.pre([culprit, ...parentsOf(graph, culprit)].some((commit) => broken.has(commit)));
        const { end } = bisected(adaptivePolicy, story);
        expect(end.kind).toBe("ties");
        expect(end.kind === "ties" ? end.commits : []).toContain(culprit);
      }),
      { numRuns: 60 },
    );
  });
});
