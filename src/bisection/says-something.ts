import type { RunState } from "./state.ts";

/** Whether a run came as far as to try: it booted, and the program did not refuse to be tested. */
export function saysSomething({ outcome }: Pick<RunState, "outcome">): boolean {
  return outcome !== "boot-failed" && outcome !== "no-output" && outcome !== "untestable";
}

/** Whether there are so many runs, and none of them came as far as that: more will not either. */
export function areSilent(runs: readonly Pick<RunState, "outcome">[], fewest: number): boolean {
  return runs.length >= fewest && !runs.some(saysSomething);
}
