import { syzkallerReport } from "../../crash/syzkaller-report.ts";
import type { Rules } from "../rules.ts";
import { countReports } from "./count-reports.ts";
import { syzbotRuns, syzbotRunsInWords } from "./flaky.ts";
import { identifyAny } from "./identify.ts";
import { verdictFor } from "./says.ts";
import { says2022 } from "./says-2022.ts";

/** What syzbot did in 2022: any crash counts, every release is tried, the result is not looked into. */
export const rules2022: Rules = {
  runs: syzbotRuns,
  runsInWords: syzbotRunsInWords,
  lookOn: () => null,
  identify: identifyAny,
  crashingUntestable: "not-reproduced",
  count: (runs) => countReports(runs, () => false),
  verdict: (counts, { crashMeans }) => verdictFor(says2022(counts), crashMeans),
  remark: () => ({}),
  // Its log ends with the crash that it saw last.
  crashToShow(runs) {
    const run = runs.findLastIndex(({ outcome }) => outcome === "crashed");
    const title = runs[run] && syzkallerReport(runs[run])?.title;
    return title === undefined ? null : { run, title };
  },
  unbootableAfter: Number.POSITIVE_INFINITY,
  equalKernelsAreOne: false,
  // Its oldest compiler, gcc 5.5, builds nothing older than v4.6.
  releases: { pick: "all", newerThan: "v4.5" },
  fruitlessWalk(verdicts) {
    return verdicts.some((verdict) => verdict !== "untestable") ? "since-oldest" : "inconclusive";
  },
  confirmation: { kind: "kernels-compared", confidence: () => null, leastConfidence: 0 },
  // It takes every commit that does not crash for fixed, wherever that one comes from.
  fix: {
    headUntestable: "not-fixed-yet",
    baseUntestable: "merge-base-clean",
    looksAtForks: false,
  },
};
