import type { RunOutcome } from "../event/index.ts";
import type { RunCounts } from "./verdict.ts";

/**
 * What one run is counted as: the table "What a run says" of docs/architecture.md. `showsBug` is asked of
 * a run that crashed.
 */
export function meaningOf(outcome: RunOutcome, showsBug: () => boolean): keyof RunCounts {
  switch (outcome) {
    case "clean":
      return "clean";
    case "crashed":
      return showsBug() ? "crashed" : "foreign";
    case "boot-failed":
    case "no-output":
    case "lost":
    case "hung":
    case "flooded":
    case "untestable":
    // Before it is known which numbers are the bug's.
    case "measured":
      return "missing";
    default:
      return outcome satisfies never;
  }
}
