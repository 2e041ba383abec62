import { type BugIdentity, compareCrash } from "../crash/same.ts";
import type { CrashSeen, Expectation, NumberLimit } from "../event/index.ts";

/** Which crashes count as the bug that is looked for. */
export type Wanted =
  | { readonly kind: "any" }
  /** Those that the job expects: the lab has marked them. */
  | { readonly kind: "expected"; readonly expectation: Expectation }
  /** Those with one of these titles, as firstbad writes them. */
  | { readonly kind: "titles"; readonly titles: readonly string[] }
  /** Those of the bug that a bisection has seen. */
  | { readonly kind: "bug"; readonly id: string; readonly bug: BugIdentity };

/** From where on a number is the bug; null: it is none, or nobody has said from where on. */
export function limitIn(wanted: Wanted): NumberLimit | null {
  if (wanted.kind === "bug") return wanted.bug.limit ?? null;
  if (wanted.kind !== "expected") return null;
  const { expectation } = wanted;
  if (expectation.kind !== "number" && expectation.kind !== "boot-time") return null;
  const { worse, threshold } = expectation;
  return threshold === undefined ? null : { worse, threshold };
}

/** What failing build is looked for; null: none is. */
export function buildIn(wanted: Wanted): Extract<Expectation, { kind: "build-fails" }> | null {
  const isBuild = wanted.kind === "expected" && wanted.expectation.kind === "build-fails";
  return isBuild ? (wanted.expectation as Extract<Expectation, { kind: "build-fails" }>) : null;
}

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
