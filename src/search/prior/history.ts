import type { CommitGraph } from "../../history/graph.ts";
import { type TouchedFiles, type Touchers, touchersOf } from "../../history/graph-touched.ts";

/** What the priors read of a repository, worked out once. */
export interface TouchedHistory {
  readonly graph: CommitGraph;
  readonly touched: TouchedFiles;
  readonly touchers: Touchers;
  /** Place of each path. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** 1 for each merge. */
  readonly isMerge: Uint8Array;
}

/** Prepares a graph and its touched files for the priors. */
export function touchedHistory(graph: CommitGraph, touched: TouchedFiles): TouchedHistory {
  const isMerge = new Uint8Array(graph.count);
  for (let i = 0; i < graph.count; i++) {
    const parents = (graph.parentStart[i + 1] as number) - (graph.parentStart[i] as number);
    if (parents > 1) isMerge[i] = 1;
  }
  return {
    graph,
    touched,
    touchers: touchersOf(touched),
    placeOf: new Map(touched.paths.map((path, place) => [path, place])),
    isMerge,
  };
}

/** The commits that change a path, the oldest first; none where no commit of the graph does. */
export function touchersOfPath({ touchers, placeOf }: TouchedHistory, path: string): Int32Array {
  const place = placeOf.get(path);
  if (place === undefined) return new Int32Array(0);
  return touchers.commits.subarray(touchers.start[place], touchers.start[place + 1]);
}

/** How many files a commit changes. */
export function filesOf({ touched }: TouchedHistory, commit: number): number {
  return (touched.start[commit + 1] as number) - (touched.start[commit] as number);
}
