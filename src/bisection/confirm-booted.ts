import { overrideOf } from "./overrides.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { choose } from "./probe.ts";
import type { BisectionState } from "./state.ts";
import type { Step } from "./step.ts";

/**
 * What is still to be run so that the culprit and its parents have as many runs that booted as restored
 * ones; null where nothing is.
 */
export function confirmBooted(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): Step | null {
  for (const commit of [culprit, ...parents]) {
    const answer = state.answers.get(commit);
    if (answer === undefined || overrideOf(state, commit) !== null) continue;
    const runs = pooledRuns(state, answer.kernel);
    const restored = runs.filter((run) => run.restored).length;
    const missing = restored - (runs.length - restored);
    if (missing <= 0) continue;
    return choose(state, {
      stage: commit === culprit ? "culprit" : "parent",
      commits: [{ commit, runs: runs.length + missing }],
      why: "what restored machines showed of it is shown again by machines that boot",
    });
  }
  return null;
}
