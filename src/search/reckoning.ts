/*
 * What a policy that reckons with probabilities is told, and what it tells.
 */

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

/** What testing takes on a laptop, until it was measured. */
export const usualCosts: Costs = { build: 2, run: 1 / 3, runsAtOnce: 2, crowding: 1 };

/** How likely each commit is the culprit before anything was run. None may be 0. */
export interface PriorWeights {
  /** By index in the graph; relative to each other. */
  readonly commits: Float64Array;
  /** The probability that the change lies outside of the graph, in or before the commits thought to lie before it. */
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
  /** The confidence that would be stated for the likeliest commit, were it found with what is known now. */
  readonly stated: number;
  /** Bits that tests still have to tell: the entropy of the belief. */
  readonly bits: number;
  /** The belief in at most 64 equally long stretches of the graph, the oldest first. */
  readonly spread: readonly number[];
}

/** How sure a policy is of the commit that it found. */
export interface Confidence {
  /** As the evidence gives it. */
  readonly posterior: number;
  /** What the commit's share was before anything was run. */
  readonly prior: number;
  /** As it is stated: the share of right answers among those found with that posterior. */
  readonly stated: number;
  /** Version of the table that relates the two. */
  readonly table: string;
}
