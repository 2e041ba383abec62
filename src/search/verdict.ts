/** Which side of the change a commit lies on, or that it cannot be told. */
export type Verdict = "before" | "after" | "untestable";

/** Runs of one commit, counted by what they say about the bug. */
interface CountedRuns {
  readonly crashed: number;
  readonly clean: number;
  readonly foreign: number;
  readonly missing: number;
}

/**
 * What the runs of a commit are taken to say where nothing is reckoned with probabilities: one crash of
 * this bug is enough for the side that `crashMeans` names. A clean verdict needs half of the runs to say
 * so: one clean run among three that were hidden by another crash is no reason to send the search to the
 * other side. Everything else is untestable.
 */
export function verdictOf(runs: CountedRuns, crashMeans: "before" | "after"): Verdict {
  if (runs.crashed > 0) return crashMeans;
  const silent = runs.foreign + runs.missing;
  if (runs.clean === 0 || runs.clean < silent) return "untestable";
  return crashMeans === "after" ? "before" : "after";
}
