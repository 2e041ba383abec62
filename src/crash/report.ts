import { type Line, readLine } from "./console.ts";
import { isUnreliable } from "./frames.ts";

/** Lines before a headline that belong to its report; more where the console says which task printed it. */
const leadingLines = 5;
const leadingOfTask = 50;
const LF = 0x0a;

/** Bytes of those lines at most. */
const leadingBytes = 64 * 1024;

/** Lines of a report after which what repeats it is cut off; KMSAN's reports are shorter. */
const enoughLines = 22;
const enoughOfKmsan = 16;

/** What brings a stack trace of its own, and is no crash. */
const endings =
  /vmalloc: allocation failure|FAULT_INJECTION: forcing a failure|FAULT_FLAG_ALLOW_RETRY missing/;

/**
 * The lines of `latin`, which begins at byte `base` of the console and is one character a byte.
 */
export function linesOf(latin: string, base: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < latin.length) {
    const lf = latin.indexOf("\n", at);
    const end = lf === -1 ? latin.length : lf;
    lines.push(readLine(latin.slice(at, end), base + at));
    at = end + 1;
  }
  return lines;
}

/** True where `line` was printed by who printed `headline`: same context, and stamped as it is. */
function isOf(headline: Line, line: Line): boolean {
  return line.context === headline.context && line.stamped === headline.stamped;
}

/**
 * The lines that were printed by who printed `headline`, from it on: programs write to the same console.
 * Questionable frames are left out.
 */
export function ownLines(lines: readonly Line[], headline: Line): Line[] {
  const own: Line[] = [];
  // After this every CPU prints what it does, with a context of its own.
  let allCpus = false;
  for (const line of lines) {
    if (line.start === headline.start) {
      own.push(line);
      continue;
    }
    const isOwn = isOf(headline, line) || (allCpus && line.context?.startsWith("C") === true);
    if (!isOwn || isUnreliable(line.text)) continue;
    if (line.text.includes("Sending NMI from CPU")) allCpus = true;
    own.push(line);
  }
  return own;
}

/** `report` without the second report that only repeats it; the headline is at `first`. */
export function withoutRepetition(report: readonly Line[], first: number): Line[] {
  const kept: Line[] = [];
  const kmsan = report[first]?.text.includes("KMSAN") === true;
  for (const [index, line] of report.entries()) {
    const isEnough = kept.length - first > (kmsan ? enoughOfKmsan : enoughLines);
    if (index > first && isEnough) {
      const { text } = line;
      if (text.includes("Disabling lock debugging due to kernel taint")) continue;
      if (text.includes("Kernel panic - not syncing")) break;
      if (text.includes("possible circular locking dependency detected")) break;
    }
    kept.push(line);
  }
  return kept;
}

/**
 * The part of `report` that tells about one crash, in a console that does not say who prints: up to the
 * headline at byte `next`, or to what brings a stack of its own. Its own headline is at `first`.
 */
export function ownPart(report: readonly Line[], first: number, next: number): readonly Line[] {
  const end = report.findIndex(
    ({ start, text }, index) => index > first && (start >= next || endings.test(text)),
  );
  return end === -1 ? report : report.slice(0, end);
}

/**
 * The lines before the headline that belong to its report, in order: the nearest ones of its context
 * that are not empty. `bytes` begins at byte `base` of the console; nothing before `earliest` is looked at.
 */
export function leadingLinesOf(
  bytes: Buffer,
  base: number,
  headline: Line,
  earliest: number,
  most = headline.context?.startsWith("T") ? leadingOfTask : leadingLines,
): Line[] {
  const lines: Line[] = [];
  const before = bytes.subarray(Math.max(0, earliest - base), headline.start - base);
  const first = headline.start - before.length;
  let room = leadingBytes;
  let end = before.length - 1;
  while (end > 0 && lines.length < most && room > 0) {
    const start = before.lastIndexOf(LF, end - 1) + 1;
    if (end > start && end - start < room) {
      const line = readLine(before.toString("latin1", start, end), first + start);
      if (isOf(headline, line) && line.whole !== "" && !isUnreliable(line.text)) {
        lines.push(line);
        room -= end - start;
      }
    }
    end = start - 1;
  }
  return lines.reverse();
}

/** Lines as text: the console's bytes read as UTF-8. */
export function textOf(lines: readonly Line[]): string {
  let latin = "";
  for (const line of lines) latin += `${line.whole}\n`;
  return /[\x80-\xff]/.test(latin) ? Buffer.from(latin, "latin1").toString("utf8") : latin;
}
