import type { Situation } from "../search/rules.ts";
import { crashMeans } from "./crash-means.ts";
import { ratesOf } from "./numbers.ts";
import { type BisectionState, startOf } from "./state.ts";

/** What the rules of a policy may know of a bisection. */
export function situationOf(state: BisectionState): Situation {
  const { runs, confidence } = startOf(state);
  return {
    tests: [...state.answers.values()],
    askedRuns: runs,
    confidence,
    crashMeans: crashMeans(state),
    bug: state.bug,
    commits: state.graph?.commits ?? null,
    rates: ratesOf(state),
  };
}
