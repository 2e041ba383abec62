import type { CommitGraph } from "../../../src/history/graph.ts";
import { parseGraph } from "../../../src/history/graph-text.ts";
import { randomFrom, randomHistory } from "../random-history.ts";

/**
 * A graph of commits by their parents: numbers of earlier commits, or below 0 for commits outside, the
 * first of which is -1.
 */
export function graphOf(parents: readonly (readonly number[])[]): CommitGraph {
  const hash = (commit: number) => (commit < 0 ? 2 ** 40 - commit : commit + 1).toString(16);
  const full = (commit: number) => hash(commit).padStart(40, "0");
  const lines = parents.map((of, commit) => [commit, full(commit), ...of.map(full)].join(" "));
  return parseGraph(Buffer.from(lines.map((line) => `${line}\n`).join("")));
}

/** A line of commits, the first one a child of the clean end. */
export function lineOf(count: number): CommitGraph {
  return graphOf(Array.from({ length: count }, (_, i) => [i - 1]));
}

/** A history of any shape; its roots have the clean end as parent, and some another commit outside. */
export function anyGraph(seed: number, most: number): CommitGraph {
  const random = randomFrom(seed);
  const made = randomHistory(random, 4 + random(most - 4));
  return graphOf(
    made.map(({ parents }) => {
      if (parents.length === 0) return random(3) === 0 ? [-2] : [-1];
      return random(12) === 0 ? [...parents, -2] : parents;
    }),
  );
}
