import {
  areaPart,
  folderPart,
  guiltyFilePart,
  hintPart,
  type ReportFiles,
  type SameFunction,
  stackPart,
} from "./file-parts.ts";
import type { TouchedHistory } from "./history.ts";
import { mixPrior, type Prior } from "./mix.ts";
import type { Factor } from "./part.ts";

/** What is known of a bug before anything was run. */
export interface BugFacts {
  readonly report: ReportFiles | null;
  readonly sameFunction?: SameFunction;
  /** Paths that the user suspects. */
  readonly hints?: readonly string[];
  /** That the change lies outside of the graph; absent: a clean end was named and not yet tested. */
  readonly outside?: number;
}

/** The prior that a crash report and the user's hints give, `factors` applied to all of it. */
export function reportPrior(
  history: TouchedHistory,
  { report, sameFunction, hints = [], outside }: BugFacts,
  factors: readonly Factor[],
): Prior {
  const guilty = report?.guilty ?? null;
  const parts = [
    ...(guilty === null
      ? []
      : [
          guiltyFilePart(history, guilty, sameFunction),
          folderPart(history, guilty),
          areaPart(history, guilty),
        ]),
    ...(report === null ? [] : [stackPart(history, report)]),
    ...hints.map((path) => hintPart(history, path)),
  ];
  return mixPrior(history, parts, factors, outside);
}
