import { runIdOf } from "../event/index.ts";
import type { KernelState } from "./state.ts";
import type { Task } from "./step.ts";

/**
 * The next `more` runs of a kernel, those that a session before did not finish first. `mayRestore`: whether the run
 * of this number may go on from a snapshot; absent: none may, as runs that boot are independent of each other.
 */
export function nextRuns(
  { kernel, runs }: KernelState,
  more: number,
  mayRestore: (n: number) => boolean = () => false,
): Extract<Task, { task: "run" }>[] {
  const tasks: Extract<Task, { task: "run" }>[] = [];
  for (let n = 0; tasks.length < more; n++) {
    if (runs.has(n)) continue;
    tasks.push({ task: "run", kernel, run: runIdOf(kernel, n), mayRestore: mayRestore(n) });
  }
  return tasks;
}
