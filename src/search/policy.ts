import type { CommitGraph } from "../history/graph.ts";
import type { ReachCounts } from "./reached.ts";
import type { BeliefSummary, Confidence, Costs, PriorWeights } from "./reckoning.ts";
import type { Rules } from "./rules.ts";
import type { Verdict } from "./verdict.ts";

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
  /** Of the clean runs: those known to have reached the crashing function, and known not to have. */
  readonly reached?: ReachCounts;
  /** The side that it was put on when it was tested, or that the user put it on. */
  readonly verdict: Verdict;
  /** The user put it there, whatever its runs say: the verdict is his. */
  readonly byUser?: boolean;
  /** It follows from the history and needs no test: runs of this commit would say nothing. Only with `byUser`. */
  readonly certain?: boolean;
  /** Commits with the same number have equal kernels, and their pooled runs are counted once. */
  readonly kernel?: number;
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
  /** The bug is a number, which commits without it show now and then, too; absent: it is not. */
  readonly noisy?: boolean;
  /** Commits that were tried for a repair alone and could not be tested: these were not tried in vain. */
  readonly sought?: number;
  /** Most kernels to build and runs to make; what is absent: 60 and 1500. */
  readonly budget?: { readonly builds?: number; readonly runs?: number };
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
      /** None: nothing more before one of the pending answers is there. */
      readonly probes: readonly Probe[];
      /** One line for people: why these. */
      readonly why: string;
      /** Commits that would be left after it, and about how many more steps. */
      readonly left: { readonly suspects: number; readonly steps: number };
      readonly belief?: BeliefSummary;
      /** Of the pending commits, those whose answers would say nothing any more. */
      readonly unwanted?: readonly number[];
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
  | {
      readonly kind: "stuck";
      /** What that makes of the bisection; absent: it cannot be tested. */
      readonly end?: "untestable" | "not-reproduced" | "clean-end-crashes";
      /** The commit that it is about, or `-1 - k`; absent: the one known to lie after the change. */
      readonly commit?: number;
      readonly why: string;
    };

/** What is left where a search is given up. */
export interface StillPossible {
  readonly commits: readonly number[];
  /** The probability of each of `commits`. */
  readonly odds?: readonly number[];
}

/** What is to be repaired, so that it can be tested. */
export interface RepairWish {
  /** Index in the graph of a commit that does not build or boot. */
  readonly commit: number;
  readonly how: "build" | "boot";
  /** The probability that the culprit cannot be found as long as what does not build or boot cannot. */
  readonly mass: number;
  /** Kernels that the search for the fix is expected to build. */
  readonly builds: number;
}

/**
 * A way to bisect: what to test next, and the rules of everything around that. Pure and deterministic:
 * no clock, no randomness, no I/O; ties are broken by index. Adding evidence never makes an earlier
 * decision different.
 */
export interface Policy {
  /** As in the job file; see `policies.ts`. */
  readonly name: string;
  readonly rules: Rules;
  /**
   * It decides from the first run of the crashing commit to the checks of the culprit: it asks for the
   * ends and the parents itself, by probes like any others. Absent: the ends are tested before, by the
   * rules, and the culprit is confirmed after.
   */
  readonly decidesAll?: true;
  next(state: SearchState): Decision;
  /**
   * What is worth to be repaired before anything else is tested, or null; `closed` are commits whose repair was
   * given up. Absent: commits that cannot be tested are gone around.
   */
  repairs?(state: SearchState, closed: ReadonlySet<number>): RepairWish | null;
  /** The commits that may still be the culprit, the likeliest first where one is likelier than another. */
  suspects(state: SearchState): StillPossible;
}
