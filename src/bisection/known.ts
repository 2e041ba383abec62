import type { KernelId } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Evidence, Policy, SearchState } from "../search/policy.ts";
import { type Costs, usualCosts } from "../search/reckoning.ts";
import { crashMeans } from "./crash-means.ts";
import { fixesFor } from "./fixes-for.ts";
import { numberOf } from "./numbered-commits.ts";
import { newestOverrides, nothing } from "./overrides.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { situationOf } from "./situation.ts";
import { brokenHow, isRepaired, kernelAt, speaksForCommit } from "./standing-kernel.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import { toldReach } from "./told-reach.ts";

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
    // A clean end on a branch of its own is no parent of anything in the graph.
    ...(clean === null ? {} : { before: [clean] }),
    costs: costsOf(state),
    builders: state.slots?.builds ?? 1,
    cached: builtCommits(state, graph),
    confidence: startOf(state).confidence,
  };
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
  const situation = situationOf(state);
  const [said, seen]: [Evidence[], Evidence[]] = [[], []];
  // A range that is skipped may have thousands: looked up, not searched for.
  const overrides = newestOverrides(state);
  const sought = commitsSought(state);
  const commits = new Set([...state.answers.keys(), ...sought, ...overrides.keys()]);
  for (const hash of commits) {
    const commit = numberOf(graph, hash);
    if (commit === null) continue;
    const known = kernelAt(state, hash);
    const runs = known ? pooledRuns(state, known.kernel) : [];
    const counts = known ? rules.count(runs, state.bug) : nothing;
    const override = overrides.get(hash) ?? null;
    if (override === null && isUntriedMended(state, graph, hash)) continue;
    const evidence = {
      commit,
      ...counts,
      ...toldReach(runs),
      verdict: override?.verdict ?? rules.verdict(counts, situation),
      ...(known && { kernel: kernels.get(known.representative) as number }),
    };
    if (override === null) seen.push(evidence);
    else said.push({ ...evidence, byUser: true });
  }
  // The first of several equal kernels speaks for them: what is said of one is said of all.
  return [...said, ...seen];
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

function builtCommits(state: BisectionState, graph: CommitGraph): ReadonlySet<number> {
  const built = new Set<number>();
  for (const kernel of state.kernels.values()) {
    // What was built with another configuration is to be built again.
    if (kernel.built === null || !speaksForCommit(state, kernel)) continue;
    const commit = numberOf(graph, kernel.commit);
    if (commit !== null) built.add(commit);
  }
  return built;
}
