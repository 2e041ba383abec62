import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf } from "../history/graph-hashes.ts";
import type { Evidence, Policy } from "../search/policy.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import type { Step } from "./step.ts";

/** The commit that the search ended at, or what to do next. */
export function search(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
): Step | { readonly culprit: string } {
  const after = state.graph?.after ?? startOf(state).crashes.hash;
  const decision = policy.next({
    graph,
    after: indexOf(graph, after),
    evidence: evidenceOf(state, graph),
    crashMeans: crashMeans(state),
    runs: policy.rules.runs(situationOf(state)),
  });
  switch (decision.kind) {
    case "found":
      return { culprit: hashOf(graph, decision.commit) };
    case "ties":
      return conclude("ties", {
        candidates: decision.commits.map((commit) => hashOf(graph, commit)),
        why: `any of ${decision.commits.length} commits may be it: those between them cannot be tested`,
      });
    case "stuck":
      return conclude("untestable", { candidates: [after], why: decision.why });
    case "probe":
      return choose(state, {
        stage: "search",
        commits: decision.probes.map(({ commit, runs }) => ({
          commit: hashOf(graph, commit),
          runs,
        })),
        why: decision.why,
        left: decision.left,
      });
    default:
      return decision satisfies never;
  }
}

/** Evidence on the commits of the graph, in the order of their newest answers. */
function evidenceOf(state: BisectionState, graph: CommitGraph): readonly Evidence[] {
  const evidence: Evidence[] = [];
  for (const answer of state.answers.values()) {
    const commit = indexOf(graph, answer.commit);
    if (commit < 0) continue;
    const { crashed, clean, foreign, missing, verdict } = answer;
    evidence.push({ commit, crashed, clean, foreign, missing, verdict });
  }
  return evidence;
}
