import { representativeOf } from "../../crash/representative.ts";
import { type BugIdentity, likeness } from "../../crash/same.ts";
import { syzkallerReport } from "../../crash/syzkaller-report.ts";
import type { CrashSeen } from "../../event/index.ts";
import type { SeenRun } from "../rules.ts";

/** What the crashing commit shows, where every crash counts: all of it. */
export function identifyAny(runs: readonly SeenRun[]): BugIdentity | null {
  const reports = reportsOf(runs);
  return identityOf(reports, reports[0], reports, runs.length);
}

/**
 * What the crashing commit shows in 2026: the crash that stands for its runs, and the types for which it
 * stands. Null where nothing but hangs and lost connections was seen, and neither alone.
 */
export function identifyByTypes(runs: readonly SeenRun[]): BugIdentity | null {
  const reports = reportsOf(runs);
  const standing = representativeOf(reports);
  if (standing === null) return null;
  const kept = reports.filter(({ type }) => standing.types.includes(type));
  return identityOf(kept, reports[standing.index], reports, runs.length);
}

/** The reports of runs, in their order; a run without one has none. */
function reportsOf(runs: readonly SeenRun[]): CrashSeen[] {
  return runs.flatMap((run) => syzkallerReport(run) ?? []);
}

function identityOf(
  kept: readonly CrashSeen[],
  first: CrashSeen | undefined,
  all: readonly CrashSeen[],
  of: number,
): BugIdentity | null {
  if (first === undefined) return null;
  const ordered = [first, ...kept];
  return {
    title: first.title,
    ...likeness(ordered),
    crashed: all.length,
    of,
  };
}
