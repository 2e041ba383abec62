import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceOf } from "../../../src/search/adaptive/kernels.ts";
import { ancestorsOf, latticeOf, nodeOf } from "../../../src/search/adaptive/lattice.ts";
import { nearestOf } from "../../../src/search/adaptive/nearest.ts";
import type { Observation } from "../../../src/search/adaptive/question.ts";
import { nothingSeen as nothing } from "../../../src/search/adaptive/question.ts";
import { testableShare } from "../../../src/search/adaptive/testable.ts";
import { anyGraph, lineOf } from "./graph-of.ts";

const line = lineOf(400);

/** The share of commits of a line by what is known of others: untestable, clean, or with runs that say nothing. */
function shares({
  broken = [],
  fine = [],
  unclear = [],
  banned = [],
}: Known): (at: number) => number {
  const lattice = latticeOf(line, [-1]);
  const observations: Observation[] = [
    ...broken.map((commit) => ({ ...nothing, commit, untestable: true })),
    ...banned.map((commit) => ({ ...nothing, commit, untestable: true, banned: true })),
    ...fine.map((commit) => ({ ...nothing, commit, clean: 3 })),
    ...unclear.map((commit) => ({ ...nothing, commit, silent: 2 })),
  ];
  const share = testableShare(lattice, evidenceOf(lattice, observations, "after"));
  return (at) => share[nodeOf(lattice, at)] as number;
}

interface Known {
  readonly broken?: readonly number[];
  readonly fine?: readonly number[];
  readonly unclear?: readonly number[];
  readonly banned?: readonly number[];
}

describe("what can be tested", () => {
  it("is nearly all where nothing is known that cannot", () => {
    for (const at of [0, 200, 399]) expect(shares({ fine: [399, 100] })(at)).toBeGreaterThan(0.95);
  });

  it("is less near an untestable commit, the less the nearer", () => {
    const share = shares({ broken: [200], fine: [399, 0] });
    const falling = [390, 300, 250, 220, 205, 201].map(share);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(falling[0]).toBeGreaterThan(0.8);
    expect(falling.at(-1)).toBeLessThan(0.2);
    expect(share(200)).toBe(0);
  });

  it("is hardly less beside two untestable commits than beside one", () => {
    const one = shares({ broken: [200], fine: [399, 0] })(190);
    const two = shares({ broken: [200, 201], fine: [399, 0] })(190);
    expect(two / one).toBeGreaterThan(0.6);
  });

  it("is more where a testable commit is near, and about half between one of each", () => {
    const far = shares({ broken: [200], fine: [399, 0] });
    const near = shares({ broken: [200], fine: [399, 190, 0] });
    expect(near(195)).toBeGreaterThan(2 * far(195));
    expect(Math.abs(near(195) - 0.5)).toBeLessThan(0.2);
    expect(near(191)).toBeGreaterThan(near(199));
    expect(near(180)).toBeGreaterThan(far(180));
  });

  it("is next to nothing between two untestable commits that are near each other", () => {
    expect(shares({ broken: [200, 204], fine: [399, 0] })(202)).toBeLessThan(0.05);
  });

  it("is learnt from what was tried: long stretches make what lies between their ends unlikelier", () => {
    const long = range(8).map((k) => 150 + 15 * k);
    const alone = shares({ broken: [150, 165], fine: [399, 0] });
    const among = shares({ broken: long, fine: [399, 0] });
    expect(among(157)).toBeLessThan(alone(157));
  });

  it("is doubted where runs say nothing, the more the more of them do", () => {
    const one = shares({ unclear: [200], fine: [399, 0] });
    const many = shares({ unclear: [180, 200, 220], fine: [399, 0] });
    expect(one(200)).toBeGreaterThan(many(200));
    expect(many(200)).toBeGreaterThan(0);
    expect(many(201)).toBeLessThan(one(201));
  });

  it("does not depend on what the user bans, but for the commit itself", () => {
    const share = shares({ banned: [200], fine: [399, 0] });
    expect([share(200), share(201) > 0.95]).toEqual([0, true]);
  });
});

describe("the nearest tried commit on each side", () => {
  it("is the one that the fewest commits part, whatever the history and the order of the tries", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 8 }),
        (seed, draws) => {
          const graph = anyGraph(seed, 40);
          const lattice = latticeOf(graph, [-1]);
          const marked = [...new Set(draws.map((draw) => draw % lattice.count))];
          const all = range(lattice.count).map((node) => ancestorsOf(lattice, node));
          const apart = (a: number, b: number) =>
            all[a]!.reduce((sum, has, i) => sum + (has ^ all[b]![i]!), 0);
          const nearest = (node: number, contains: boolean) =>
            marked
              .filter((one) => one !== node && (all[one]![node] === 1) === contains)
              .toSorted((a, b) => apart(a, node) - apart(b, node) || a - b)[0] ?? -1;
          // The first few are asked for before, as in a search that goes on.
          nearestOf(lattice, marked.slice(0, 2).reverse());
          const { older, newer } = nearestOf(lattice, marked);
          for (let node = 0; node < lattice.count; node++) {
            const found = [older.node[node], newer.node[node]];
            expect(found).toEqual([nearest(node, false), nearest(node, true)]);
            for (const { node: of, distance } of [older, newer]) {
              if (of[node]! >= 0) expect(distance[node]).toBe(apart(of[node]!, node));
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("forgets what is no longer marked", () => {
    const lattice = latticeOf(lineOf(20), [-1]);
    nearestOf(lattice, [5, 10]);
    expect(nearestOf(lattice, [5]).older.node[12]).toBe(5);
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}
