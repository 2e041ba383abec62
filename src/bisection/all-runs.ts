import type { KernelId } from "../event/index.ts";
import { type BisectionState, kernelOf, type RunState } from "./state.ts";

/** All finished runs of `kernel` and of the kernels found equal to it, by number, as they ended. */
export function allRuns(state: BisectionState, kernel: KernelId): readonly RunState[] {
  const { representative } = kernelOf(state, kernel);
  const runs: RunState[] = [];
  for (const other of state.kernels.values()) {
    if (other.representative !== representative) continue;
    runs.push(...[...other.runs].sort(([a], [b]) => a - b).map(([, run]) => run));
  }
  return runs;
}
