import { overrideOf } from "./overrides.ts";
import { crashRate, missedBy } from "./rate.ts";
import { type BisectionState, startOf } from "./state.ts";

/** Fewest and most runs of a commit, where the user asks for no number. */
const fewest = 4;
const most = 60;
/** Steps of a search through some 16,000 commits, before the range is known. */
const usualSteps = 14;

/**
 * Runs to ask of each commit of the search: the user's number, or as many as make it unlikely that any
 * of its clean verdicts hides the bug: each may miss it with (1 - confidence) / steps.
 */
export function runsWanted(state: BisectionState): number {
  const { runs, confidence } = startOf(state);
  if (runs !== null) return runs;
  if (state.bug === null) return fewest;
  const steps = state.graph === null ? usualSteps : Math.max(1, Math.log2(state.graph.commits));
  const rate = crashRate(state.bug.crashed, state.bug.of);
  // The plain binomial: what differs between commits is left to the checks of the culprit's parents.
  const clean = Math.ceil(Math.log((1 - confidence) / steps) / Math.log(1 - rate));
  return Math.min(most, Math.max(fewest, clean));
}

/** The crash rate over all runs of commits that were found to have the bug. */
export function observedRate(state: BisectionState): number {
  let [crashed, of] = [0, 0];
  for (const answer of state.answers.values()) {
    // Crashes of a commit that is said not to have the bug are not this bug's.
    if (answer.crashed === 0 || overrideOf(state, answer.commit) !== null) continue;
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
