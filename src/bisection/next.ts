import type { CommitGraph } from "../history/graph.ts";
import { indexOf, parentHashesOf } from "../history/graph-hashes.ts";
import type { Policy } from "../search/policy.ts";
import { confirm } from "./confirm.ts";
import { findEnds } from "./ends.ts";
import { workOn } from "./probe.ts";
import { reproduce } from "./reproduce.ts";
import { search } from "./search.ts";
import type { BisectionState } from "./state.ts";
import { type Step, work } from "./step.ts";

/**
 * The story: what a bisection does next, from what has happened and nothing else. Pure and
 * deterministic; the same events, graph and policy give the same step, on any machine, at any time.
 *
 * reproduce → find the two ends → search → confirm → conclude. `graph` is the one that the event
 * `graph-loaded` names, or null before it.
 */
export function next(state: BisectionState, graph: CommitGraph | null, policy: Policy): Step {
  if (state.concluded !== null) return { kind: "done" };
  if (state.probe !== null) return workOn(state, state.probe, policy.rules);

  const reproducing = reproduce(state, policy.rules);
  if (reproducing !== null) return reproducing;

  const ends = findEnds(state, policy.rules);
  if ("kind" in ends) return ends;
  if (state.graph === null || graph === null) return work({ task: "load-graph", ...ends });

  const searching = search(state, graph, policy);
  if ("kind" in searching) return searching;

  const { culprit } = searching;
  const parents = parentHashesOf(graph, indexOf(graph, culprit));
  return confirm(state, culprit, parents, policy.rules);
}
