import { bisectingLines, mergeBaseLines } from "../git-output.ts";
import { words } from "../grammar.ts";
import { subjectOf } from "../summary.ts";
import { isGitStep, type Log, type Probe } from "./log.ts";

/** A range whose merge bases were tested was given to git with them, before its graph was known. */
export function gitStartLines(log: Log, bad: string, good: readonly string[]): string[] {
  if (log.git !== null) return [];
  log.git = { bad, good, due: true };
  return [`${words.gitStart}${[bad, ...good].join(" ")}`];
}

/**
 * A session that was cut off may choose the same probe again: it is announced once. What is chosen beside
 * tests under way is announced when it is answered, since one of those may be before it.
 */
export function chosenLines(log: Log, probe: Probe, open: Probe | null): string[] {
  log.crashDue = false;
  const [first] = probe.probes;
  if (first === undefined || (open !== null && goesOn(probe, open))) return [];
  log.unannounced = probe;
  const named = subjectOf(log.summary, first.commit) !== "";
  return named || !isGitStep(log, probe.stage) ? announcementLines(log) : [];
}

function goesOn(probe: Probe, open: Probe): boolean {
  const under = new Set(open.probes.map(({ kernel }) => kernel));
  return probe.stage === open.stage && probe.probes.some(({ kernel }) => under.has(kernel));
}

/** The lines before the test block of the first commit of a probe, if they are still to be written. */
export function announcementLines(log: Log): string[] {
  const probe = log.unannounced;
  const [first] = probe?.probes ?? [];
  if (probe === null || first === undefined) return [];
  log.unannounced = null;
  log.announced = first.commit;
  if (log.ahead === first.commit) {
    log.ahead = null;
    return [];
  }
  if (isGitStep(log, probe.stage)) return gitStepLines(log, probe, first.commit);
  return headLines(log, probe, first.commit);
}

/** git has chosen a commit, and another is tested first to find out whether this one can tell of a fix. */
export function aheadLines(log: Log, ahead: Probe["ahead"]): string[] {
  if (ahead === undefined || log.ahead === ahead.commit) return [];
  log.ahead = ahead.commit;
  return gitStepLines(log, { stage: "search", left: ahead.left }, ahead.commit);
}

/** What stands before a test on the way to the range: a release, or the HEAD that may have a fix. */
function headLines(log: Log, { stage, label }: Probe, commit: string): string[] {
  if (stage === "clean-end" && log.summary.started?.find === "fix") {
    return [`${words.head}${commit}`];
  }
  const given = stage === "clean-end" || stage === "release";
  return given && label !== null && releaseName.test(label) ? [`${words.release}${label}`] : [];
}

/** How syzkaller names the releases that it tests: `v5.16`, `v6.1.12`; candidates besides. */
const releaseName = /^v\d{1,4}(\.\d{1,4}){1,3}(-rc\d{1,3})?$/;

/** git's sentence for its next step. It leaves none behind once the culprit is being confirmed. */
export function gitStepLines(
  log: Log,
  { stage, left }: Pick<Probe, "stage" | "left">,
  commit: string,
): string[] {
  if (log.git !== null) log.git.due = false;
  const subject = subjectOf(log.summary, commit);
  const chosen =
    stage === "merge-base"
      ? mergeBaseLines(commit, subject)
      : bisectingLines(left ?? { suspects: 0, steps: 0 }, commit, subject);
  return [...chosen, ""];
}
