import type { BisectionEvent, EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { type Inspection, inspect } from "../search/adaptive/inspect.ts";
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
  const [first] = events;
  if (first?.kind !== "started" || !policyNamed(first.policy).decidesAll) return null;
  const state = stateOf(events);
  const { graph: loaded, prior: set } = state;
  if (loaded === null || set === null || set.graph !== loaded.sha256) return null;
  const graph = await readStoredGraph(folder, loaded);
  const prior = await readStoredPrior(folder, set, graph);
  const policy = policyNamed(startOf(state).policy);
  const known = allThatIsKnown(state, graph, indexOf(graph, loaded.after), policy);
  const more = probes.flatMap(({ commit, kernel, runs }) => {
    const number = numberOf(graph, commit);
    const made = runsOf(state, kernel);
    return number === null || runs <= made ? [] : [{ commit: number, runs: runs - made }];
  });
  return byHash(graph, inspect({ ...known, prior }, most, more));
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
