import type { BisectionEnd } from "../event/index.ts";
import { type Failure, failureCodes } from "../failure/failure.ts";

/** Exit codes of a whole bisection; the table is in docs/errors.md. */
const endCodes: Readonly<Record<BisectionEnd, number>> = {
  found: 0,
  ties: 2,
  "not-reproduced": 3,
  "clean-end-crashes": 3,
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
