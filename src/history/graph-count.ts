import type { CommitGraph } from "./graph.ts";

/**
 * For each commit of `within`, how many commits of `within` it is or descends from; 0 for all others.
 * `within` must be closed between its members: a path of parents that leaves it never comes back, as in
 * "ancestors of this, less ancestors of those".
 *
 * Exact. A commit with one parent counts one more than it. A merge counts what its largest parent
 * counts, itself, and what only its other parents contain; that difference is found by painting from
 * the parents towards smaller indices until nothing is left that only the others have. So a merge costs
 * about the distance to where its branches part, and the whole O(n + sum of these distances): linear in
 * histories of topic branches, O(merges · n) at worst, which is what `git bisect` always takes.
 */
export function countAncestors(graph: CommitGraph, within: Uint8Array): Int32Array {
  const { parents, parentStart, count } = graph;
  const counts = new Int32Array(count);
  // Marks of merge number m are 2m (what the base contains) and 2m+1 (what only others do), so that
  // marks of earlier merges need no clearing.
  const marks = new Uint32Array(count);
  let merge = 0;

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

    merge += 1;
    const inBase = 2 * merge;
    const onlyOthers = inBase + 1;
    let pending = 0;
    let highest = base;
    marks[base] = inBase;
    for (let k = start; k < end; k++) {
      const parent = parents[k] as number;
      if (parent < 0 || within[parent] === 0 || (marks[parent] as number) >= inBase) continue;
      marks[parent] = onlyOthers;
      pending += 1;
      if (parent > highest) highest = parent;
    }

    let difference = 0;
    for (let j = highest; pending > 0; j--) {
      const mark = marks[j] as number;
      if (mark < inBase) continue;
      if (mark === onlyOthers) {
        difference += 1;
        pending -= 1;
      }
      const last = parentStart[j + 1] as number;
      for (let k = parentStart[j] as number; k < last; k++) {
        const parent = parents[k] as number;
        if (parent < 0 || within[parent] === 0) continue;
        const known = marks[parent] as number;
        if (known < inBase) {
          marks[parent] = mark;
          if (mark === onlyOthers) pending += 1;
        } else if (known === onlyOthers && mark === inBase) {
          marks[parent] = inBase;
          pending -= 1;
        }
      }
    }
    counts[i] = (counts[base] as number) + difference + 1;
  }
  return counts;
}
