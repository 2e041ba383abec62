import type { CommitGraph } from "../history/graph.ts";
import type { Rules } from "./rules.ts";
import type { Verdict } from "./verdict.ts";

/** What is known of one commit of the graph; kernels found equal are pooled before. Counts of runs. */
export interface Evidence {
  /** Index in the graph. */
  readonly commit: number;
  /** Runs with a crash of this bug. */
  readonly crashed: number;
  readonly clean: number;
  /** Runs with a crash of something else. */
  readonly foreign: number;
  /** Runs that say nothing: boot failed, no output, lost, hung. */
  readonly missing: number;
  /** The side that it was put on when it was tested, or that the user put it on. */
  readonly verdict: Verdict;
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
}

/** One kernel to be run until `runs` runs of it are finished, counted from its first. */
export interface Probe {
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
    }
  /** One commit is left. */
  | { readonly kind: "found"; readonly commit: number }
  /** Only untestable commits are left beside the last suspect: any of them may be it. */
  | { readonly kind: "ties"; readonly commits: readonly number[] }
  /** The evidence contradicts itself, or nothing is left to test. */
  | { readonly kind: "stuck"; readonly why: string };

/**
 * A way to bisect: what to test next, and the rules of everything around that. Pure and deterministic:
 * no clock, no randomness, no I/O; ties are broken by index. Adding evidence never makes an earlier
 * decision different.
 */
export interface Policy {
  /** As in the job file; see `policies.ts`. */
  readonly name: string;
  readonly rules: Rules;
  next(state: SearchState): Decision;
}
