import {
  areaPart,
  folderPart,
  type GuiltyFunctions,
  guiltyFilePart,
  type Hint,
  hintPart,
  type ReportFiles,
  stackPart,
} from "./file-parts.ts";
import type { TouchedHistory } from "./history.ts";
import { mixPrior, type Prior } from "./mix.ts";
import type { Factor } from "./part.ts";

/** What is known of a bug before anything was run. */
export interface BugFacts {
  readonly report: ReportFiles | null;
  /** Absent: nothing is known of functions. */
  readonly functions?: GuiltyFunctions;
  readonly hints?: readonly Hint[];
  /** That the change lies outside of the graph; absent: a clean end was named and not yet tested. */
  readonly outside?: number;
}

/** The prior that a crash report and the user's hints give, `factors` applied to all of it. */
export function reportPrior(
  history: TouchedHistory,
  { report, functions, hints = [], outside }: BugFacts,
  factors: readonly Factor[],
): Prior {
  const guilty = report?.guilty ?? null;
  const parts = [
    ...(guilty === null
      ? []
      : [
          guiltyFilePart(history, guilty, functions),
          folderPart(history, guilty),
          areaPart(history, guilty),
        ]),
    ...(report === null ? [] : [stackPart(history, report)]),
    ...hints.map((hint) => hintPart(history, hint)),
  ];
  return mixPrior(history, parts, factors, outside);
}
