import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import type { Decision, Evidence, Policy } from "../search/policy.ts";
import type { BeliefSummary, PriorWeights } from "../search/reckoning.ts";
import { conclude } from "./conclude.ts";
import type { Sureness } from "./confirm.ts";
import { crashMeans } from "./crash-means.ts";
import { endBeforeRange } from "./ends.ts";
import { allThatIsKnown } from "./known.ts";
import { commitAt, numberOf } from "./numbered-commits.ts";
import { withOverrides } from "./overrides.ts";
import { choose, type Wanted } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import type { Step } from "./step.ts";
import { isWithoutCleanEnd, lookFurtherBack } from "./without-clean-end.ts";

/** The commit that a search ended at, and what the policy is sure of if it decides all. */
export interface Found {
  readonly culprit: string;
  readonly sureness: Sureness | null;
}

/** The commit that the search ended at, or what to do next. */
export function search(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
): Step | Found {
  const decision = decide(state, graph, policy, prior);
  switch (decision.kind) {
    case "found":
      return {
        culprit: commitAt(graph, decision.commit),
        sureness: policy.decidesAll ? surenessOf(graph, decision) : null,
      };
    case "ties":
      if (isWithoutCleanEnd(state, policy) && isBeforeAll(decision)) {
        return lookFurtherBack(state, graph, policy.rules);
      }
      return conclude("ties", {
        candidates: decision.commits.map((commit) => commitAt(graph, commit)),
        ...(decision.odds && { odds: decision.odds }),
        why: `any of ${decision.commits.length} commits may be it: ${decision.why ?? "those between them cannot be tested"}`,
      });
    case "stuck":
      if (decision.end === "clean-end-crashes" && decision.commit !== undefined) {
        const outside = commitAt(graph, decision.commit);
        return isWithoutCleanEnd(state, policy)
          ? lookFurtherBack(state, graph, policy.rules)
          : endBeforeRange(state, outside);
      }
      return conclude(decision.end ?? "untestable", {
        candidates: [
          decision.commit === undefined ? afterOf(state) : commitAt(graph, decision.commit),
        ],
        why: decision.why,
      });
    case "probe":
      return choose(state, {
        ...placeOf(state, graph, decision),
        commits: decision.probes.map(({ commit, runs }) => ({
          commit: commitAt(graph, commit),
          runs,
        })),
        why: decision.why,
        left: decision.left,
        ...(decision.belief && { belief: summaryOf(graph, decision.belief) }),
      });
    default:
      return decision satisfies never;
  }
}

/** Whether what lies before the graph is likelier than any commit of it. */
function isBeforeAll({ commits, odds = [] }: Extract<Decision, { kind: "ties" }>): boolean {
  const best = odds.indexOf(Math.max(...odds));
  return (commits[best] ?? 0) < 0;
}

function afterOf(state: BisectionState): string {
  return state.graph?.after ?? startOf(state).crashes.hash;
}

function decide(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
): Decision {
  const after = indexOf(graph, afterOf(state));
  if (policy.decidesAll)
    return policy.next({
      ...allThatIsKnown(state, graph, after, policy),
      ...(prior && { prior }),
    });
  return policy.next({
    graph,
    after,
    evidence: withOverrides(state, graph, after, evidenceOf(state, graph)),
    crashMeans: crashMeans(state),
    runs: policy.rules.runs(situationOf(state)),
  });
}

/** The clean end and releases are known to people by their names, whoever asks for them. */
function placeOf(
  state: BisectionState,
  graph: CommitGraph,
  { probes }: Extract<Decision, { kind: "probe" }>,
): Pick<Wanted, "stage" | "label"> {
  const { clean } = startOf(state);
  const [only, ...others] = probes;
  if (only === undefined || others.length > 0) return { stage: "search" };
  const hash = commitAt(graph, only.commit);
  if (hash === clean?.hash) return { stage: "clean-end", label: clean.name };
  const tag = state.releases?.releases.find((release) => release.hash === hash)?.tag;
  return { stage: "search", ...(tag !== undefined && { label: tag }) };
}

function summaryOf(graph: CommitGraph, belief: BeliefSummary): Wanted["belief"] {
  const { best, suspects, stated, bits, spread } = belief;
  // A sum of many weights may be a hair above one.
  const probability = Math.min(1, best.probability);
  return {
    best: { commit: commitAt(graph, best.commit), probability },
    suspects,
    stated: rounded(stated),
    bits: rounded(bits),
    spread: spread.map((share) => Math.min(1, rounded(share))),
  };
}

/** People see no more of it, and a journal is read by them too. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function surenessOf(
  graph: CommitGraph,
  { confidence }: Extract<Decision, { kind: "found" }>,
): Sureness {
  return {
    // In a graph of the commits that change some paths, real parents may be missing.
    knows: (commit) => numberOf(graph, commit) !== null,
    ...(confidence && {
      confidence: { ...confidence, posterior: Math.min(1, confidence.posterior) },
    }),
  };
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
