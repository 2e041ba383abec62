import type { RunState } from "./state.ts";

/** Whether a run came as far as to try: it booted, and the program did not refuse to be tested. */
export function saysSomething({ outcome }: Pick<RunState, "outcome">): boolean {
  return outcome !== "boot-failed" && outcome !== "no-output" && outcome !== "untestable";
}
