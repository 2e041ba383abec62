import type { AppliedBackport, EventOf, ProbeStage } from "../../event/index.ts";
import { shortHash } from "../../event/short-hash.ts";
import { badMergeBaseLines, gitTerm, skippedMergeBaseLines } from "../git-output.ts";
import { words } from "../grammar.ts";
import { plainLine } from "../plain-line.ts";
import { kernelOf } from "../summary.ts";
import { testBlock } from "../test-block.ts";
import { isByTheirRules, theirVerdict } from "../their-rules.ts";
import { aheadLines, announcementLines, gitStepLines } from "./announcement.ts";
import { type Answer, isGitStep, type Log, type Probe } from "./log.ts";

/**
 * The answers in the order in which their commits were chosen, each with its step where it has none yet. A commit that
 * was run again beside what is under test has a block of these runs, and is no step of git's unless it lies elsewhere now.
 */
export function answeredLines(
  log: Log,
  { answers, stage }: EventOf<"probe-answered">,
  open: Probe | null,
): string[] {
  const order = open?.probes.map(({ kernel }) => kernel) ?? [];
  const ordered = answers.toSorted((a, b) => order.indexOf(a.kernel) - order.indexOf(b.kernel));
  const isBeside = ({ kernel, commit }: Answer) =>
    !order.includes(kernel) && verdictsOf(log, commit).length > 1;
  const announced = answers.every(isBeside) ? [] : announcementLines(log);
  const lines = ordered.flatMap((answer) => {
    if (isBeside(answer)) {
      const [now, before] = verdictsOf(log, answer.commit).toReversed();
      return [...blockLines(log, answer), ...(now === before ? [] : termLines(log, stage, answer))];
    }
    const isNamed = log.announced === answer.commit;
    log.announced = null;
    const further = !isNamed && open !== null && isGitStep(log, stage);
    const step = further ? gitStepLines(log, open, answer.commit) : [];
    return [...step, ...blockLines(log, answer), ...termLines(log, stage, answer)];
  });
  return [...announced, ...lines];
}

/** What was said of a commit so far, its newest answer included. */
function verdictsOf({ summary }: Log, commit: string): Answer["verdict"][] {
  return summary.tested.filter((answer) => answer.commit === commit).map(({ verdict }) => verdict);
}

/** git is told of a commit without a test of its own: the bug never came to it. */
export function judgedLines(log: Log, { commit, verdict, left }: EventOf<"fork-judged">): string[] {
  if (log.git === null || left === null) return [];
  const step = aheadLines(log, { commit, left });
  log.ahead = null;
  log.git.due = true;
  return [...step, `${words.gitTerm}${gitTerm(verdict)} ${commit}`];
}

/** The test block of an answer; none where it needed no run beyond those already written. */
function blockLines(log: Log, answer: Answer): string[] {
  const { kernel, commit } = answer;
  const { build, runs, backports } = kernelOf(log.summary, kernel);
  const before = log.shown.get(kernel);
  log.shown.set(kernel, runs.length);
  if (before === runs.length) return [];
  const block = testBlock({
    commit,
    build,
    runs: runs.slice(before),
    ...(isByTheirRules(log.summary) && { verdictOf: (run) => theirVerdict(log.summary, run) }),
  });
  return [...appliedLines(backports), ...block, ...flakyLines(log, answer)];
}

/** Fixes are a comment, which neither dialect has a sentence for. */
function appliedLines(backports: readonly AppliedBackport[]): string[] {
  return backports.map(
    ({ fix, title }) => `# with ${shortHash(fix)} ("${plainLine(title)}") applied`,
  );
}

/** syzkaller says it once a log, of a commit that has the bug. */
function flakyLines(log: Log, { verdict, crashed, clean }: Answer): string[] {
  const crashMeans = log.summary.started?.find === "fix" ? "before" : "after";
  if (log.flaky || verdict !== crashMeans || crashed === 0 || crashed >= clean) return [];
  log.flaky = true;
  return [words.flakyTest];
}

/** What git is told, and what it says at once about a merge base that is not good. */
function termLines(log: Log, stage: ProbeStage, { verdict, commit }: Answer): string[] {
  const { git } = log;
  if (git === null || !isGitStep(log, stage)) return [];
  const term = gitTerm(verdict);
  const told = `${words.gitTerm}${term} ${commit}`;
  if (stage === "merge-base" && term === "bad") {
    git.due = false;
    return [told, ...badMergeBaseLines(commit, git.good), ""];
  }
  git.due = true;
  if (stage !== "merge-base" || term === "good") return [told];
  return [told, ...skippedMergeBaseLines(commit, git.bad, git.good)];
}
