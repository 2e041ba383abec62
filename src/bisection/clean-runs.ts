import { cleanRunsFor } from "../search/rate.ts";
import { totalOf } from "../search/verdict.ts";
import { overrideOf } from "./overrides.ts";
import { choose, type Wanted } from "./probe.ts";
import { observedRate } from "./runs.ts";
import { type Answer, type BisectionState, kernelOf, startOf } from "./state.ts";
import type { Step } from "./step.ts";

/** Most runs that a kernel is given to prove itself clean. */
const most = 200;

/**
 * Clean runs that each of so many kernels must show so that all of them together are as surely clean as the user
 * wants the result to be right.
 */
export function cleanRunsWanted(state: BisectionState, kernels = 1): number {
  const missable = 1 - startOf(state).confidence ** (1 / Math.max(1, kernels));
  return cleanRunsFor(missable, observedRate(state), most);
}

/**
 * Runs of a commit until there are `cleanRuns` clean ones; null: there are, somebody says where it lies, or more of
 * them would change nothing.
 */
export function runUntilClean(
  state: BisectionState,
  commit: string,
  cleanRuns: number,
  { stage, why }: Pick<Wanted, "stage" | "why">,
): Step | null {
  if (overrideOf(state, commit) !== null) return null;
  const answer = state.answers.get(commit);
  if (answer !== undefined && isDecided(state, answer, cleanRuns)) return null;
  const missing = cleanRuns - (answer?.clean ?? 0);
  const runs = (answer === undefined ? 0 : totalOf(answer)) + missing;
  return choose(state, { stage, commits: [{ commit, runs }], why });
}

/** Whether more runs of a commit that must be clean would change nothing, or are not worth having. */
function isDecided(state: BisectionState, answer: Answer, cleanRuns: number): boolean {
  const kernel = kernelOf(state, answer.kernel);
  if (answer.verdict === "untestable" || kernel.failed !== null) return true;
  if (answer.crashed > 0 || answer.clean >= cleanRuns) return true;
  // Runs that say nothing are made up for, up to as many again.
  return totalOf(answer) >= 2 * cleanRuns;
}
