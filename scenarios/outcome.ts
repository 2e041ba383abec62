import { stateOf } from "../src/bisection/state.ts";
import type { BisectionEvent, EventOf } from "../src/event/index.ts";
import type { Told } from "./bisected.ts";
import type { NumberedRepository } from "./repository.ts";
import type { Given } from "./scenario-file.ts";

/** What a scenario came to, in the words of the file. */
export type Outcome =
  | { readonly error: true; readonly error_kind: string; readonly why: string }
  | {
      readonly error: false;
      /** How many commits are named: one found, or those that it may be; none. */
      readonly commits: number;
      readonly culprit: number | null;
      /** Whether the commit that the result is about comes with what it showed. */
      readonly report: boolean;
      readonly oldest_or_latest: number | null;
      readonly noop: boolean;
      readonly release: boolean;
      readonly config: string;
      readonly confidence: number | null;
      readonly candidates: readonly number[];
    };

/**
 * What a told scenario came to. The file is about the results of another program; what they are here:
 *
 * - an error: the bisection stopped with a failure, or ended `not-reproduced`, or `untestable` without a commit that
 *   it is about;
 * - one commit: `found` and `unconfirmed`, which is what a no-op is here; several: `ties`, and `untestable` with
 *   commits; none: the other ends, with the commit that they are about as `oldest_or_latest`;
 * - a report: the crash of a run of that commit; of a head that does not boot, its consoles;
 * - a no-op: the check failed that the culprit's kernel is not its parent's.
 */
export function outcomeOf(told: Told, given: Given, repository: NumberedRepository): Outcome {
  const { events, failure } = told;
  const concluded = events.findLast((event) => event.kind === "concluded");
  if (failure !== null || concluded === undefined) {
    const kind = failure?.isInfrastructure ? "infrastructure" : (failure?.code ?? "unfinished");
    return { error: true, error_kind: kind, why: failure?.message ?? "it did not end" };
  }
  const { end, culprit, candidates, why } = concluded;
  const about = candidates[0] ?? null;
  if (end === "not-reproduced" || end === "budget" || (end === "untestable" && about === null)) {
    return { error: true, error_kind: end, why };
  }
  const named = culprit !== null ? [culprit] : isOpen(end) ? candidates : [];
  const subject = culprit ?? (isOpen(end) ? null : about);
  return {
    error: false,
    commits: named.length,
    culprit: culprit === null ? null : repository.numberOf(culprit),
    report: subject !== null && hasReport(events, subject, end),
    oldest_or_latest: named.length > 0 || about === null ? null : repository.numberOf(about),
    noop: events.some(isNoop),
    release: culprit !== null && repository.isRelease(culprit),
    config: configOf(events, given),
    confidence: concluded.confidence,
    candidates: named.map((hash) => repository.numberOf(hash) ?? -1).toSorted((a, b) => a - b),
  };
}

/** Ends with several commits that it may be. */
function isOpen(end: EventOf<"concluded">["end"]): boolean {
  return end === "ties" || end === "untestable";
}

function hasReport(
  events: readonly BisectionEvent[],
  commit: string,
  end: EventOf<"concluded">["end"],
): boolean {
  const kernels = stateOf(events).kernelsOf.get(commit) ?? [];
  const ofIt = (run: string) => kernels.some((kernel) => run.startsWith(`${kernel}#`));
  if (end === "not-fixed-yet") {
    return events.some((event) => event.kind === "run-finished" && ofIt(event.run));
  }
  return events.some((event) => event.kind === "crash-symbolized" && ofIt(event.run));
}

function isNoop(event: BisectionEvent): boolean {
  return (
    event.kind === "checked" && event.check === "signatures-differ" && event.result === "failed"
  );
}

/** The configuration that was gone on with, by its word. */
function configOf(events: readonly BisectionEvent[], given: Given): string {
  const minimised = events.findLast((event) => event.kind === "minimised");
  const undone = events.some((event) => event.kind === "minimise-undone");
  if (minimised === undefined || minimised.result === null || undone) return "original config";
  return minimised.isBaseline ? (given.baseline_config ?? "") : "new-minimized-config";
}

/** How many kernels were built and run, or tried to be booted, as the other program counts its revisions. */
export function revisionsTested(events: readonly BisectionEvent[]): number {
  const run = events.flatMap((event) => (event.kind === "run-finished" ? [event.kernel] : []));
  return new Set(run).size;
}
