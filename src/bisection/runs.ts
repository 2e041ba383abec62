import { crashRate, missedBy } from "../search/rate.ts";
import type { BisectionState } from "./state.ts";

/** The crash rate over all runs of commits that were found to have the bug. */
export function observedRate(state: BisectionState): number {
  let [crashed, of] = [0, 0];
  for (const answer of state.answers.values()) {
    if (answer.crashed === 0) continue;
    crashed += answer.crashed;
    of += answer.crashed + answer.clean;
  }
  return crashRate(crashed, of);
}

/** Probability that all these parents are as clean as they look. */
export function cleanProbability(state: BisectionState, cleanRuns: readonly number[]): number {
  const rate = observedRate(state);
  return cleanRuns.reduce((product, clean) => product * (1 - missedBy(clean, rate)), 1);
}
