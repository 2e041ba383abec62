import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitGraph } from "../../../src/history/graph.ts";
import { ancestorMass } from "../../../src/search/adaptive/ancestor-mass.ts";
import { type Belief, believe } from "../../../src/search/adaptive/belief.ts";
import { evidenceOf } from "../../../src/search/adaptive/kernels.ts";
import {
  ancestorsOf,
  type Lattice,
  latticeOf,
  nodeOf,
} from "../../../src/search/adaptive/lattice.ts";
import { priorOf } from "../../../src/search/adaptive/prior.ts";
import type { Observation } from "../../../src/search/adaptive/question.ts";
import { nothingSeen as nothing } from "../../../src/search/adaptive/question.ts";
import { randomFrom, randomHistory } from "../random-history.ts";
import { bruteForce } from "./brute-force.ts";
import { anyGraph, graphOf, lineOf } from "./graph-of.ts";

function seen(commit: number, crashed: number, clean: number, more = {}): Observation {
  return { ...nothing, commit, crashed, clean, ...more };
}

function beliefOf(
  graph: CommitGraph,
  observations: readonly Observation[],
  { prior, crashMeans = "after" }: { prior?: Float64Array; crashMeans?: "after" | "before" } = {},
): { belief: Belief; lattice: Lattice } {
  const lattice = latticeOf(graph, [-1]);
  const commits = new Float64Array(graph.count).fill(1);
  const weights = prior ?? priorOf(lattice, { commits, outside: 0.1 });
  const evidence = evidenceOf(lattice, observations, crashMeans);
  return {
    lattice,
    belief: believe(lattice, nodeOf(lattice, graph.count - 1), weights, evidence),
  };
}

/** Runs of some commits, the clean end among them, as nothing but chance would have them. */
const anyObservations = (graph: CommitGraph) =>
  fc.uniqueArray(
    fc.record({
      commit: fc.integer({ min: -graph.outside.length, max: graph.count - 1 }),
      crashed: fc.integer({ min: 0, max: 6 }),
      clean: fc.integer({ min: 0, max: 6 }),
      silent: fc.integer({ min: 0, max: 7 }),
      untestable: fc.boolean(),
    }),
    { selector: ({ commit }) => commit, maxLength: 12 },
  );

const anySearch = fc
  .record({ seed: fc.nat(1e6), size: fc.integer({ min: 5, max: 40 }) })
  .chain(({ seed, size }) => {
    const graph = anyGraph(seed, size);
    return fc.record({
      graph: fc.constant(graph),
      observations: anyObservations(graph),
      crashMeans: fc.constantFrom("after" as const, "before" as const),
    });
  });

const complete = (some: readonly object[]): Observation[] =>
  some.map((one) => ({ ...nothing, ...one }) as Observation);

describe("the mass of ancestors", () => {
  it("is the sum over all of them, whatever the history looks like", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const graph = anyGraph(seed, 60);
        const lattice = latticeOf(graph, [-1]);
        const weight = Float64Array.from({ length: lattice.count }, (_, i) => 1 + ((i * 7) % 5));
        const mass = ancestorMass(lattice, weight);
        for (let node = 0; node < lattice.count; node++) {
          const sum = ancestorsOf(lattice, node).reduce((all, has, i) => all + has * weight[i]!, 0);
          expect(mass[node]).toBe(sum);
        }
      }),
    );
  });

  it("knows that the clean end contains the other commits outside", () => {
    const lattice = latticeOf(graphOf([[-1], [-2], [0, 1]]), [-1]);
    const inClean = ancestorsOf(lattice, nodeOf(lattice, -1));
    expect(inClean[nodeOf(lattice, -2)]).toBe(1);
    const inTopic = ancestorsOf(lattice, nodeOf(lattice, 1));
    expect([inTopic[nodeOf(lattice, -2)], inTopic[nodeOf(lattice, -1)]]).toEqual([1, 0]);
  });
});

describe("the belief", () => {
  it("is what the model says when it is worked out commit by commit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 20, maxLength: 20 }),
        anyObservations(lineOf(11)),
        fc.constantFrom("after" as const, "before" as const),
        fc.nat(1e6),
        (drawn, all, crashMeans, seed) => {
          const random = randomFrom(seed);
          const made = randomHistory(random, 4 + random(8));
          const graph = graphOf(made.map(({ parents }) => (parents.length > 0 ? parents : [-1])));
          // A history may get a commit more than asked for, which joins its lines.
          const weights = drawn.slice(0, graph.count + 1);
          const some = (all as { commit: number }[]).filter(({ commit }) => commit < graph.count);
          const said = complete(some)
            .map((one) => ({ ...one, silent: 0, untestable: false }))
            .filter(({ crashed, clean }) => crashed + clean > 0);
          const { belief } = beliefOf(graph, said, {
            prior: Float64Array.from(weights),
            crashMeans,
          });
          const expected = bruteForce(graph, weights, said, crashMeans);
          expected.forEach((weight, node) => {
            expect(belief.weight[node]).toBeCloseTo(weight, 9);
          });
        },
      ),
    );
  });

  it("sums to one, and leaves no commit that can be reached without weight", () => {
    fc.assert(
      fc.property(anySearch, ({ graph, observations, crashMeans }) => {
        const { belief, lattice } = beliefOf(graph, complete(observations), { crashMeans });
        expect(belief.weight.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        const reached = ancestorsOf(lattice, nodeOf(lattice, graph.count - 1));
        reached.forEach((is, node) => {
          expect((belief.weight[node] as number) > 0).toBe(is === 1);
        });
        expect(belief.rates.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("leaves no commit without weight under thousands of runs that contradict each other", () => {
    const graph = lineOf(40);
    const all = Array.from({ length: 40 }, (_, i) =>
      seen(i, i % 2 === 0 ? 300 : 0, i % 2 === 0 ? 0 : 300),
    );
    const { belief } = beliefOf(graph, all);
    for (const weight of belief.weight) expect(weight).toBeGreaterThan(0);
  });

  it("does not depend on the order of the evidence, to the last bit", () => {
    fc.assert(
      fc.property(anySearch, fc.nat(), ({ graph, observations, crashMeans }, turn) => {
        const all = complete(observations);
        const { belief } = beliefOf(graph, all, { crashMeans });
        const turned = all.map((_, k) => all[(k + turn) % all.length] as Observation).reverse();
        expect(beliefOf(graph, turned, { crashMeans }).belief).toEqual(belief);
      }),
    );
  });

  it("lets a commit that crashed where its parents are clean stand out", () => {
    const { belief } = beliefOf(lineOf(20), [seen(19, 3, 0), seen(12, 3, 0), seen(11, 0, 8)]);
    expect(belief.best).toBe(13);
    expect(belief.weight[13]).toBeGreaterThan(0.9);
  });

  it("does the same the other way round, where a crash lies before the change", () => {
    const said = [seen(19, 0, 8), seen(12, 0, 8), seen(11, 3, 0)];
    const { belief } = beliefOf(lineOf(20), said, { crashMeans: "before" });
    expect(belief.best).toBe(13);
    expect(belief.weight[13]).toBeGreaterThan(0.9);
  });

  it("counts the runs of equal kernels once", () => {
    const clean = (commit: number, kernel: number | null) => seen(commit, 0, 5, { kernel });
    const pooled = [10, 11, 12, 13, 14].map((commit) => clean(commit, 1));
    const apart = [10, 11, 12, 13, 14].map((commit) => clean(commit, null));
    const older = (observations: readonly Observation[]) =>
      beliefOf(lineOf(30), [seen(29, 3, 0), ...observations]).belief.mass[11] as number;
    expect(older([clean(10, null)]) / older(pooled)).toBeLessThan(3);
    expect(older([clean(10, null)]) / older(apart)).toBeGreaterThan(10);
  });

  it("takes a commit with the kernel of its only parent for one that changed nothing", () => {
    const { belief } = beliefOf(lineOf(30), [
      seen(29, 3, 0),
      seen(10, 3, 0, { kernel: 1 }),
      seen(11, 3, 0, { kernel: 1 }),
    ]);
    expect((belief.weight[12] as number) / (belief.weight[1] as number)).toBeLessThan(1e-5);
    expect(belief.weight[12]).toBeGreaterThan(0);
  });

  it("lets the user's word outweigh the runs of a kernel, but not make it certain", () => {
    const runs = [seen(29, 3, 0), seen(15, 3, 0)];
    const said = [runs[0]!, seen(15, 3, 0, { override: "before" })];
    const older = (all: readonly Observation[]) => beliefOf(lineOf(30), all).belief.mass[16]!;
    expect(older(runs)).toBeGreaterThan(0.99);
    expect(older(said)).toBeLessThan(0.5);
    expect(older(said)).toBeGreaterThan(1e-6);
  });

  it("learns nothing from runs that say nothing", () => {
    const base = [seen(29, 3, 0), seen(15, 0, 4)];
    const hidden = [...base, seen(20, 0, 0, { silent: 3 }), seen(22, 0, 0, { untestable: true })];
    expect(beliefOf(lineOf(30), hidden).belief).toEqual(beliefOf(lineOf(30), base).belief);
  });
});
