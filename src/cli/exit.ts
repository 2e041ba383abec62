import type { BisectionEnd } from "../event/index.ts";
import { type Failure, failureCodes } from "../failure/failure.ts";
import type { Tried } from "../trial/try-commit.ts";

/** Exit codes of a whole bisection; the table is in docs/errors.md. */
const endCodes: Readonly<Record<BisectionEnd, number>> = {
  found: 0,
  minimised: 0,
  surveyed: 0,
  ties: 2,
  "not-reproduced": 3,
  "clean-end-crashes": 3,
  "merge-base-clean": 3,
  untestable: 4,
  budget: 5,
  "since-oldest": 6,
  "not-fixed-yet": 6,
  unconfirmed: 7,
};

/** The exit code of a command line that cannot be understood. */
export const exitCodeOfUsage = 129;

/** The exit code of a bisection that came to this end. */
export function exitCodeOfEnd(end: BisectionEnd): number {
  return endCodes[end];
}

/** The exit code of a command that failed: the one place where a failure becomes a number. */
export function exitCodeOfFailure(failure: Failure): number {
  if (failure.code === "interrupted") return 130;
  switch (failureCodes[failure.code]) {
    case "bounds":
      return 3;
    case "input":
    case "infrastructure":
    case "internal":
      return 1;
  }
}

/**
 * The exit code of `firstbad test` that failed, was interrupted or misunderstood: from 128 on,
 * `git bisect run` stops instead of taking it for a verdict; 129 and 130 are left to signals.
 */
export const exitCodeOfTrialTrouble = 128;

/** The exit code of a commit that was tested, as `git bisect run` understands it. */
export function exitCodeOfTrial(tried: Tried): number {
  if (tried.kind === "unbuildable") return 125;
  switch (tried.verdict) {
    case "before":
      return 0;
    case "after":
      return 1;
    case "untestable":
      return 125;
  }
}
