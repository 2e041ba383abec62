import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommitGraph } from "../../../src/history/graph.ts";
import { believe } from "../../../src/search/adaptive/belief.ts";
import { evidenceOf } from "../../../src/search/adaptive/kernels.ts";
import { latticeOf, nodeOf } from "../../../src/search/adaptive/lattice.ts";
import { priorOf } from "../../../src/search/adaptive/prior.ts";
import { nothingSeen, type Observation } from "../../../src/search/adaptive/question.ts";
import { anyGraph, lineOf } from "./graph-of.ts";

const seen = (commit: number, crashed: number, clean: number, more = {}): Observation => ({
  ...nothingSeen,
  ...{ commit, crashed, clean, ...more },
});
const never = (clean: number) => ({ reached: { yes: 0, no: clean } });

/** The belief in each commit of `graph`, `weights` being the prior. */
function weightsOf(graph: CommitGraph, observations: readonly Observation[], weights?: number[]) {
  const lattice = latticeOf(graph, [-1]);
  const commits = Float64Array.from(weights ?? Array(graph.count).fill(1));
  const prior = priorOf(lattice, { commits, outside: 0.01 });
  const evidence = evidenceOf(lattice, observations, "after");
  const { weight } = believe(lattice, nodeOf(lattice, graph.count - 1), prior, evidence);
  return Array.from({ length: graph.count }, (_, i) => weight[nodeOf(lattice, i)] as number);
}

/** A line of 1000 commits whose last crashes; 500 does, 499 is clean without having got there. */
const line = lineOf(1000);
const ends = [seen(999, 10, 0), seen(500, 10, 0)];
const sum = (all: readonly number[], from: number, to: number) =>
  all.slice(from, to).reduce((total, one) => total + one, 0);

describe("clean runs that never came to the crashing function", () => {
  test("are clean runs where nothing points anywhere else, and their own boundary at the suspect", () => {
    const weights = Array(1000).fill(1);
    weights[500] = 1000;
    const told = weightsOf(line, [...ends, seen(499, 0, 10, never(10))], weights);
    expect(told[500]).toBeGreaterThan(0.99);
  });

  test("say little where what begins to get there is as good a suspect as any other", () => {
    const older = [499, 498, 497, 496, 495];
    const clean = weightsOf(line, [...ends, ...older.map((commit) => seen(commit, 0, 10))]);
    const stayed = older.map((commit) => seen(commit, 0, 10, never(10)));
    const told = weightsOf(line, [...ends, ...stayed]);
    // Five kernels that behave oddly are next to impossible; one opener is not, however many stay away: with
    // 500 older culprits, and one commit in a thousand where it can be, it is half as likely as none.
    expect(sum(clean, 0, 500)).toBeLessThan(0.02);
    expect(sum(told, 0, 500)).toBeGreaterThan(0.2);
    expect(sum(told, 0, 500)).toBeLessThan(0.4);
  });

  test("leave a suspect among them that a report points at", () => {
    const weights = Array(1000).fill(1);
    weights[100] = 1000;
    const observations = [...ends, seen(499, 0, 10, never(10)), seen(250, 0, 10, never(10))];
    const told = weightsOf(line, observations, weights);
    expect(told[100]).toBeGreaterThan(told[500] as number);
    const clean = weightsOf(line, [...ends, seen(499, 0, 10), seen(250, 0, 10)], weights);
    expect(clean[100]).toBeLessThan(0.1);
  });

  test("are clean runs where an older commit got there", () => {
    const there = seen(300, 0, 10, { reached: { yes: 2, no: 8 } });
    const told = weightsOf(line, [...ends, seen(499, 0, 10, never(10)), there]);
    const clean = weightsOf(line, [...ends, seen(499, 0, 10), seen(300, 0, 10)]);
    expect(told).toEqual(clean);
  });

  test("that are not all known to have stayed away say what clean runs say", () => {
    const told = weightsOf(line, [...ends, seen(499, 0, 10, { reached: { yes: 0, no: 9 } })]);
    expect(told).toEqual(weightsOf(line, [...ends, seen(499, 0, 10)]));
  });

  test("change nothing where none is known, whatever else is told", () => {
    const anySearch = fc.nat(1e6).chain((seed) => {
      const graph = anyGraph(seed, 30);
      const runs = fc.record({
        commit: fc.nat(graph.count - 1),
        crashed: fc.nat(4),
        clean: fc.nat(6),
      });
      return fc.record({
        graph: fc.constant(graph),
        runs: fc.uniqueArray(runs, { selector: ({ commit }) => commit, maxLength: 8 }),
      });
    });
    fc.assert(
      fc.property(anySearch, ({ graph, runs }) => {
        const plain = runs.map(({ commit, crashed, clean }) => seen(commit, crashed, clean));
        const told = plain.map((one) => ({ ...one, reached: { yes: one.clean, no: 0 } }));
        expect(weightsOf(graph, told)).toEqual(weightsOf(graph, plain));
      }),
    );
  });

  test("leave every belief a probability", () => {
    const graph = anyGraph(7, 40);
    const runs = fc.record({
      commit: fc.nat(39),
      crashed: fc.nat(3),
      clean: fc.nat(40),
      no: fc.nat(40),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(runs, { selector: ({ commit }) => commit, maxLength: 10 }),
        (all) => {
          const observations = all.map(({ commit, crashed, clean, no }) =>
            seen(commit, crashed, clean, {
              reached: { yes: Math.max(0, clean - no), no: Math.min(no, clean) },
            }),
          );
          const told = weightsOf(graph, observations);
          for (const one of told) expect(one >= 0 && one <= 1).toBe(true);
        },
      ),
    );
  });
});
