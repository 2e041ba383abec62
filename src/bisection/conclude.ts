import type { BisectionEnd, EventOf } from "../event/index.ts";
import { record, type Step } from "./step.ts";

/** Ends the story. Runs of checks and descriptions come before; this is the last event. */
export function conclude(
  end: BisectionEnd,
  detail: {
    readonly culprit?: string;
    readonly candidates?: readonly string[];
    readonly confidence?: number;
    readonly posterior?: number;
    readonly table?: string;
    /** The probability of each of `candidates`. */
    readonly odds?: readonly number[];
    /** What was searched behind the culprit; null: nothing was. */
    readonly deeper?: EventOf<"concluded">["deeper"] | null;
    /** Whether something was left out for want of what the bisection may take. */
    readonly leftOut?: boolean;
    readonly why: string;
  },
): Step {
  return record({
    kind: "concluded",
    end,
    culprit: detail.culprit ?? null,
    candidates: [...(detail.candidates ?? [])],
    confidence: detail.confidence ?? null,
    ...(detail.posterior !== undefined && { posterior: detail.posterior }),
    ...(detail.table !== undefined && { table: detail.table }),
    ...(detail.odds !== undefined && { odds: [...detail.odds] }),
    ...(detail.leftOut && { leftOut: true }),
    why: detail.why,
    ...(detail.deeper != null && { deeper: detail.deeper }),
  });
}
