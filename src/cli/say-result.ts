import { suspicionToShow } from "../bisection/told-suspicion.ts";
import type { BisectionEvent } from "../event/index.ts";
import { paint, resultOf, showText } from "../report/index.ts";
import { exitCodeOfEnd } from "./exit.ts";

/**
 * Prints what the bisection in `folder` has come to on standard output: for people, or as one object. Returns the
 * exit code of its end, or null where it has none yet.
 */
export async function sayResult(
  folder: string,
  events: readonly BisectionEvent[],
  { log, json }: { readonly log: string; readonly json: boolean },
): Promise<number | null> {
  const suspicion = await suspicionToShow(folder, events);
  const result = resultOf(events, { log, suspicion });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    process.stdout.write(
      paint(showText(events, { log, running: false, suspicion }), process.stdout),
    );
  return result.end === null ? null : exitCodeOfEnd(result.end);
}
