import type { Rules } from "../search/rules.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";

/** Has the culprit and its crash described, before it is named. Null: done. */
export function describeCulprit(state: BisectionState, culprit: string, rules: Rules): Step | null {
  if (state.described.get(culprit)?.diffstat == null) {
    return work({ task: "describe", commit: culprit, culprit: true });
  }
  // A fix does not crash: what it fixes is what the crashing commit shows.
  const start = startOf(state);
  return symbolizeCrashOf(state, start.find === "fix" ? start.crashes.hash : culprit, rules);
}
