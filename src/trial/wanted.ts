import { type BugIdentity, compareCrash } from "../crash/same.ts";
import type { CrashSeen, Expectation } from "../event/index.ts";

/** Which crashes count as the bug that is looked for. */
export type Wanted =
  | { readonly kind: "any" }
  /** Those that the job expects: the lab has marked them. */
  | { readonly kind: "expected"; readonly expectation: Expectation }
  /** Those with one of these titles, as firstbad writes them. */
  | { readonly kind: "titles"; readonly titles: readonly string[] }
  /** Those of the bug that a bisection has seen. */
  | { readonly kind: "bug"; readonly id: string; readonly bug: BugIdentity };

/** Whether `crash` is one that is looked for. */
export function isWanted(wanted: Wanted, crash: CrashSeen): boolean {
  switch (wanted.kind) {
    case "any":
      return true;
    case "expected":
      return crash.expected === true;
    case "titles":
      return wanted.titles.includes(crash.title);
    case "bug":
      return compareCrash(wanted.bug, crash) === "same";
    default:
      return wanted satisfies never;
  }
}
