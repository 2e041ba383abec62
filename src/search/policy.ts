import type { CommitGraph } from "../history/graph.ts";

/** What is known of one commit of the graph; kernels found equal are pooled before. Counts of runs. */
export interface Evidence {
  /** Index in the graph, or `-1 - k`: the outside commit `k`, which only the adaptive policy asks for. */
  readonly commit: number;
  /** Runs with a crash of this bug. */
  readonly crashed: number;
  readonly clean: number;
  /** Runs with a crash of something else. */
  readonly foreign: number;
  /** Runs that say nothing: boot failed, no output, lost, hung. */
  readonly missing: number;
  /** It did not build, or no run of it says anything. */
  readonly untestable: boolean;
  /** Commits with the same number have equal kernels, and their pooled runs are counted once. */
  readonly kernel?: number;
  /** Where the user put it, whatever its runs say. */
  readonly override?: "before" | "after";
}

/** What testing takes, in minutes: measured in this bisection where it was. */
export interface Costs {
  /** Building one kernel. */
  readonly build: number;
  /** Runs that are done at once. */
  readonly run: number;
  /** How many runs of one kernel are done at once. */
  readonly runsAtOnce: number;
  /** How much longer a build takes for each other one at once: 0 on machines of their own, 1 on one that is busy with one. */
  readonly crowding: number;
}

/** How likely each commit is the culprit before anything was run. Need not sum to one; none may be 0. */
export interface PriorWeights {
  /** By index in the graph. */
  readonly commits: Float64Array;
  /** That the change lies outside of the graph, in or before the commits known to lie before it. */
  readonly outside: number;
}

/** Where a policy that reckons with probabilities stands. */
export interface BeliefSummary {
  /** The likeliest commit and its probability, as the evidence gives it. */
  readonly best: { readonly commit: number; readonly probability: number };
  /** Size of the smallest set of commits that has the culprit with probability 0.99. */
  readonly suspects: number;
  /** Share of runs that crash on commits that have the bug. */
  readonly crashRate: number;
}

/** How sure a policy is of the commit that it found. */
export interface Confidence {
  /** As the evidence gives it. */
  readonly posterior: number;
  /** As it is stated: the share of right answers among those found with that posterior. */
  readonly stated: number;
  /** Version of the table that relates the two. */
  readonly table: string;
}

/** All that a policy may look at. Pure data: the same state gives the same decision, anywhere. */
export interface SearchState {
  readonly graph: CommitGraph;
  /** Index of the commit known to lie after the change. */
  readonly after: number;
  /** Evidence in the order in which the commits were first tested; at most one entry a commit. */
  readonly evidence: readonly Evidence[];
  /** Which side a run with a crash of this bug puts its commit on: `after` when the cause is searched. */
  readonly crashMeans: "before" | "after";
  /** Runs that a fixed-size policy asks of each commit. */
  readonly runs: number;

  // What follows is read by the adaptive policy alone.

  /** Outside commits, as `-1 - k`, that lie before the change as far as is known; absent: all of them. */
  readonly before?: readonly number[];
  /** Absent: every commit is as likely as any other. */
  readonly prior?: PriorWeights;
  /** Absent: what a laptop takes. */
  readonly costs?: Costs;
  /** Most builds at once; absent: 1. */
  readonly builders?: number;
  /** Commits whose kernels are built already, here or by an earlier bisection. */
  readonly cached?: ReadonlySet<number>;
  /** Commits of an earlier decision whose answers are awaited: they are not asked for again. */
  readonly pending?: readonly number[];
  /** The confidence to reach, as it will be stated; absent: 0.99. */
  readonly confidence?: number;
  /** Most kernels to build and runs to make; absent: 60 and 1500. */
  readonly budget?: { readonly builds: number; readonly runs: number };
}

/** One kernel to be run until `runs` runs of it are finished, counted from its first. */
export interface Probe {
  /** Index in the graph, or `-1 - k`: the outside commit `k`. */
  readonly commit: number;
  readonly runs: number;
}

/** What to do next. */
export type Decision =
  /** Test these, at once if there is room; then ask again. */
  | {
      readonly kind: "probe";
      readonly probes: readonly Probe[];
      /** One line for people: why these. */
      readonly why: string;
      /** Commits that would be left after it, and about how many more steps. */
      readonly left: { readonly suspects: number; readonly steps: number };
      readonly belief?: BeliefSummary;
    }
  /** One commit is left. */
  | {
      readonly kind: "found";
      readonly commit: number;
      readonly confidence?: Confidence;
      readonly belief?: BeliefSummary;
    }
  /** Only untestable commits are left beside the last suspect, or no test is worth its time: any may be it. */
  | {
      readonly kind: "ties";
      readonly commits: readonly number[];
      /** The probability of each of `commits`. */
      readonly odds?: readonly number[];
      /** One line for people: why there is no better answer. */
      readonly why?: string;
      readonly belief?: BeliefSummary;
    }
  /** The evidence contradicts itself, or nothing is left to test. */
  | { readonly kind: "stuck"; readonly why: string };

/**
 * A way to search. Pure and deterministic: no clock, no randomness, no I/O; ties are broken by index.
 * Adding evidence never makes an earlier decision different.
 */
export interface Policy {
  readonly name: string;
  next(state: SearchState): Decision;
}
