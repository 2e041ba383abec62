import { type BugIdentity, compareCrash } from "../crash/same.ts";
import type { KernelId } from "../event/index.ts";
import { type BisectionState, kernelOf, type RunState } from "./state.ts";

/** Runs of one kernel, and of those equal to it, counted by what they say about the bug. */
export interface Tally {
  /** Runs with a crash of this bug. */
  readonly crashed: number;
  readonly clean: number;
  /** Runs with another crash: they hide what the reproducer would have done. */
  readonly foreign: number;
  /** Runs that say nothing: boot failed, no output, lost, hung, flooded, untestable. */
  readonly missing: number;
}

/** All finished runs of `kernel` and of the kernels found equal to it, by number: not as they ended. */
export function pooledRuns(state: BisectionState, kernel: KernelId): readonly RunState[] {
  const { representative } = kernelOf(state, kernel);
  const runs: RunState[] = [];
  for (const other of state.kernels.values()) {
    if (other.representative !== representative) continue;
    runs.push(...[...other.runs].sort(([a], [b]) => a - b).map(([, run]) => run));
  }
  return runs;
}

/** The runs counted, where a crash of `bug` is what is searched for; null: no crash counts yet. */
export function tallyOf(runs: readonly RunState[], bug: BugIdentity | null): Tally {
  const tally = { crashed: 0, clean: 0, foreign: 0, missing: 0 };
  for (const run of runs) tally[meaningOf(run, bug)]++;
  return tally;
}

/** How many runs a tally counts. */
export function totalOf(tally: Tally): number {
  return tally.crashed + tally.clean + tally.foreign + tally.missing;
}

/** What one run says: the table "What a run says" of docs/architecture.md. */
function meaningOf(run: RunState, bug: BugIdentity | null): keyof Tally {
  switch (run.outcome) {
    case "clean":
      return "clean";
    case "crashed":
      return bug !== null && run.crashes.some((crash) => compareCrash(bug, crash) === "same")
        ? "crashed"
        : "foreign";
    case "boot-failed":
    case "no-output":
    case "lost":
    case "hung":
    case "flooded":
    case "untestable":
      return "missing";
    default:
      return run.outcome satisfies never;
  }
}
