import type { CommitGraph } from "../history/graph.ts";
import { hashOf } from "../history/graph-hashes.ts";
import { withinGraph } from "./belief-columns.ts";

/** Commits that are drawn at once. */
const mostLanes = 400;

/** A commit of a part of the graph that is drawn with its parents. */
export interface LaneCommit {
  /** Its place in the graph. */
  readonly at: number;
  readonly hash: string;
  /** The first parent first; a place where it is in the graph, else a hash. */
  readonly parents: readonly (number | string)[];
  /** The lane that it is drawn in, from 0. */
  readonly lane: number;
  /** The lane in which the line to each parent goes down. */
  readonly to: readonly number[];
}

/**
 * The commits from place `from` up to `to`, which is not among them, at most 400, the newest first, each in a lane: a
 * first parent stays in the lane of its child, and lanes that nobody needs any more are used again. O(commits · lanes).
 */
export function laneCommits(
  graph: CommitGraph,
  stretch: { readonly from: number; readonly to: number },
): LaneCommit[] {
  const { from, to } = withinGraph(graph.count, stretch);
  const newest = Math.min(to, from + mostLanes);
  /** Whom each lane leads to: an index as a parent has it; null: it is free. */
  const lanes: (number | null)[] = [];
  const rows: LaneCommit[] = [];
  for (let at = newest - 1; at >= from; at--) {
    const lane = laneFor(lanes, at);
    for (const [n, awaited] of lanes.entries()) if (awaited === at) lanes[n] = null;
    const parents = Array.from(
      graph.parents.subarray(graph.parentStart[at], graph.parentStart[at + 1]),
    );
    const taken = parents.map((parent, n) => {
      const known = lanes.indexOf(parent);
      if (known !== -1) return known;
      const own = n === 0 ? lane : laneFor(lanes, parent);
      lanes[own] = parent;
      return own;
    });
    rows.push({
      at,
      hash: hashOf(graph, at),
      parents: parents.map(nameIn(graph)),
      lane,
      to: taken,
    });
  }
  return rows;
}

/** The lane that leads to a commit, else the first that is free. */
function laneFor(lanes: readonly (number | null)[], commit: number): number {
  const leading = lanes.indexOf(commit);
  if (leading !== -1) return leading;
  const free = lanes.indexOf(null);
  return free === -1 ? lanes.length : free;
}

function nameIn(graph: CommitGraph): (parent: number) => number | string {
  return (parent) => (parent >= 0 ? parent : (graph.outside[-1 - parent] ?? ""));
}
