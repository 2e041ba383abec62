import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitGraph } from "../../../src/history/graph.ts";
import type { Answer } from "../../../src/search/adaptive/answer.ts";
import { decide } from "../../../src/search/adaptive/decide.ts";
import type { Observation, Question } from "../../../src/search/adaptive/question.ts";
import { nothingSeen as nothing } from "../../../src/search/adaptive/question.ts";
import { anyGraph, graphOf, lineOf } from "./graph-of.ts";

const crashed = (commit: number, runs = 3): Observation => ({ ...nothing, commit, crashed: runs });
const clean = (commit: number, runs = 10): Observation => ({ ...nothing, commit, clean: runs });
const untestable = (commit: number): Observation => ({ ...nothing, commit, untestable: true });

function question(graph: CommitGraph, observations: readonly Observation[], more = {}): Question {
  return {
    graph,
    after: graph.count - 1,
    before: [-1],
    crashMeans: "after",
    observations,
    prior: { commits: new Float64Array(graph.count).fill(1), outside: 0.05 },
    costs: { build: 6.7, run: 4.3, runsAtOnce: 10, crowding: 0 },
    builders: 1,
    cached: new Set(),
    pending: [],
    confidence: 0.99,
    budget: { builds: 60, runs: 1500, untestable: 10 },
    ...more,
  };
}

const ask = (graph: CommitGraph, observations: readonly Observation[], more = {}): Answer =>
  decide(question(graph, observations, more));

/** Asks and answers until the end; `answer` gives the observation of a commit that was run so often. */
function searched(
  graph: CommitGraph,
  answer: (commit: number, runs: number) => Observation,
  more = {},
) {
  const known = new Map<number, Observation>();
  const tested: number[] = [];
  for (let step = 0; step < 200; step++) {
    const said = ask(graph, [...known.values()], more);
    if (said.kind !== "test") return { end: said, tested };
    for (const { commit, runs } of said.tests) {
      const before = known.get(commit);
      const made = before === undefined ? 0 : before.crashed + before.clean + before.silent;
      known.set(commit, answer(commit, made + runs));
      tested.push(commit);
    }
  }
  throw new Error("it never ended");
}

/** Whether `commit` contains `other`, by walking parents. */
function contains(graph: CommitGraph, commit: number, other: number): boolean {
  if (commit === other) return true;
  if (commit < 0) return false;
  const parents = graph.parents.subarray(graph.parentStart[commit], graph.parentStart[commit + 1]);
  return parents.some((parent) => contains(graph, parent, other));
}

describe("the beginning", () => {
  it("looks at the crashing commit first, until it crashed three times", () => {
    const first = ask(lineOf(50), []);
    expect(first).toMatchObject({ kind: "test", tests: [{ commit: 49, runs: 3 }] });
    const rare = ask(lineOf(50), [{ ...nothing, commit: 49, crashed: 1, clean: 2 }]);
    expect(rare).toMatchObject({ kind: "test", tests: [{ commit: 49, runs: 7 }] });
  });

  it("waits no longer for what another answer has decided", () => {
    const answer = ask(lineOf(1000), [crashed(999), crashed(500)], { pending: [800], builders: 2 });
    if (answer.kind !== "test") throw new Error(answer.kind);
    expect(answer.unwanted).toEqual([800]);
    expect(answer.tests.length).toBeGreaterThan(0);
  });

  it("begins other builds while that look is under way, but none once it has failed", () => {
    const more = { pending: [49], builders: 2 };
    const answer = ask(lineOf(50), [], more);
    if (answer.kind !== "test") throw new Error(answer.kind);
    expect(answer.tests.map(({ commit }) => commit)).not.toContain(49);
    expect(ask(lineOf(50), [clean(49, 3)], more)).toEqual({ kind: "wait", unwanted: [] });
  });

  it("gives up where it does not crash in a hundred runs", () => {
    expect(ask(lineOf(50), [clean(49, 100)])).toEqual({
      kind: "not-reproduced",
      why: "no crash in 100 runs of the crashing commit",
    });
  });

  it("begins with the end that crashes when a fix is searched", () => {
    const answer = ask(lineOf(50), [], { crashMeans: "before" });
    expect(answer).toMatchObject({ kind: "test", tests: [{ commit: -1, runs: 3 }] });
  });

  it("begins other builds beside it where there is room", () => {
    const answer = ask(lineOf(50), [], { builders: 3 });
    if (answer.kind !== "test") throw new Error(answer.kind);
    expect(answer.tests).toHaveLength(3);
    expect(answer.tests[0]).toEqual({ commit: 49, runs: 3 });
  });
});

describe("the search", () => {
  it("names the culprit of any history, wherever it is, cause or fix", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1000),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (seed, draw, isFix, builders) => {
          const graph = anyGraph(seed, 60);
          const culprit = draw % graph.count;
          const shows = (commit: number, runs: number) =>
            contains(graph, commit, culprit) === isFix
              ? clean(commit, runs)
              : crashed(commit, runs);
          const more = { crashMeans: isFix ? "before" : "after", builders };
          const { end, tested } = searched(graph, shows, more);
          expect(end).toMatchObject({ kind: "found", commit: culprit });
          // The rule that decides: it and all its parents, those outside too, were tested.
          const parents = graph.parents.subarray(
            graph.parentStart[culprit],
            graph.parentStart[culprit + 1],
          );
          for (const commit of [culprit, ...parents]) expect(tested).toContain(commit);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tests the likeliest first: a suspect of nine tenths takes three kernels", () => {
    const commits = new Float64Array(1000).fill(1);
    commits[400] = 9000;
    const prior = { commits, outside: 0.05 };
    const answer = (commit: number, runs: number) =>
      commit >= 400 ? crashed(commit, runs) : clean(commit, runs);
    const { end, tested } = searched(lineOf(1000), answer, { prior });
    expect(end).toMatchObject({ kind: "found", commit: 400 });
    expect([...new Set(tested)].sort()).toEqual([399, 400, 999]);
  });

  it("goes by the measured costs: it prefers a kernel that need not be built", () => {
    const observations = [crashed(999)];
    const cached = new Set([600]);
    expect(ask(lineOf(1000), observations, { cached })).toMatchObject({
      kind: "test",
      tests: [{ commit: 600 }],
    });
  });

  it("does not prefer one that need not be built and says next to nothing", () => {
    const observations = [crashed(999)];
    const answer = ask(lineOf(1000), observations, { cached: new Set([4, 995]) });
    const [first] = answer.kind === "test" ? answer.tests : [];
    expect(first?.commit).toBeGreaterThan(300);
    expect(first?.commit).toBeLessThan(700);
  });

  it("does not build two kernels at once on one machine that is busy with one", () => {
    const crowded = { build: 2, run: 1 / 3, runsAtOnce: 2, crowding: 1 };
    const testsWith = (costs: object) => {
      const answer = ask(lineOf(1000), [crashed(999)], { builders: 4, costs });
      return answer.kind === "test" ? answer.tests.length : 0;
    };
    expect(testsWith(crowded)).toBe(1);
    expect(testsWith({ ...crowded, crowding: 0 })).toBe(4);
  });

  it("does not ask again for what is under way, and tells apart what that will leave together", () => {
    const answer = ask(lineOf(1000), [crashed(999)], { builders: 2, pending: [500] });
    if (answer.kind !== "test") throw new Error(answer.kind);
    expect(answer.tests).toHaveLength(1);
    expect(ask(lineOf(1000), [crashed(999)], { builders: 1, pending: [500] })).toEqual({
      kind: "wait",
      unwanted: [],
    });
  });

  it("begins nothing beside what is under way where that would slow it by as much as it says", () => {
    const costs = { build: 2, run: 1 / 3, runsAtOnce: 2, crowding: 1 };
    const more = { builders: 3, pending: [500], costs };
    expect(ask(lineOf(1000), [crashed(999)], more)).toEqual({ kind: "wait", unwanted: [] });
  });

  it("waits for what is under way before it gives up", () => {
    const budget = { builds: 2, runs: 1500, untestable: 10 };
    const known = [crashed(99), clean(50)];
    expect(ask(lineOf(100), known, { budget, builders: 2, pending: [70] }).kind).toBe("wait");
  });

  it("is asked again after each answer, never asks for what is under way, and always ends", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1000),
        fc.array(fc.nat(100), { minLength: 10, maxLength: 10 }),
        (seed, draw, order) => {
          const graph = anyGraph(seed, 60);
          const culprit = draw % graph.count;
          const known = new Map<number, Observation>();
          let under: { commit: number; runs: number }[] = [];
          for (let step = 0; step < 300; step++) {
            const pending = under.map(({ commit }) => commit);
            const more = { builders: 3, pending };
            const said = ask(graph, [...known.values()], more);
            expect(ask(graph, [...known.values()].reverse(), more)).toEqual(said);
            if (said.kind === "test" || said.kind === "wait") {
              under = under.filter(({ commit }) => !said.unwanted.includes(commit));
            }
            if (said.kind === "test") {
              for (const { commit } of said.tests) expect(pending).not.toContain(commit);
              under.push(...said.tests);
              expect(under.length).toBeLessThanOrEqual(3);
            } else if (said.kind !== "wait") {
              expect(said).toMatchObject({ kind: "found", commit: culprit });
              return;
            }
            const ended = under[(order[step % order.length] as number) % under.length];
            if (ended === undefined) throw new Error("it waits for nothing");
            under = under.filter((one) => one !== ended);
            const before = known.get(ended.commit);
            const made = before === undefined ? 0 : before.crashed + before.clean;
            const shows = contains(graph, ended.commit, culprit) ? crashed : clean;
            known.set(ended.commit, shows(ended.commit, made + ended.runs));
          }
          throw new Error("it never ended");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("says the same whatever order the evidence came in", () => {
    const observations = [crashed(99), clean(30), crashed(80), untestable(60), clean(41, 3)];
    const answer = ask(lineOf(100), observations);
    expect(ask(lineOf(100), observations.toReversed())).toEqual(answer);
    expect(ask(lineOf(100), observations)).toEqual(answer);
  });

  it("takes a kernel that hides the bug in all runs for untestable", () => {
    const hidden = { ...nothing, commit: 500, silent: 6 };
    const answer = ask(lineOf(1000), [crashed(999), hidden]);
    if (answer.kind !== "test") throw new Error(answer.kind);
    // Its neighbours are likely to hide it too.
    expect(Math.abs(answer.tests[0]!.commit - 500)).toBeGreaterThan(20);
  });
});

describe("the end", () => {
  // 0 ─ 1 ─ 3 (merge) ─ 4, and 2 beside 1.
  const merge = graphOf([[-1], [0], [0], [1, 2], [3]]);
  const suspect = { commits: Float64Array.from([1, 1, 1, 5000, 1]), outside: 0.001 };

  it("is not reached before every parent of a merge was run", () => {
    const before = [crashed(4), crashed(3, 10), clean(1, 20)];
    const answer = ask(merge, before, { prior: suspect });
    expect(answer).toMatchObject({ kind: "test", tests: [{ commit: 2 }] });
    const after = ask(merge, [...before, clean(2, 20)], { prior: suspect });
    expect(after).toMatchObject({ kind: "found", commit: 3 });
  });

  it("is not reached before the culprit itself crashed", () => {
    const prior = { commits: Float64Array.from([1, 1, 1e6, 1, 1]), outside: 0.001 };
    const answer = ask(lineOf(5), [crashed(4), clean(1, 20)], { prior });
    expect(answer).toMatchObject({ kind: "test", tests: [{ commit: 2 }] });
  });

  it("tests the clean end where the culprit is its child", () => {
    const prior = { commits: Float64Array.from([1e6, 1, 1, 1, 1]), outside: 0.001 };
    const answer = ask(lineOf(5), [crashed(4), crashed(0)], { prior });
    expect(answer).toMatchObject({ kind: "test", tests: [{ commit: -1 }] });
  });

  it("is open where a parent cannot be tested, with the odds of both", () => {
    const end = ask(lineOf(5), [crashed(4), crashed(2, 10), untestable(1), clean(0, 40)]);
    if (end.kind !== "open") throw new Error(end.kind);
    expect([...end.commits].sort()).toEqual([1, 2]);
    expect(end.odds[0]).toBeCloseTo(0.5, 1);
    expect(end.odds.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.99);
    expect(end.why).toBe("the likeliest commit, or a parent of it, cannot be tested");
  });

  it("is the commit outside where that crashes too", () => {
    const end = ask(lineOf(5), [crashed(4), crashed(-1, 10), crashed(0, 10)]);
    expect(end).toMatchObject({ kind: "found", commit: -1 });
  });

  it("is open where the kernels or runs that are allowed are used up", () => {
    const budget = { builds: 2, runs: 1500, untestable: 10 };
    const end = ask(lineOf(100), [crashed(99), clean(50)], { budget });
    if (end.kind !== "open") throw new Error(end.kind);
    expect(end.why).toBe("2 kernels were tested, the most that are allowed");
    expect(end.commits.length).toBeGreaterThan(40);
    const runs = ask(lineOf(100), [crashed(99), clean(50)], {
      budget: { builds: 60, runs: 10, untestable: 10 },
    });
    expect(runs).toMatchObject({
      kind: "open",
      why: "13 runs were made, the most that are allowed",
    });
  });
});
