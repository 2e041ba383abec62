import type { CommitGraph } from "../history/graph.ts";
import { indexOf, parentHashesOf } from "../history/graph-hashes.ts";
import { partSearched } from "./part-searched.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";

/**
 * A search along first parents that ended at a merge goes on in what that brought, unless the job says otherwise:
 * from now on the range is the merge and the commits of its other sides. Null: there is nothing to enter.
 */
export function enterMerge(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
): Step | null {
  if (!(partSearched(state)?.firstParent ?? false)) return null;
  if ((startOf(state).checks?.deeper ?? null) === null) return null;
  const described = state.described.get(culprit);
  if (described === undefined) return work({ task: "describe", commit: culprit, culprit: false });
  const [before, ...others] = described.parents;
  if (before === undefined || others.length === 0) return null;
  // Of a commit at the edge nobody has said that it is clean.
  if (!parentHashesOf(graph, indexOf(graph, culprit)).includes(before)) return null;
  const why = "the first commit along first parents is a merge: what it brought is searched";
  return record({ kind: "range-entered", merge: culprit, before, why });
}
