import type { CommitGraph } from "./graph.ts";
import { Painter } from "./graph-paint.ts";

/**
 * For each commit of `within`, how many commits of `within` it is or descends from; 0 for all others.
 * `within` must be closed between its members: a path of parents that leaves it never comes back, as in
 * "ancestors of this, less ancestors of those".
 *
 * Exact. A commit with one parent counts one more than it. A merge counts what its largest parent
 * counts, itself, and what only its other parents contain (`graph-paint.ts`). So a merge costs about the
 * distance to where its branches part, and the whole O(n + sum of these distances): linear in
 * histories of topic branches, O(merges · n) at worst, which is what `git bisect` always takes.
 */
export function countAncestors(graph: CommitGraph, within: Uint8Array): Int32Array {
  const { parents, parentStart, count } = graph;
  const counts = new Int32Array(count);
  const painter = new Painter(graph, within);

  for (let i = 0; i < count; i++) {
    if (within[i] === 0) continue;
    const start = parentStart[i] as number;
    const end = parentStart[i + 1] as number;

    let base = -1;
    let inner = 0;
    for (let k = start; k < end; k++) {
      const parent = parents[k] as number;
      if (parent < 0 || within[parent] === 0 || parent === base) continue;
      inner += 1;
      if (base < 0 || (counts[parent] as number) > (counts[base] as number)) base = parent;
    }
    if (inner <= 1) {
      counts[i] = base < 0 ? 1 : (counts[base] as number) + 1;
      continue;
    }

    counts[i] = (counts[base] as number) + painter.onlyInOthers(i, base, null) + 1;
  }
  return counts;
}
