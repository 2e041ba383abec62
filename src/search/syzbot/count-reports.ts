import { syzkallerReport } from "../../crash/syzkaller-report.ts";
import type { CrashSeen } from "../../event/index.ts";
import type { SeenRun } from "../rules.ts";
import type { RunCounts } from "../verdict.ts";

/**
 * Runs counted as syzkaller counts them: every report is the bug's, but for those that are `ignored` and
 * those that the job does not expect.
 */
export function countReports(
  runs: readonly SeenRun[],
  ignored: (report: CrashSeen) => boolean,
): RunCounts {
  const counts = { crashed: 0, clean: 0, foreign: 0, missing: 0 };
  for (const run of runs) {
    const report = syzkallerReport(run);
    if (report !== null) counts[ignored(report) ? "foreign" : "crashed"]++;
    else if (run.outcome === "clean") counts.clean++;
    else counts[run.outcome === "crashed" ? "foreign" : "missing"]++;
  }
  return counts;
}
