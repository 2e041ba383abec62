import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import type { Decision, Evidence, Policy, SearchState } from "../search/policy.ts";
import type { BeliefSummary, PriorWeights } from "../search/reckoning.ts";
import { boundReached } from "./bounds.ts";
import { isBuildAlone } from "./build-alone.ts";
import { conclude } from "./conclude.ts";
import type { Sureness } from "./conclude-checked.ts";
import { crashMeans } from "./crash-means.ts";
import { decideOnce } from "./decide-once.ts";
import { answerWithoutFix, newDoubt, suspectedFixes, testCompared } from "./doubt.ts";
import { endBeforeRange } from "./ends.ts";
import { headOf } from "./fix-ends.ts";
import { fixesFor } from "./fixes-for.ts";
import { isJudged, judgedEvidence, lookAtForks } from "./forks.ts";
import { allThatIsKnown } from "./known.ts";
import { commitAt, numberOf } from "./numbered-commits.ts";
import { withOverrides } from "./overrides.ts";
import { choose, type Wanted, workOn } from "./probe.ts";
import { beginRepair, goOnRepairing } from "./repair.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, openRepair, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";
import { isWithoutCleanEnd, lookFurtherBack } from "./without-clean-end.ts";
import { wordsOf } from "./words-of.ts";

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
  const mending = goOnMending(state, graph, policy);
  if (mending !== null) return mending;
  const decision = decide(state, graph, policy, prior);
  const mended = mend(state, graph, policy, prior, decision);
  if (mended !== null) return mended;
  if (decision.kind !== "probe" && state.probe !== null) return giveUpRest(state.probe);
  switch (decision.kind) {
    case "found":
      return {
        culprit: commitAt(graph, decision.commit),
        sureness: policy.decidesAll ? surenessOf(graph, decision) : null,
      };
    case "ties": {
      if (isWithoutCleanEnd(state, policy) && isBeforeAll(decision)) {
        return lookFurtherBack(state, graph, policy.rules);
      }
      const named = withFixes(state, graph, policy, decision);
      const brought = named.candidates.length > decision.commits.length;
      const untested = decision.why ?? "those between them cannot be tested";
      const why = brought
        ? `it ${wordsOf(state).showed} only with fixes applied, and ${untested}`
        : untested;
      return conclude("ties", {
        ...named,
        why: `any of ${named.candidates.length} commits may be it: ${why}`,
      });
    }
    case "stuck":
      if (decision.commit !== undefined && decision.commit < 0 && isFix(state)) {
        const why = "the commit that crashed is as often clean as if it had the fix already";
        return conclude("not-reproduced", { candidates: [commitAt(graph, decision.commit)], why });
      }
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
      return testFit(state, graph, policy, prior, decision);
    default:
      return decision satisfies never;
  }
}

/** What was begun to make commits testable goes on before anything is decided. */
function goOnMending(state: BisectionState, graph: CommitGraph, policy: Policy): Step | null {
  if (state.repairs.length === 0) return null;
  const repair = openRepair(state);
  return (
    newDoubt(state, policy) ??
    answerWithoutFix(state, policy) ??
    testCompared(state) ??
    (repair === null ? null : goOnRepairing(state, graph, repair))
  );
}

/**
 * Begins to search for the fix of what does not build or boot, where that is worth more than to go around it.
 * What is under test is awaited before.
 */
function mend(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
  { kind }: Decision,
): Step | null {
  if (kind !== "probe" && kind !== "ties") return null;
  const known = whatIsKnown(state, graph, policy, prior);
  const begun = beginRepair(state, graph, policy, known);
  if (begun === null || state.probe === null) return begun;
  return workOn(state, state.probe, policy);
}

/** Whether what lies before the graph is likelier than any commit of it. */
function isBeforeAll({ commits, odds = [] }: Extract<Decision, { kind: "ties" }>): boolean {
  const best = odds.indexOf(Math.max(...odds));
  return (commits[best] ?? 0) < 0;
}

/** It is decided without the answers that are still awaited. */
function giveUpRest({ stage, probes }: EventOf<"probe-chosen">): Step {
  const what = probes.length === 1 ? "the test under way is" : "the tests under way are";
  const why = `${what} not needed any more`;
  return record({ kind: "probe-chosen", stage, probes: [], label: null, why, left: null });
}

/** What can tell of a fix is tested, once that is known. */
function testFit(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
  decision: Choice,
): Step {
  const fit = lookAtForks(state, graph, policy, decision);
  if (fit.kind !== "probe") return fit;
  if (fit.probes.length > 0 || state.probe !== null) return test(state, graph, fit);
  const { commits, odds } = policy.suspects(whatIsKnown(state, graph, policy, prior));
  const why = "what is left to test never had the bug";
  return conclude("ties", { ...withFixes(state, graph, policy, { commits, odds }), why });
}

type Choice = Extract<Decision, { kind: "probe" }>;

/** What is under test stays so where it still says something; what the policy wants is tested besides. */
function test(state: BisectionState, graph: CommitGraph, decision: Choice): Step {
  const open = state.probe;
  const unwanted = new Set(decision.unwanted?.map((commit) => commitAt(graph, commit)));
  const stays = open?.probes.filter(({ commit }) => !unwanted.has(commit)) ?? [];
  const awaited = new Set(stays.map(({ commit }) => commit));
  const commits = decision.probes
    .map(({ commit, runs }) => ({ commit: commitAt(graph, commit), runs }))
    .filter(({ commit }) => !awaited.has(commit));
  const { why, left, belief } = decision;
  if (commits.length > 0) {
    return choose(state, {
      ...(open === null ? placeOf(state, graph, decision) : { stage: "search" }),
      stays,
      commits,
      fixes: (commit) => fixesFor(state, graph, commit),
      why,
      left,
      ...(belief && { belief: summaryOf(graph, belief) }),
    });
  }
  if (open === null) throw new Error(`the policy waits, and nothing is under test: ${why}`);
  const { stage, label, left: before, belief: believed } = open;
  const asBefore = {
    stage,
    probes: stays,
    label,
    left: before,
    ...(believed && { belief: believed }),
  };
  return record({ kind: "probe-chosen", ...asBefore, why });
}

function afterOf(state: BisectionState): string {
  const end = isFix(state) ? headOf(state) : startOf(state).crashes;
  return state.graph?.after ?? end.hash;
}

/** Most candidates that are named where it is given up; how many there are is said. */
const mostNamed = 1000;

/** A bound of the bisection is reached: it ends with the commits that may still be the culprit. */
export function giveUp(
  state: BisectionState,
  graph: CommitGraph | null,
  policy: Policy,
  prior: PriorWeights | null,
): Step {
  const why = boundReached(state);
  if (graph === null || state.bug === null) {
    return conclude("budget", { candidates: [afterOf(state)], why });
  }
  const { commits, odds } = policy.suspects(whatIsKnown(state, graph, policy, prior));
  const named = commits.slice(0, mostNamed);
  const several = commits.length === 1 ? "one commit is" : `${commits.length} commits are`;
  const shown = named.length < commits.length ? `, of which ${named.length} are named` : "";
  return conclude("budget", {
    ...withFixes(state, graph, policy, { commits: named, odds: odds?.slice(0, mostNamed) }),
    why: `${why}; ${several} left${shown}`,
  });
}

/** The commits that may be the culprit, and the fixes that may; the odds of the others do not reckon with these. */
function withFixes(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  {
    commits,
    odds,
  }: { readonly commits: readonly number[]; readonly odds?: readonly number[] | undefined },
): { candidates: readonly string[]; odds?: readonly number[] } {
  const named = commits.map((commit) => commitAt(graph, commit));
  const fixes = suspectedFixes(state, graph, policy).filter((fix) => !named.includes(fix));
  if (fixes.length > 0) return { candidates: [...named, ...fixes] };
  return { candidates: named, ...(odds && { odds }) };
}

function decide(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
): Decision {
  const known = whatIsKnown(state, graph, policy, prior);
  return policy.decidesAll ? decideOnce(policy, known) : policy.next(known);
}

function whatIsKnown(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  prior: PriorWeights | null,
): SearchState {
  const after = indexOf(graph, afterOf(state));
  if (policy.decidesAll) {
    return {
      ...allThatIsKnown(state, graph, after, policy),
      pending: pendingOf(state, graph),
      ...(prior && { prior }),
      ...budgetOf(state),
    };
  }
  return {
    graph,
    after,
    evidence: withOverrides(state, graph, after, evidenceOf(state, graph)),
    crashMeans: crashMeans(state),
    runs: policy.rules.runs(situationOf(state)),
  };
}

/** Bounds that the user sets are held here, for every policy: a policy's own are none beside them. */
function budgetOf(state: BisectionState): Pick<SearchState, "budget"> {
  const { builds = null, runs = null } = state.bounds ?? {};
  // Builds that count as many runs are no runs.
  const noRuns = isBuildAlone(state);
  return {
    budget: {
      ...(builds !== null && { builds: Infinity }),
      ...((runs !== null || noRuns) && { runs: Infinity }),
    },
  };
}

/** Commits under test whose answers are awaited. */
function pendingOf(state: BisectionState, graph: CommitGraph): readonly number[] {
  const numbers = (state.probe?.probes ?? []).flatMap(
    ({ commit }) => numberOf(graph, commit) ?? [],
  );
  // A fork before the range that is looked at for a fix is no wish of the policy.
  return isFix(state) ? numbers.filter((number) => number >= 0) : numbers;
}

/** The clean end and releases are known to people by their names, whoever asks for them. */
function placeOf(
  state: BisectionState,
  graph: CommitGraph,
  { probes }: Choice,
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

function placeIn(graph: CommitGraph, hash: string): number | null {
  const place = indexOf(graph, hash);
  return place < 0 ? null : place;
}

function isFix(state: BisectionState): boolean {
  return startOf(state).find === "fix";
}

/** Evidence on the commits of the graph, in the order of their newest answers. */
function evidenceOf(state: BisectionState, graph: CommitGraph): readonly Evidence[] {
  const evidence: Evidence[] = [];
  for (const answer of state.answers.values()) {
    const commit = indexOf(graph, answer.commit);
    if (commit < 0 || isJudged(state, answer.commit)) continue;
    const { crashed, clean, foreign, missing, verdict } = answer;
    evidence.push({ commit, crashed, clean, foreign, missing, verdict });
  }
  return [...evidence, ...judgedEvidence(state, (hash) => placeIn(graph, hash))];
}
