import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary, subjectOf } from "../syzbot/index.ts";

/**
 * The line by which a fix names the commit that it mends: `Fixes: 54a4f0239f2e ("subject")`, as
 * Documentation/process/submitting-patches.rst of Linux has it; never broken.
 */
export function fixesTag(summary: Summary, commit: string): string {
  const subject = plainLine(subjectOf(summary, commit));
  return `Fixes: ${shortHash(commit)}${subject === "" ? "" : ` ("${subject}")`}`;
}

/**
 * The line for the bot that follows regressions of Linux (Documentation/process/handling-regressions.rst): with which
 * commit the bug came, or, where its fix was looked for, what that is called. `reply`: the report is the mail that this
 * one answers, which is what the caret says. Null: it is no commit of Linux.
 */
export function regzbotTag(
  summary: Summary,
  commit: string,
  { reply }: { readonly reply: boolean },
): string | null {
  if (!isOfKernel(summary)) return null;
  return isFix(summary)
    ? `#regzbot fix: ${plainLine(subjectOf(summary, commit)) || commit}`
    : `#regzbot ${reply ? "^" : ""}introduced: ${commit}`;
}

/** Whether a commit was looked for that mended a bug. */
export function isFix({ started }: Summary): boolean {
  return started?.find === "fix";
}

/** Whether a kernel is bisected, and not another program. */
export function isOfKernel({ started }: Summary): boolean {
  return started?.kind === "started" && started.target !== "program";
}
