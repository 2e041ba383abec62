import { kernelIdOf } from "../event/index.ts";
import type { Rules } from "../search/rules.ts";
import { pooledRuns } from "./pooled-runs.ts";
import type { BisectionState } from "./state.ts";
import { type Step, work } from "./step.ts";

/** Has the crash that stands for `commit`, by the policy's rules, given source lines. */
export function symbolizeCrashOf(state: BisectionState, commit: string, rules: Rules): Step | null {
  if (state.symbolized !== null || state.bug === null) return null;
  const kernel = kernelIdOf(commit);
  const runs = pooledRuns(state, kernel);
  const shown = rules.crashToShow(runs, state.bug);
  const run = shown === null ? undefined : runs[shown.run]?.run;
  if (shown === null || run === undefined) return null;
  return work({ task: "symbolize", kernel, run, title: shown.title });
}
