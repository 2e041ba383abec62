import type { KernelId } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Evidence, Policy, SearchState } from "../search/policy.ts";
import { type Costs, usualCosts } from "../search/reckoning.ts";
import type { RunCounts } from "../search/verdict.ts";
import { isBuildAlone, runsOfBuild } from "./build-alone.ts";
import { crashMeans } from "./crash-means.ts";
import { fixesFor } from "./fixes-for.ts";
import { isJudged, judgedEvidence } from "./forks.ts";
import { numberOf } from "./numbered-commits.ts";
import { measuredIn } from "./numbers.ts";
import { newestOverrides, nothing } from "./overrides.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { situationOf } from "./situation.ts";
import { brokenHow, isRepaired, kernelAt, speaksForCommit } from "./standing-kernel.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import { toldReach } from "./told-reach.ts";
import { verdictOf } from "./verdict-of.ts";

/**
 * What a policy that decides all is told: everything that this bisection's events say, and nothing else,
 * so that a resumed bisection decides as one that was never stopped.
 */
export function allThatIsKnown(
  state: BisectionState,
  graph: CommitGraph,
  after: number,
  policy: Policy,
): SearchState {
  const clean = numberOf(graph, state.graph?.before[0] ?? "");
  return {
    graph,
    after,
    evidence: evidenceOf(state, graph, policy),
    ...soughtIn(state),
    crashMeans: crashMeans(state),
    runs: policy.rules.runs(situationOf(state)),
    ...beforeOf(state, clean),
    costs: costsOf(state),
    builders: state.slots?.builds ?? 1,
    cached: builtCommits(state, graph),
    confidence: startOf(state).confidence,
    ...(measuredIn(state) !== null && { noisy: true }),
  };
}

/** The end before the change, which has to crash where a fix is searched. */
function beforeOf(state: BisectionState, end: number | null): Pick<SearchState, "before"> {
  if (end !== null) return { before: [end] };
  // A clean end on a branch of its own is no parent of anything in the graph; what crashes was seen to.
  return startOf(state).find === "fix" ? { before: [] } : {};
}

/**
 * The runs of every commit that was answered or spoken of, those of equal kernels pooled. Counted anew: an
 * answer knows neither what was pooled later nor what the bug turned out to be.
 */
function evidenceOf(
  state: BisectionState,
  graph: CommitGraph,
  { rules }: Policy,
): readonly Evidence[] {
  const kernels = new Map<KernelId, number>();
  for (const { representative } of state.kernels.values()) {
    if (!kernels.has(representative)) kernels.set(representative, kernels.size);
  }
  const [said, seen]: [Evidence[], Evidence[]] = [[], []];
  const weight = isBuildAlone(state) ? runsOfBuild : 1;
  // A range that is skipped may have thousands: looked up, not searched for.
  const overrides = newestOverrides(state);
  const sought = commitsSought(state);
  const commits = new Set([...state.answers.keys(), ...sought, ...overrides.keys()]);
  for (const hash of commits) {
    const commit = numberOf(graph, hash);
    if (commit === null || isOnlyFork(state, hash, commit) || isJudged(state, hash)) continue;
    const known = kernelAt(state, hash);
    const runs = known ? pooledRuns(state, known.kernel) : [];
    const counts = known ? times(rules.count(runs, state.bug), weight) : nothing;
    const override = overrides.get(hash) ?? null;
    if (override === null && isUntriedMended(state, graph, hash)) continue;
    const evidence = {
      commit,
      ...counts,
      ...toldReach(runs),
      verdict: override?.verdict ?? verdictOf(state, rules, counts),
      ...(known && { kernel: kernels.get(known.representative) as number }),
    };
    if (override === null) seen.push(evidence);
    else said.push({ ...evidence, byUser: true });
  }
  // Told as by somebody who knows it: no run of such a commit would say anything.
  const judged = judgedEvidence(state, (hash) => numberOf(graph, hash));
  // The first of several equal kernels speaks for them: what is said of one is said of all.
  return [...said, ...judged.map((one) => ({ ...one, byUser: true, certain: true })), ...seen];
}

/** Before the range, what was tested for a fix tells whether the bug came to a branch, and not where the fix is. */
function isOnlyFork(state: BisectionState, hash: string, commit: number): boolean {
  return startOf(state).find === "fix" && commit < 0 && hash !== state.graph?.before[0];
}

function times({ crashed, clean, foreign, missing }: RunCounts, weight: number): RunCounts {
  return {
    crashed: weight * crashed,
    clean: weight * clean,
    foreign: weight * foreign,
    missing: weight * missing,
  };
}

/** Whether a commit could not be tested, and may be with fixes that were found since: that was not tried. */
function isUntriedMended(state: BisectionState, graph: CommitGraph, hash: string): boolean {
  if (state.repairs.length === 0) return false;
  const standing = kernelAt(state, hash);
  if (standing !== undefined && isRepaired(standing)) {
    const isUnderWay = standing.failed === null && standing.runs.size === 0;
    if (isUnderWay && pooledRuns(state, standing.kernel).length === 0) return true;
  }
  return fixesFor(state, graph, hash).length > 0;
}

/** Commits that were tried for a repair and cannot be tested, or were run for it: nobody asked, and it is known. */
function commitsSought(state: BisectionState): readonly string[] {
  const kernels = state.repairs.flatMap((repair) => repair.kernels);
  const known = kernels.map((kernel) => kernelOf(state, kernel));
  return known
    .filter((kernel) => kernel.runs.size > 0 || brokenHow(kernel) !== null)
    .map(({ commit }) => commit);
}

function soughtIn(state: BisectionState): Pick<SearchState, "sought"> {
  const sought = new Set(commitsSought(state)).size;
  return sought === 0 ? {} : { sought };
}

/** Measured where there is something to measure. Whole milliseconds: sums in any order are the same. */
function costsOf(state: BisectionState): Costs {
  const builds: number[] = [];
  const runs: number[] = [];
  for (const { built, runs: finished } of state.kernels.values()) {
    if (built !== null && !built.cached) builds.push(built.seconds);
    for (const { seconds } of finished.values()) runs.push(seconds);
  }
  return {
    build: meanMinutes(builds) ?? usualCosts.build,
    run: meanMinutes(runs) ?? usualCosts.run,
    runsAtOnce: state.slots?.runs ?? usualCosts.runsAtOnce,
    crowding: usualCosts.crowding,
  };
}

/** Least minutes that anything is thought to take: what costs nothing would be done for ever. */
const leastMinutes = 1e-3;

function meanMinutes(seconds: readonly number[]): number | null {
  if (seconds.length === 0) return null;
  const sum = seconds.reduce((total, one) => total + Math.round(one * 1000), 0);
  return Math.max(leastMinutes, sum / seconds.length / 60_000);
}

/** Those that another bisection lends count, too: their kernels are in the cache, mostly, and their runs are made. */
function builtCommits(state: BisectionState, graph: CommitGraph): ReadonlySet<number> {
  const lent = state.offer?.kernels ?? [];
  const built = new Set(lent.flatMap(({ commit }) => numberOf(graph, commit) ?? []));
  for (const kernel of state.kernels.values()) {
    // What was built with another configuration is to be built again.
    if (kernel.built === null || !speaksForCommit(state, kernel)) continue;
    const commit = numberOf(graph, kernel.commit);
    if (commit !== null) built.add(commit);
  }
  return built;
}
