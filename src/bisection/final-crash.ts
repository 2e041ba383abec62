import type { Rules } from "../search/rules.ts";
import { isBuildAlone } from "./build-alone.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { kernelAt } from "./standing-kernel.ts";
import type { BisectionState } from "./state.ts";
import { type CrashOfRun, type Step, work } from "./step.ts";

/** Has the crash that stands for `commit`, by the policy's rules, given source lines. */
export function symbolizeCrashOf(state: BisectionState, commit: string, rules: Rules): Step | null {
  if (state.symbolized !== null) return null;
  const crash = crashToShow(state, commit, rules);
  return crash === null ? null : work({ task: "symbolize", ...crash });
}

/** The crash that stands for `commit`, by the policy's rules; null where none does. */
export function crashToShow(
  state: BisectionState,
  commit: string,
  rules: Rules,
): CrashOfRun | null {
  // What a build says is in its event, and nowhere else.
  if (state.bug === null || isBuildAlone(state)) return null;
  const kernel = kernelAt(state, commit)?.kernel;
  // A commit that somebody only said to crash was never built.
  if (kernel === undefined) return null;
  const runs = pooledRuns(state, kernel);
  const shown = rules.crashToShow(runs, state.bug);
  const run = shown === null ? undefined : runs[shown.run]?.run;
  if (shown === null || run === undefined) return null;
  return { kernel, run, title: shown.title };
}
