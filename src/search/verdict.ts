/** Which side of the change a commit lies on, or that it cannot be told. */
export type Verdict = "before" | "after" | "untestable";

/** A verdict that tells something. */
export type Side = Exclude<Verdict, "untestable">;

/** Runs of one commit, counted by what they say about the bug. */
export interface RunCounts {
  /** Runs with a crash that counts as the bug's. */
  readonly crashed: number;
  readonly clean: number;
  /** Runs with a crash that does not count: it hides what the reproducer would have done. */
  readonly foreign: number;
  /** Runs that say nothing, as where the boot failed. */
  readonly missing: number;
}

/**
 * What the runs of a commit are taken to say where nothing is reckoned with probabilities: one crash of
 * this bug is enough for the side that `crashMeans` names. A clean verdict needs half of the runs to say
 * so: one clean run among three that were hidden by another crash is no reason to send the search to the
 * other side. Everything else is untestable.
 */
export function verdictOf(runs: RunCounts, crashMeans: Side): Verdict {
  if (runs.crashed > 0) return crashMeans;
  const silent = runs.foreign + runs.missing;
  if (runs.clean === 0 || runs.clean < silent) return "untestable";
  return otherSide(crashMeans);
}

/** The side that is not `side`. */
export function otherSide(side: Side): Side {
  return side === "after" ? "before" : "after";
}

/** How many runs were counted. */
export function totalOf({ crashed, clean, foreign, missing }: RunCounts): number {
  return crashed + clean + foreign + missing;
}
