import { kernelIdOf, type RunId } from "../event/index.ts";
import type { BisectionState, RunState } from "./state.ts";
import { type Step, work } from "./step.ts";
import { pooledRuns } from "./tally.ts";

/** Has the crash that `commit` shows, by the bug's most frequent title there is, given source lines. */
export function symbolizeCrashOf(state: BisectionState, commit: string): Step | null {
  if (state.symbolized !== null || state.bug === null) return null;
  const kernel = kernelIdOf(commit);
  const runs = pooledRuns(state, kernel);
  for (const title of state.bug.titles) {
    const run = runs.find(({ crashes }) => crashes.some((crash) => crash.title === title));
    if (run !== undefined) return work({ task: "symbolize", kernel, run: run.run, title });
  }
  const expected = firstExpected(runs);
  return expected === null ? null : work({ task: "symbolize", kernel, ...expected });
}

/** A pattern may be found in a crash of another title than those of the crashing commit. */
function firstExpected(runs: readonly RunState[]): { run: RunId; title: string } | null {
  for (const { run, crashes } of runs) {
    const crash = crashes.find(({ expected }) => expected);
    if (crash !== undefined) return { run, title: crash.title };
  }
  return null;
}
