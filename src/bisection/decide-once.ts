import type { CommitGraph } from "../history/graph.ts";
import type { Decision, Policy, SearchState } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";

interface Decided {
  readonly policy: Policy;
  readonly prior: PriorWeights | undefined;
  readonly rest: string;
  readonly decision: Decision;
}

const kept = new WeakMap<CommitGraph, Decided>();

/**
 * What `policy` decides. Pure: the newest decision on each graph is remembered, since the story asks for it
 * at every step, of planning, checking and describing, and in a history of a million commits one takes
 * seconds.
 */
export function decideOnce(policy: Policy, state: SearchState): Decision {
  const { graph, prior, cached = new Set(), ...others } = state;
  const rest = JSON.stringify({ ...others, cached: [...cached] });
  const known = kept.get(graph);
  if (known?.policy === policy && known.prior === prior && known.rest === rest) {
    return known.decision;
  }
  const decision = policy.next(state);
  kept.set(graph, { policy, prior, rest, decision });
  return decision;
}
