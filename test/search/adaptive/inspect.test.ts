import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitGraph } from "../../../src/history/graph.ts";
import { adaptivePolicy } from "../../../src/search/adaptive/adaptive-policy.ts";
import { buildsLeft } from "../../../src/search/adaptive/builds-left.ts";
import {
  posteriorAgainstLookalikes,
  statedFor,
  surenessOf,
} from "../../../src/search/adaptive/confidence.ts";
import { inspect } from "../../../src/search/adaptive/inspect.ts";
import type { Evidence, SearchState } from "../../../src/search/policy.ts";
import { anyGraph, lineOf } from "./graph-of.ts";

function stateOf(graph: CommitGraph, evidence: readonly Partial<Evidence>[]): SearchState {
  const full = evidence.map((seen) => ({
    commit: 0,
    crashed: 0,
    clean: 0,
    foreign: 0,
    missing: 0,
    verdict: "untestable" as const,
    ...seen,
  }));
  return {
    graph,
    after: graph.count - 1,
    before: [-1],
    evidence: full,
    crashMeans: "after",
    runs: 4,
  };
}

/** Whether `commit` contains `other`, by walking parents; the clean end contains all else outside. */
function contains(graph: CommitGraph, commit: number, other: number): boolean {
  if (commit === other) return true;
  if (commit < 0) return commit === -1 && other < 0;
  const parents = graph.parents.subarray(graph.parentStart[commit], graph.parentStart[commit + 1]);
  return parents.some((parent) => contains(graph, parent, other));
}

const anySearch = fc
  .record({ seed: fc.nat(1e6), size: fc.integer({ min: 5, max: 40 }) })
  .chain(({ seed, size }) => {
    const graph = anyGraph(seed, size);
    const evidence = fc.uniqueArray(
      fc.record({
        commit: fc.integer({ min: 0, max: graph.count - 1 }),
        crashed: fc.integer({ min: 0, max: 6 }),
        clean: fc.integer({ min: 1, max: 6 }),
      }),
      { selector: ({ commit }) => commit, maxLength: 8 },
    );
    return fc.record({ graph: fc.constant(graph), evidence });
  });

describe("an inspection", () => {
  it("tells of the likeliest commits, the likeliest first, and of their relations truly", () => {
    fc.assert(
      fc.property(anySearch, ({ graph, evidence }) => {
        const { suspects } = inspect(stateOf(graph, evidence), 5, []);
        const odds = suspects.map(({ probability }) => probability);
        expect(odds).toEqual(odds.toSorted((a, b) => b - a));
        for (const { commit, parents, testimonies } of suspects) {
          for (const { commit: tested, relation } of testimonies) {
            const isIn = contains(graph, tested, commit);
            expect({ relation, isIn }).toEqual({
              relation,
              isIn: relation === "itself" || relation === "contains-it",
            });
            expect(parents.includes(tested)).toBe(relation === "parent");
            expect(tested === commit).toBe(relation === "itself");
          }
        }
      }),
    );
  });

  it("says what the policy decides by", () => {
    fc.assert(
      fc.property(anySearch, ({ graph, evidence }) => {
        const state = stateOf(graph, evidence);
        const decision = adaptivePolicy.next(state);
        if (decision.kind === "stuck" || decision.belief === undefined) return;
        const { suspects, candidates, sureness } = inspect(state, 1, []);
        expect(suspects[0]?.commit).toBe(decision.belief.best.commit);
        expect(suspects[0]?.probability).toBe(decision.belief.best.probability);
        expect(candidates).toBe(decision.belief.suspects);
        expect(sureness.stated).toBe(decision.belief.stated);
        const { spread, bits, best } = decision.belief;
        const inGraph = spread.reduce((sum, share) => sum + share, 0);
        expect(inGraph).toBeLessThanOrEqual(1 + 1e-9);
        expect(best.commit < 0 || inGraph >= best.probability - 1e-9).toBe(true);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(Math.log2(graph.count + graph.outside.length) + 1e-9);
      }),
    );
  });

  it("weighs clean runs of what contains a suspect against it, and crashes for it", () => {
    const line = lineOf(10);
    const state = stateOf(line, [
      { commit: 9, crashed: 4 },
      { commit: 6, crashed: 4 },
      { commit: 3, clean: 4 },
    ]);
    const { suspects } = inspect(state, 10, []);
    const of = (commit: number) =>
      suspects
        .find((suspect) => suspect.commit === commit)
        ?.testimonies.map(({ commit: tested, relation, against }) => [
          tested,
          relation,
          against > 1,
        ]);
    expect(of(5)).toEqual([
      [6, "contains-it", false],
      [3, "lacks-it", false],
    ]);
    expect(of(4)).toEqual([
      [3, "parent", false],
      [6, "contains-it", false],
    ]);
    expect(of(2)).toEqual([
      [3, "contains-it", true],
      [6, "contains-it", false],
    ]);
    expect(of(8)).toEqual([
      [6, "lacks-it", true],
      [9, "contains-it", false],
      [3, "lacks-it", false],
    ]);
  });

  it("foretells what a test leaves: fewer suspects, both ways", () => {
    const line = lineOf(64);
    const state = stateOf(line, [{ commit: 63, crashed: 4 }]);
    const { candidates, prospects } = inspect(state, 1, [{ commit: 31, runs: 4 }]);
    const [prospect] = prospects;
    expect(prospect?.contains).toBeGreaterThan(0.45);
    expect(prospect?.suspectsIfCrashing).toBeLessThan(0.7 * candidates);
    expect(prospect?.suspectsIfClean).toBeLessThan(0.7 * candidates);
  });
});

describe("what a confidence consists of", () => {
  it("is what is stated", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (posterior, prior) => {
          const parts = surenessOf(posterior, prior);
          expect(parts.againstLookalikes).toBe(posteriorAgainstLookalikes(posterior, prior));
          expect(parts.againstLookalikes).toBeLessThanOrEqual(posterior);
          expect(parts.stated).toBe(statedFor(parts.againstLookalikes));
          expect(parts.stated).toBeLessThanOrEqual(parts.most);
        },
      ),
    );
  });
});

describe("builds that are left", () => {
  it("are a little more than the bits that are not known", () => {
    expect([0, 0.4, 1, 5, 12].map(buildsLeft)).toEqual([0, 0, 1, 6, 13]);
  });
});
