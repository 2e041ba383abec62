import type { BisectionEvent, EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { type Inspection, inspect, weightsOf } from "../search/adaptive/inspect.ts";
import { policyNamed } from "../search/policies.ts";
import { readStoredGraph } from "./graph-file.ts";
import { allThatIsKnown } from "./known.ts";
import { commitAt, numberOf } from "./numbered-commits.ts";
import { readStoredPrior } from "./prior-file.ts";
import { type BisectionState, startOf, stateOf } from "./state.ts";

/** Whom a bisection suspects, and why; commits are full hashes. */
export type Suspicion = Inspection<string>;

/**
 * Whom the bisection in `folder` suspected after `events`, which may be the first so many of its own: the
 * `most` likeliest commits, and what `probes` would tell, reckoned anew from its graph and prior as its
 * decisions were. Null where it goes by no belief, or has no graph or prior yet. Throws `graph-damaged`.
 */
export async function suspicionAfter(
  folder: string,
  events: readonly BisectionEvent[],
  most: number,
  probes: EventOf<"probe-chosen">["probes"] = [],
): Promise<Suspicion | null> {
  const search = await searchAfter(folder, events);
  if (search === null) return null;
  const { state, graph, known } = search;
  const more = probes.flatMap(({ commit, kernel, runs }) => {
    const number = numberOf(graph, commit);
    const made = runsOf(state, kernel);
    return number === null || runs <= made ? [] : [{ commit: number, runs: runs - made }];
  });
  return byHash(graph, inspect(known, most, more));
}

/** How probable each commit of a graph is the culprit. */
export interface BeliefOverGraph {
  readonly graph: CommitGraph;
  /** By the place of the commit; the rest lies outside of the graph. */
  readonly weights: Float64Array;
}

/** What the bisection in `folder` believed of every commit after `events`; null as with {@link suspicionAfter}. */
export async function beliefAfter(
  folder: string,
  events: readonly BisectionEvent[],
): Promise<BeliefOverGraph | null> {
  const search = await searchAfter(folder, events);
  return search && { graph: search.graph, weights: weightsOf(search.known) };
}

/** What a policy that decides all was told. */
async function searchAfter(folder: string, events: readonly BisectionEvent[]) {
  const [first] = events;
  if (first?.kind !== "started" || !policyNamed(first.policy).decidesAll) return null;
  const state = stateOf(events);
  const { graph: loaded, prior: set } = state;
  if (loaded === null || set === null || set.graph !== loaded.sha256) return null;
  const graph = await readStoredGraph(folder, loaded);
  const prior = await readStoredPrior(folder, set, graph);
  const policy = policyNamed(startOf(state).policy);
  const known = allThatIsKnown(state, graph, indexOf(graph, loaded.after), policy);
  return { state, graph, known: { ...known, prior } };
}

function runsOf(state: BisectionState, kernel: string): number {
  return state.kernels.get(kernel)?.runs.size ?? 0;
}

function byHash(graph: CommitGraph, inspection: Inspection): Suspicion {
  const hash = (commit: number) => commitAt(graph, commit);
  return {
    ...inspection,
    suspects: inspection.suspects.map((suspect) => ({
      ...suspect,
      commit: hash(suspect.commit),
      parents: suspect.parents.map(hash),
      untestable: suspect.untestable.map(hash),
      testimonies: suspect.testimonies.map((told) => ({ ...told, commit: hash(told.commit) })),
    })),
    prospects: inspection.prospects.map((prospect) => ({
      ...prospect,
      commit: hash(prospect.commit),
    })),
  };
}
