import { kernelIdOf } from "../event/index.ts";
import type { BisectionState } from "./state.ts";
import { type Step, work } from "./step.ts";
import { pooledRuns } from "./tally.ts";

/** Has the crash that `commit` shows, by the bug's most frequent title there is, given source lines. */
export function symbolizeCrashOf(state: BisectionState, commit: string): Step | null {
  if (state.symbolized !== null || state.bug === null) return null;
  const kernel = kernelIdOf(commit);
  // A commit that somebody only said to crash was never built.
  if (!state.kernels.has(kernel)) return null;
  const runs = pooledRuns(state, kernel);
  for (const title of state.bug.titles) {
    const run = runs.find(({ crashes }) => crashes.some((crash) => crash.title === title));
    if (run !== undefined) return work({ task: "symbolize", kernel, run: run.run, title });
  }
  return null;
}
