import { representativeOf } from "../../crash/representative.ts";
import type { BugIdentity } from "../../crash/same.ts";
import { isIgnored, syzkallerReport } from "../../crash/syzkaller-report.ts";
import type { CrashSeen } from "../../event/index.ts";
import type { Rules, Situation } from "../rules.ts";
import { type RunCounts, totalOf } from "../verdict.ts";
import { confidence2026, missable2026 } from "./confidence-2026.ts";
import { countReports } from "./count-reports.ts";
import { isFlaky, syzbotRuns, syzbotRunsInWords } from "./flaky.ts";
import { identifyByTypes } from "./identify.ts";
import { type Says, verdictFor } from "./says.ts";
import { says2026, wantedOf } from "./says-2026.ts";

/** What syzbot does in 2026: a crash must be seen twice, and the result has a confidence. */
export const rules2026: Rules = {
  runs: syzbotRuns,
  runsInWords: syzbotRunsInWords,
  lookOn: () => null,
  identify: identifyByTypes,
  crashingUntestable: "not-reproduced",
  count: (runs, bug) => countReports(runs, ignoredOf(bug)),
  verdict(counts, situation) {
    return verdictFor(saysOf(counts, situation), situation.crashMeans);
  },
  remark(counts, situation) {
    const says = saysOf(counts, situation);
    const runs = totalOf(counts);
    if (says === "clean") return { missable: missable2026(counts.clean, situation) };
    if (says === "crashes" || runs === 0) return {};
    const { clean, telling } = wantedOf(runs, 0, isFlaky(situation));
    return { wanted: { clean, telling } };
  },
  crashToShow(runs, bug) {
    const ignored = ignoredOf(bug);
    // What no console shows cannot be shown.
    const shown = runs.flatMap((run, n) => {
      const report = run.outcome === "crashed" ? syzkallerReport(run) : null;
      return report === null || ignored(report) ? [] : [{ n, report }];
    });
    const standing = representativeOf(shown.map(({ report }) => report));
    const one = standing === null ? undefined : shown[standing.index];
    return one === undefined ? null : { run: one.n, title: one.report.title };
  },
  unbootableAfter: Number.POSITIVE_INFINITY,
  equalKernelsAreOne: false,
  // Its image needs v4.19.
  releases: { pick: "sparse", newerThan: "v4.18" },
  fruitlessWalk(verdicts) {
    return verdicts.at(-1) === "untestable" ? "error" : "since-oldest";
  },
  // Less sure results are shown and never mailed.
  confirmation: { kind: "kernels-compared", confidence: confidence2026, leastConfidence: 0.66 },
  fix: { headUntestable: "not-fixed-yet", baseUntestable: "merge-base-clean", looksAtForks: true },
};

/** A lab gives up at the first trouble of this machine: no run that is counted had any. */
function saysOf(counts: RunCounts, situation: Situation): Says {
  return says2026({ ...counts, infrastructure: 0 }, isFlaky(situation));
}

function ignoredOf(bug: BugIdentity | null): (report: CrashSeen) => boolean {
  const types = bug === null ? null : bug.kinds.map(({ type }) => type);
  return (report) => isIgnored(report, types);
}
