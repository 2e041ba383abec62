import type { Line } from "./console.ts";
import type { Corruption } from "./crash.ts";
import type { Message } from "./family/family.ts";
import { framesOf, stackStarts, startsStack } from "./frames.ts";

/** Lines below a heading of which one must be a frame, and lines that there must be. */
const framesWithin = 15;
const fewestLines = 3;

/** A time stamp in a title, before it is brought to the normal form: another message was printed into it. */
const stamp = /\[ *\d{1,9}\.\d{1,9}\]/;

/**
 * Why the report of `message` is not to be trusted, by what its title is made of and its stacks alone; null where nothing
 * speaks against it.
 */
export function corruptionOf(
  title: string,
  message: Message | null,
  report: readonly Line[],
): Corruption | null {
  if (stamp.test(title)) return "interleaved";
  if (message?.remains) return "remains";
  if (message?.stackless) return null;
  return stacksOf(report);
}

/** Each kind of heading must have frames below the first of its kind, and there must be one. */
function stacksOf(report: readonly Line[]): Corruption | null {
  const headings = report.flatMap(({ text }, index) => (startsStack(text) ? [index] : []));
  if (headings.length === 0) return "no-stack";
  for (const start of stackStarts) {
    const first = headings.find((index) => start.test((report[index] as Line).text));
    if (first !== undefined && !hasFrames(report, first)) return "empty-stack";
  }
  return null;
}

function hasFrames(report: readonly Line[], heading: number): boolean {
  if (report.length - heading - 1 < fewestLines) return false;
  for (const { text } of report.slice(heading + 1, heading + 1 + framesWithin)) {
    if (startsStack(text)) return false;
    if (text.includes("(stack is not available)") || framesOf(text).length > 0) return true;
  }
  return false;
}
