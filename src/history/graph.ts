/**
 * A commit graph in typed arrays: all commits of `tip` that are not in `^exclude`.
 *
 * Commits are numbered 0…count-1, parents before children; within that, the order is that of
 * `git rev-list --topo-order --reverse`. A parent outside of the graph keeps its real hash.
 */
export interface CommitGraph {
  readonly count: number;
  /** Bytes of a hash: 20 (SHA-1) or 32 (SHA-256). */
  readonly hashBytes: 20 | 32;
  /** All hashes, `hashBytes` each, by index. */
  readonly hashes: Uint8Array;
  /** Commit times in seconds since 1970, by index. */
  readonly times: Float64Array;
  /** Parents of `i`: `parents[parentStart[i]] … parents[parentStart[i+1]-1]`, first parent first. */
  readonly parentStart: Uint32Array;
  /** An index ≥ 0, or `-1 - k`: the parent is `outside[k]`, not in the graph. */
  readonly parents: Int32Array;
  /** Full hashes of parents that lie outside of the graph, each once. */
  readonly outside: readonly string[];
}
