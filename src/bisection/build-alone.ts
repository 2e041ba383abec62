import { type BisectionState, startOf } from "./state.ts";

/** Whether a build that fails is searched for: nothing is run, and one build says all. */
export function isBuildAlone(state: BisectionState): boolean {
  return startOf(state).expect?.kind === "build-fails";
}

/**
 * As how many runs a build counts for a policy that reckons with probabilities: it would come out the same each time,
 * and no more are asked for.
 */
export const runsOfBuild = 400;
