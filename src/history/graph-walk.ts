import type { CommitGraph } from "./graph.ts";

/** Whether commit `index` has more than one parent, parents outside of the graph included. */
export function isMerge(graph: CommitGraph, index: number): boolean {
  return (graph.parentStart[index + 1] as number) - (graph.parentStart[index] as number) > 1;
}

/** How many commits are merges. O(n). */
export function countMerges(graph: CommitGraph): number {
  let merges = 0;
  for (let i = 0; i < graph.count; i++) if (isMerge(graph, i)) merges += 1;
  return merges;
}

/**
 * Which commits `tips` are and contain: 1 for each tip and each of its ancestors in the graph, else 0.
 * O(n + parents), whatever the number of tips.
 */
export function ancestorMask(graph: CommitGraph, tips: Iterable<number>): Uint8Array {
  const { parents, parentStart } = graph;
  const mask = new Uint8Array(graph.count);
  let highest = -1;
  for (const tip of tips) {
    mask[tip] = 1;
    if (tip > highest) highest = tip;
  }
  // Parents have smaller indices: one pass downwards reaches everything.
  for (let i = highest; i >= 0; i--) {
    if (mask[i] === 0) continue;
    const end = parentStart[i + 1] as number;
    for (let k = parentStart[i] as number; k < end; k++) {
      const parent = parents[k] as number;
      if (parent >= 0) mask[parent] = 1;
    }
  }
  return mask;
}

/** Whether `ancestor` is `descendant` or one of its ancestors. O(descendant - ancestor + parents). */
export function isAncestor(graph: CommitGraph, ancestor: number, descendant: number): boolean {
  if (ancestor >= descendant) return ancestor === descendant;
  const { parents, parentStart } = graph;
  const reached = new Uint8Array(descendant - ancestor + 1);
  reached[descendant - ancestor] = 1;
  for (let i = descendant; i > ancestor; i--) {
    if (reached[i - ancestor] === 0) continue;
    const end = parentStart[i + 1] as number;
    for (let k = parentStart[i] as number; k < end; k++) {
      const parent = parents[k] as number;
      if (parent >= ancestor) reached[parent - ancestor] = 1;
    }
  }
  return reached[0] === 1;
}

/** 1 for `commit` and all that contain it, else 0. O(n + parents). */
export function descendantMask(graph: CommitGraph, commit: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(graph.count);
  mask[commit] = 1;
  for (let i = commit + 1; i < graph.count; i++) {
    const end = graph.parentStart[i + 1] as number;
    for (let k = graph.parentStart[i] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      if (parent >= 0 && mask[parent] === 1) {
        mask[i] = 1;
        break;
      }
    }
  }
  return mask;
}
