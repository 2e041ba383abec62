import { type BugIdentity, compareCrash, identifyBug } from "../crash/same.ts";
import type { CrashSeen } from "../event/index.ts";
import { meaningOf } from "./meaning.ts";
import { runsByRates } from "./measure/by-rates.ts";
import { crashRate } from "./rate.ts";
import type { Rules, SeenRun, Situation } from "./rules.ts";
import { type RunCounts, verdictOf } from "./verdict.ts";

/** Fewest and most runs of a commit, where the user asks for no number. */
const fewest = 4;
const most = 60;
/** Steps of a search through some 16,000 commits, before the range is known. */
const usualSteps = 14;

/** The crashing commit is run on in these batches, until its rate and titles are known. */
const batches = [10, 20, 40, 70, 100] as const;
const seenOftenEnough = 3;

/** The rules of every policy that does not imitate another program's. */
export const usualRules: Rules = {
  runs: runsWanted,
  runsInWords: `${fewest} or more of each commit, by its crash rate`,
  lookOn({ crashed, of }) {
    if (crashed >= seenOftenEnough) return null;
    return batches.find((batch) => batch > of) ?? null;
  },
  identify: (runs) => identifyBug(runs.map(({ crashes }) => crashes)),
  crashingUntestable: "untestable",
  count: countRuns,
  verdict: (counts, { crashMeans }) => verdictOf(counts, crashMeans),
  remark: () => ({}),
  crashToShow(runs, bug) {
    for (const title of bug.titles) {
      const run = runs.findIndex(({ crashes }) => crashes.some((crash) => crash.title === title));
      if (run >= 0) return { run, title };
    }
    return expectedCrash(runs);
  },
  unbootableAfter: 3,
  equalKernelsAreOne: true,
  releases: { pick: "sparse", newerThan: null },
  fruitlessWalk(verdicts) {
    return verdicts.some((verdict) => verdict !== "untestable") ? "since-oldest" : "inconclusive";
  },
  confirmation: { kind: "parents-run" },
  fix: { headUntestable: "untestable", baseUntestable: "untestable", looksAtForks: true },
};

/**
 * The user's number, or as many as make it unlikely that any of the search's clean verdicts hides the
 * bug: each may miss it with (1 - confidence) / steps.
 */
function runsWanted({ askedRuns, confidence, bug, commits, rates }: Situation): number {
  if (askedRuns !== null) return askedRuns;
  const steps = commits === null ? usualSteps : Math.max(1, Math.log2(commits));
  if (rates) return runsByRates(rates, (1 - confidence) / steps);
  if (bug === null) return fewest;
  const rate = crashRate(bug.crashed, bug.of);
  // The plain binomial: what differs between commits is left to the checks of the culprit's parents.
  const clean = Math.ceil(Math.log((1 - confidence) / steps) / Math.log(1 - rate));
  return Math.min(most, Math.max(fewest, clean));
}

/** A pattern may be found in a crash of another title than those of the crashing commit. */
function expectedCrash(runs: readonly SeenRun[]): { run: number; title: string } | null {
  for (const [run, { crashes }] of runs.entries()) {
    const crash = crashes.find(({ expected }) => expected);
    if (crash !== undefined) return { run, title: crash.title };
  }
  return null;
}

/** Before the bug has a name, what the crashing commit shows is what is searched for. */
function countRuns(runs: readonly SeenRun[], known: BugIdentity | null): RunCounts {
  const bug = known ?? identifyBug(runs.map(({ crashes }) => crashes));
  const counts = { crashed: 0, clean: 0, foreign: 0, missing: 0 };
  for (const { outcome, crashes } of runs) {
    const isBug = (crash: CrashSeen) => bug !== null && compareCrash(bug, crash) === "same";
    counts[meaningOf(outcome, () => crashes.some(isBug))]++;
  }
  return counts;
}
