import type { CommitGraph } from "../history/graph.ts";
import { indexOf, parentHashesOf } from "../history/graph-hashes.ts";
import type { Policy } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { answerAdded, withAddedRuns } from "./added-runs.ts";
import { confirm } from "./confirm.ts";
import { compareWithFixes } from "./doubt.ts";
import { type Ends, findEnds } from "./ends.ts";
import { enterMerge } from "./enter-merge.ts";
import { crashToShow } from "./final-crash.ts";
import { backToWhole, endMinimising, minimise } from "./minimise.ts";
import { partSearched } from "./part-searched.ts";
import { answerAgain, answerMeasured, workOn } from "./probe.ts";
import { reproduce } from "./reproduce.ts";
import { giveUp, search } from "./search.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";
import { endSurvey, survey } from "./survey.ts";
import { withinBounds } from "./within-bounds.ts";
import { endAtOldest, isAnyClean, isWithoutCleanEnd } from "./without-clean-end.ts";

/**
 * The story: what a bisection does next, from what has happened and nothing else. Pure and
 * deterministic; the same events, graph and policy give the same step, on any machine, at any time.
 *
 * reproduce → (make the configuration smaller → reproduce) → find the two ends → search → confirm → conclude. `graph` is the one that the event
 * `graph-loaded` names, or null before it; `prior` that of `prior-set`, which only a policy that decides
 * all asks for. Where a bound of the bisection is reached before an answer, it ends with what is left.
 */
export function next(
  state: BisectionState,
  graph: CommitGraph | null,
  policy: Policy,
  prior: PriorWeights | null = null,
): Step {
  if (state.concluded !== null) return { kind: "done" };
  const step = withAddedRuns(state, wanted(state, graph, policy, prior), policy.rules);
  return withinBounds(
    state,
    step,
    policy,
    () => endSurvey(state) ?? endMinimising(state) ?? giveUp(state, graph, policy, prior),
  );
}

/** The next step of a bisection that may take as much as it needs. */
function wanted(
  state: BisectionState,
  graph: CommitGraph | null,
  policy: Policy,
  prior: PriorWeights | null,
): Step {
  const added = answerAdded(state, policy.rules);
  if (added !== null) return added;

  if (state.probe !== null && !state.decideAnew) return workOn(state, state.probe, policy);

  const again = policy.rules.equalKernelsAreOne ? answerAgain(state, policy.rules) : null;
  if (again !== null) return again;

  const measured = answerMeasured(state, policy.rules);
  if (measured !== null) return measured;

  const reproducing = reproduce(state, policy.rules);
  if (reproducing !== null) return backToWhole(state, reproducing);

  if (startOf(state).goal === "presence") return survey(state, policy.rules);

  const minimising = minimise(state, policy.rules);
  if (minimising !== null) return minimising;

  const ends = findEnds(state, policy);
  if ("kind" in ends) return ends;
  if (graph === null || !isBetween(state.graph, ends)) return work({ task: "load-graph", ...ends });

  if (policy.decidesAll && state.prior?.graph !== state.graph?.sha256) {
    const crash = crashToShow(state, startOf(state).crashes.hash, policy.rules);
    return work({ task: "set-prior", graph: state.graph?.sha256 ?? "", crash });
  }

  const searching = search(state, graph, policy, prior);
  if ("kind" in searching) return searching;

  const { culprit, sureness } = searching;
  const parents = parentsOf(state, graph, culprit);
  if (parents === null) return work({ task: "describe", commit: culprit, culprit: false });
  // A root that nothing was seen to be clean beside: the bug was always there.
  if (parents.length === 0 && isWithoutCleanEnd(state, policy) && !isAnyClean(state)) {
    return endAtOldest(state, culprit, policy.rules);
  }
  const compared = compareWithFixes(state, graph, culprit, parents);
  if (compared !== null) return compared;
  return (
    enterMerge(state, graph, culprit) ?? confirm(state, graph, culprit, parents, policy, sureness)
  );
}

/** Ends that were told to lie otherwise want another graph. */
function isBetween(loaded: BisectionState["graph"], { after, before }: Ends): boolean {
  return loaded?.after === after && (loaded.before[0] ?? null) === before;
}

/**
 * The parents that must be clean, or null where they are not known yet. In a graph of the commits that
 * change some paths, a commit's parents are those of them that come before it, and not its own.
 */
function parentsOf(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
): readonly string[] | null {
  const { firstParent = false, paths = [] } = partSearched(state) ?? {};
  const parents =
    paths.length === 0
      ? parentHashesOf(graph, indexOf(graph, culprit))
      : (state.described.get(culprit)?.parents ?? null);
  return firstParent && parents !== null ? parents.slice(0, 1) : parents;
}
