import type { CommitGraph } from "../../history/graph.ts";
import type { Suspects } from "./suspects.ts";

/** What `git bisect` chooses among suspects of which some are untestable. */
export interface Choice {
  /** The commit to test; the commit known to lie after the change where no other is left. */
  readonly commit: number;
  /** The best suspect if all could be tested: git's count of what is left refers to it. */
  readonly best: number;
}

/**
 * The suspect that `git bisect` tests once a commit was found untestable.
 *
 * Git then sorts all suspects, those that halve them best first and equals by hash. It takes the first,
 * and where that is untestable, a pseudo-random one of the testable, nearer to the front than to the
 * end, so that a broken stretch of history is left behind. The number is drawn from how many are
 * testable: there is nothing random in it. `after` comes last in the order and is taken only when it is
 * the one testable suspect. O(n log n).
 */
export function testableSuspect(
  graph: CommitGraph,
  suspects: Suspects,
  weights: Int32Array,
  untestable: ReadonlySet<number>,
  after: number,
): Choice {
  const sorted = sortByDistance(graph, suspects, weights);
  const best = sorted[0] as number;
  if (!untestable.has(best)) return { commit: best, best };
  const testable = sorted.filter((commit) => !untestable.has(commit));
  const index = drawnIndex(testable.length);
  // Git never asks for the commit that is known to lie after; the one before it is taken instead.
  const wanted = testable[index] === after ? index - 1 : index;
  return { commit: (testable[wanted] ?? testable[0]) as number, best };
}

function sortByDistance(graph: CommitGraph, suspects: Suspects, weights: Int32Array): Int32Array {
  const total = suspects.order.length;
  const distance = (commit: number): number =>
    Math.min(weights[commit] as number, total - (weights[commit] as number));
  return suspects.order
    .slice()
    .sort((a, b) => distance(b) - distance(a) || compareHashes(graph, a, b));
}

function compareHashes(graph: CommitGraph, a: number, b: number): number {
  const { hashes, hashBytes } = graph;
  for (let k = 0; k < hashBytes; k++) {
    const difference =
      (hashes[a * hashBytes + k] as number) - (hashes[b * hashBytes + k] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Git's draw out of `count`: its linear congruential generator seeded with `count`, biased to the front
 * by a square root. In C's arithmetic, with a 32-bit product that may overflow: an index outside of the
 * list then means the first.
 */
function drawnIndex(count: number): number {
  const drawn = ((Math.imul(count, 1103515245) + 12345) >>> 16) % 32768;
  const scaled = Math.trunc(Math.imul(count, drawn) / 32768);
  return Math.trunc(Math.imul(scaled, wholeRoot(drawn)) / wholeRoot(32768));
}

/** Git's integer square root: Newton's steps in single precision, until they move less than 0.5. */
function wholeRoot(value: number): number {
  if (value === 0) return 0;
  let x = Math.fround(value);
  for (;;) {
    const y = Math.fround(Math.fround(x + Math.fround(Math.fround(value) / x)) / 2);
    const moved = Math.fround(Math.abs(y - x));
    x = y;
    if (moved < 0.5) return Math.trunc(x);
  }
}
