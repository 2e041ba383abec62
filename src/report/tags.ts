import { plainLine, type Summary, subjectOf } from "../syzbot/index.ts";
import { short } from "./words.ts";

/**
 * The line by which a fix names the commit that it mends: `Fixes: 54a4f0239f2e ("subject")`, as
 * Documentation/process/submitting-patches.rst of Linux has it; never broken.
 */
export function fixesTag(summary: Summary, commit: string): string {
  const subject = plainLine(subjectOf(summary, commit));
  return `Fixes: ${short(commit)}${subject === "" ? "" : ` ("${subject}")`}`;
}

/**
 * The line for the bot that follows regressions of Linux (Documentation/process/handling-regressions.rst);
 * `reply`: the report is the mail that this one answers, which is what the caret says.
 */
export function regzbotTag(commit: string, { reply }: { readonly reply: boolean }): string {
  return `#regzbot ${reply ? "^" : ""}introduced: ${commit}`;
}

/** Whether it is a commit of Linux that has brought a crash. */
export function isKernelCause({ started }: Summary): boolean {
  return started?.kind === "started" && started.find === "cause" && started.target !== "program";
}
