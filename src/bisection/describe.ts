import type { Rules } from "../search/rules.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import type { BisectionState } from "./state.ts";
import { type Step, work } from "./step.ts";

/** Has the culprit and its crash described, before it is named. Null: done. */
export function describeCulprit(state: BisectionState, culprit: string, rules: Rules): Step | null {
  if (state.described.get(culprit)?.diffstat == null) {
    return work({ task: "describe", commit: culprit, culprit: true });
  }
  return symbolizeCrashOf(state, culprit, rules);
}
