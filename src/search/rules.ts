import type { BugIdentity } from "../crash/same.ts";
import type { CrashSeen, EventOf, ProbeStage, RunOutcome } from "../event/index.ts";
import type { Rates } from "./measure/by-rates.ts";
import type { RunCounts, Side, Verdict } from "./verdict.ts";

/** A finished run, as far as rules look at it. */
export interface SeenRun {
  readonly outcome: RunOutcome;
  /** In the order in which they were printed. */
  readonly crashes: readonly CrashSeen[];
}

/** A commit that was tested, and what that was taken to say. All counts are 0: it was never run. */
export interface PastTest extends RunCounts {
  readonly stage: ProbeStage;
  readonly verdict: Verdict;
}

/** How the policy searches a fix, beside what it does for a cause. */
export interface FixRules {
  /** The end where the head does not build or boot, and that where the merge base does not. */
  readonly headUntestable: "untestable" | "not-fixed-yet";
  readonly baseUntestable: "untestable" | "merge-base-clean";
  /**
   * Whether a commit that does not contain one that crashed is looked into before it is tested: where its
   * history and the crashing commit's part, the bug must be there, or the commit cannot tell of a fix.
   */
  readonly looksAtForks: boolean;
}

/** All that a rule may know of the bisection. */
export interface Situation {
  /** The commits tested so far, in the order of their newest answers. */
  readonly tests: readonly PastTest[];
  /** Runs of each commit that the user asked for; null: the rules say how many. */
  readonly askedRuns: number | null;
  /** Probability that the user wants a named culprit to be right with. */
  readonly confidence: number;
  readonly crashMeans: Side;
  /** How often the crashing commit crashed; null before that is known. */
  readonly bug: { readonly crashed: number; readonly of: number } | null;
  /** Commits of the range; null before it is known. */
  readonly commits: number | null;
  /** How often runs are beyond its limit, where the bug is a number; absent or null: it is none. */
  readonly rates?: Rates | null;
}

/** What a policy says of a test besides its verdict. */
export type Remark = Pick<EventOf<"probe-answered">["answers"][number], "missable" | "wanted">;

/** Which releases are walked back, and down to which. */
export interface ReleaseWalk {
  /** `sparse`: the farther back, the fewer. */
  readonly pick: "all" | "sparse";
  /** This release and older ones are left out, as they cannot be built or booted; null: none is. */
  readonly newerThan: string | null;
}

/** What a walk came to that met no clean release. */
export type FruitlessWalk =
  /** The bug is taken to be older than the oldest one that crashed. */
  | "since-oldest"
  /** It may be anywhere before the oldest commit known to crash. */
  | "inconclusive"
  /** It ends without naming a commit. */
  | "error";

/** How the commit that a search ended at is looked into. */
export type Confirmation =
  /** Each parent is run until it is as surely clean as the user wants the result to be right. */
  | { readonly kind: "parents-run" }
  /**
   * A culprit with one parent is compared with it by their kernels, and nothing is run. `confidence`
   * sums up the search, or is null where a policy does not say how sure it is; a result below
   * `leastConfidence` is not relied upon.
   */
  | {
      readonly kind: "kernels-compared";
      readonly confidence: (situation: Situation) => number | null;
      readonly leastConfidence: number;
    };

/**
 * What a policy does around its search: how often it runs, what counts as the bug, what runs say, how it
 * finds the ends and how it looks into the result. Data and pure functions over plain counts, without
 * a state of their own.
 */
export interface Rules {
  /** Runs to ask of the commit that is tested next. */
  runs(situation: Situation): number;
  /** The same for people, before anything is known: `10 of each commit`. */
  readonly runsInWords: string;
  /**
   * Whether the crashing commit, which crashed in `crashed` of its `of` runs, is run on: until how many
   * runs are finished, or null where it was looked at enough.
   */
  lookOn(seen: { readonly crashed: number; readonly of: number }): number | null;
  /** What the runs of the crashing commit say the bug is; null where none of them crashed. */
  identify(runs: readonly SeenRun[]): BugIdentity | null;
  /** The end where the crashing commit does not build or boot. */
  readonly crashingUntestable: "untestable" | "not-reproduced";
  /** The runs of a commit, counted; `bug` is null until it is identified. */
  count(runs: readonly SeenRun[], bug: BugIdentity | null): RunCounts;
  /** What counted runs say. None at all say nothing. */
  verdict(counts: RunCounts, situation: Situation): Verdict;
  /** What is said of counted runs besides, for people. */
  remark(counts: RunCounts, situation: Situation): Remark;
  /** The crash that stands for a commit: which of its runs, and the title. Null where none can. */
  crashToShow(
    runs: readonly SeenRun[],
    bug: BugIdentity,
  ): { readonly run: number; readonly title: string } | null;
  /** Runs of a kernel, none of which booted, after which it is not booted again. */
  readonly unbootableAfter: number;
  /** Whether a kernel with the signature of an earlier one is that one, and is not run again. */
  readonly equalKernelsAreOne: boolean;
  readonly releases: ReleaseWalk;
  /** `verdicts` of the releases walked, newest first; none is clean, and there is at least one. */
  fruitlessWalk(verdicts: readonly Verdict[]): FruitlessWalk;
  readonly confirmation: Confirmation;
  readonly fix: FixRules;
}
