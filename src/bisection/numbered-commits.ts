import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf } from "../history/graph-hashes.ts";

/** The hash of what a policy calls `commit`: an index in the graph, or `-1 - k` for its outside commit `k`. */
export function commitAt(graph: CommitGraph, commit: number): string {
  if (commit >= 0) return hashOf(graph, commit);
  const hash = graph.outside[-1 - commit];
  if (hash === undefined) throw new RangeError(`no outside commit ${commit} in the graph`);
  return hash;
}

/** The reverse of {@link commitAt}; null where the graph does not know the commit. */
export function numberOf(graph: CommitGraph, hash: string): number | null {
  const index = indexOf(graph, hash);
  if (index >= 0) return index;
  const k = graph.outside.indexOf(hash);
  return k < 0 ? null : -1 - k;
}
