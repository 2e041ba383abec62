import type { Line } from "./console.ts";
import type { ReportEnd } from "./family/family.ts";
import { framesOf, isTraceHeading, isUnreliable } from "./frames.ts";
import type { Headline } from "./headline.ts";

/** How far a report has come. */
export interface ReportProgress {
  /** How it ends, beyond the marks. */
  readonly end: ReportEnd | null;
  readonly context: string | null;
  /** Bytes and lines since the headline. */
  bytes: number;
  lines: number;
  /** `headed` after a heading such as `Call Trace:`, `traced` after the first frame below one. */
  stack: "none" | "headed" | "traced";
}

/** A report this long says what it has to say, whether or not it ends. */
const enoughBytes = 128 * 1024;
const enoughLines = 3000;

/** What the kernel prints when a report, or everything, is over. */
const mark =
  /---\[ end (?:trace|Kernel panic)|^Rebooting in \d+ seconds|reboot: (?:System halted|Power down|Restarting)|^Kernel Offset: /;
/** The line of `=` or `-` below the reports of sanitizers. */
const rule = /^={20,}|^-{20,}$/;

/** The progress of the report that `headline` begins, whose line is `line`. */
export function startProgress({ family, at }: Headline, line: Line): ReportProgress {
  const text = line.text.slice(at);
  const message = family.messages.find(({ says }) => says.test(text));
  const end = message?.end ?? family.end ?? null;
  return { end, context: line.context, bytes: 0, lines: 0, stack: "none" };
}

/**
 * Counts `line` to the report and says whether the report is over with it: an end mark was printed, the
 * sanitizer's closing rule, or (in families that say nothing after it) the line that follows the stack
 * trace; or there is so much of it that it is enough.
 */
export function endsReport(progress: ReportProgress, line: Line): boolean {
  progress.bytes += line.end - line.start + 1;
  progress.lines++;
  if (progress.bytes >= enoughBytes || progress.lines >= enoughLines) return true;
  if (mark.test(line.text)) return true;
  if (line.context !== progress.context) return false;
  if (progress.end === "rule") return rule.test(line.text);
  return followStack(progress, line.text) && progress.end === "trace";
}

/** Follows headings and frames; true for the first line after the frames. */
function followStack(progress: ReportProgress, text: string): boolean {
  if (progress.stack === "none") {
    if (isTraceHeading(text)) progress.stack = "headed";
    return false;
  }
  const isFrame = framesOf(text).length > 0;
  if (isFrame) progress.stack = "traced";
  return progress.stack === "traced" && !isFrame && !isUnreliable(text);
}
