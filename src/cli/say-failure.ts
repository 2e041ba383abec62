import type { Failure } from "../failure/failure.ts";

/** Tells a person on standard error what failed and what to do next. */
export function sayFailure(failure: Failure): void {
  process.stderr.write(`firstbad: ${failure.message}\n`);
  if (failure.hint !== null) process.stderr.write(`  ${failure.hint}\n`);
  process.stderr.write(`  (${failure.code}: see docs/errors.md#${failure.code})\n`);
  if (failure.code === "internal" && failure.cause instanceof Error) {
    process.stderr.write(`${failure.cause.stack ?? ""}\n`);
  }
}
