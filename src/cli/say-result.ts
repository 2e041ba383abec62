import type { BisectionEvent } from "../event/index.ts";
import { paint, resultOf, showText } from "../report/index.ts";
import { exitCodeOfEnd } from "./exit.ts";

/**
 * Prints what a bisection has come to on standard output: for people, or as one object. Returns the
 * exit code of its end, or null where it has none yet.
 */
export function sayResult(
  events: readonly BisectionEvent[],
  { log, json }: { readonly log: string; readonly json: boolean },
): number | null {
  const result = resultOf(events, { log });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(paint(showText(events, { log, running: false }), process.stdout));
  return result.end === null ? null : exitCodeOfEnd(result.end);
}
