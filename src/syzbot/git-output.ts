import type { EventOf } from "../event/index.ts";
import { words } from "./grammar.ts";
import { plainLine } from "./plain-line.ts";

/** git's word for a side of the change: it says `bad` for a fix, too, and its logs are left so. */
export type GitTerm = "good" | "bad" | "skip";

/** git's term for a verdict: commits before the change are good, whatever the change did. */
export function gitTerm(verdict: EventOf<"probe-answered">["answers"][number]["verdict"]): GitTerm {
  return verdict === "before" ? "good" : verdict === "after" ? "bad" : "skip";
}

/** What `git bisect` says when it has chosen `commit` to be tested next. */
export function bisectingLines(
  left: { readonly suspects: number; readonly steps: number },
  commit: string,
  subject: string,
): string[] {
  const revisions = left.suspects === 1 ? "revision" : "revisions";
  const steps = left.steps === 1 ? "step" : "steps";
  return [
    `${words.bisecting}${left.suspects} ${revisions} left to test after this (roughly ${left.steps} ${steps})`,
    chosenLine(commit, subject),
  ];
}

/** What it says when the two ends have a common ancestor that has to be good. */
export function mergeBaseLines(commit: string, subject: string): string[] {
  return [`${words.bisecting}a merge base must be tested`, chosenLine(commit, subject)];
}

/** What it says, and then gives up, when that ancestor is bad. `good` are the good commits. */
export function badMergeBaseLines(base: string, good: readonly string[]): string[] {
  return [
    `The merge base ${base} is bad.`,
    `This means the bug has been fixed between ${base} and [${good.join(" ")}].`,
  ];
}

/** What it says, and then goes on, when that ancestor cannot be tested. */
export function skippedMergeBaseLines(
  base: string,
  bad: string,
  good: readonly string[],
): string[] {
  return [
    `warning: the merge base between ${bad} and [${good.join(" ")}] must be skipped.`,
    `So we cannot be sure the first bad commit is between ${base} and ${bad}.`,
    "We continue anyway.",
  ];
}

/** What it says at its end when untestable commits are in the way; `term` as for the culprit. */
export function onlySkippedLines(candidates: readonly string[], term = "bad"): string[] {
  return [
    "There are only 'skip'ped commits left to test.",
    `The first ${term} commit could be any of:`,
    ...candidates,
    "We cannot bisect more!",
  ];
}

/** Its sentence for the culprit; `term` is its word for what came with it (`git bisect terms`). */
export function firstBadLine(commit: string, term = "bad"): string {
  return `${commit} is the first ${term} commit`;
}

function chosenLine(commit: string, subject: string): string {
  return `[${commit}] ${plainLine(subject)}`.trimEnd();
}
