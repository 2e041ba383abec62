import type { CommitGraph } from "../../history/graph.ts";
import type { ReachCounts } from "../reached.ts";
import type { Costs, PriorWeights } from "../reckoning.ts";

/** What is known of one commit: of the graph, or as `-1 - k` of the outside commit `k`. Counts of runs. */
export interface Observation {
  readonly commit: number;
  readonly crashed: number;
  readonly clean: number;
  /** Runs that say nothing about the bug: another crash, boot failed, no output. */
  readonly silent: number;
  /** It did not build or boot, or the user banned it. */
  readonly untestable: boolean;
  /** The user banned it: it was no try that failed. */
  readonly banned?: boolean;
  /** What the user said of it. */
  readonly override: "before" | "after" | null;
  /** What `override` says is beyond doubt. */
  readonly certain?: boolean;
  /** Commits with the same number have equal kernels and pooled runs; null: a kernel of its own. */
  /** What of it fails, so that nothing could be run in it; absent: neither of these. */
  readonly broken?: "build" | "boot";
  readonly kernel: number | null;
  /** Of the clean runs: those known to have reached the crashing function, and known not to have. */
  readonly reached?: ReachCounts;
}

/** All that the adaptive search looks at. */
export interface Question {
  readonly graph: CommitGraph;
  /** The commit known to lie after the change. */
  readonly after: number;
  /** Outside commits, as `-1 - k`, known or thought to lie before the change. */
  readonly before: readonly number[];
  readonly crashMeans: "before" | "after";
  /** In any order; at most one a commit. */
  readonly observations: readonly Observation[];
  readonly prior: PriorWeights;
  readonly costs: Costs;
  /** Most builds at once. */
  readonly builders: number;
  /** Commits whose kernels need not be built. */
  readonly cached: ReadonlySet<number>;
  /** Commits under test whose answers are awaited. */
  readonly pending: readonly number[];
  /** The confidence to reach, as it will be stated. */
  readonly confidence: number;
  readonly budget: Budget;
  /** Whether runs without the bug look like it now and then: see {@link casesFor}. */
  readonly noisy?: boolean;
}

/** Where a search is given up. */
export interface Budget {
  readonly builds: number;
  readonly runs: number;
  /** Untestable commits in a row. */
  readonly untestable: number;
}

/** An observation that says nothing, but for its commit. */
export const nothingSeen: Omit<Observation, "commit"> = {
  crashed: 0,
  clean: 0,
  silent: 0,
  untestable: false,
  override: null,
  kernel: null,
};

/** Runs made of a commit so far. */
export function runsMade(observations: readonly Observation[], commit: number): number {
  const seen = observations.find((one) => one.commit === commit);
  return seen === undefined ? 0 : runsOf(seen);
}

/** Runs that were made of it, whatever they showed. */
export function runsOf({ crashed, clean, silent }: Observation): number {
  return crashed + clean + silent;
}
