import type { Line } from "./console.ts";
import type { Crash, Executor } from "./crash.ts";
import type { Headline } from "./headline.ts";
import type { LineWindow } from "./line-window.ts";
import { ownLines, ownPart, textOf, withoutRepetition } from "./report.ts";
import type { Tape } from "./tape.ts";
import { frameOfTitle } from "./title.ts";
import { titleReport } from "./titling.ts";
import { typeOf } from "./type.ts";

/** A crash that was found, before its report is read. */
export interface Found {
  readonly headline: Headline;
  readonly line: Line;
  /** The lines before the headline that belong to the report. */
  readonly leading: readonly Line[];
  /** Where the next headline of the same context begins that is another crash's; else infinite. */
  next: number;
}

/** `found` with its report, which is read from the `most` bytes from its headline on. */
export function readCrash(found: Found, tape: Tape, most: number, window: LineWindow): Crash {
  const { headline, leading, line } = found;
  const { start, end, context } = line;
  const stop = stopOf(tape, start, most);
  const own = ownLines(window.between(tape, start, stop), line);
  const report = withoutRepetition([...leading, ...own], leading.length);
  const first = leading.length;
  const told = context === null ? ownPart(report, first, found.next) : report;
  const { title, altTitles, stack, corruption } = titleReport(headline, told, first, report);
  const text = textOf(report);
  return {
    title,
    altTitles,
    type: typeOf(title),
    frame: frameOfTitle(title),
    stack,
    start,
    end,
    skip: end,
    reportEnd: Math.max(end, own.findLast((each) => each.start < found.next)?.end ?? end),
    report: text,
    headline: first,
    corrupted: corruption !== null,
    corruption,
    suppressed: false,
    panicked: false,
    executor: executorOf(text),
  };
}

/** Where the bytes end that belong to a crash: at the end of a line where there are more than enough. */
function stopOf(tape: Tape, start: number, most: number): number {
  if (tape.end <= start + most) return tape.end;
  const lf = tape.lastLineEnd(start, start + most);
  return lf === -1 ? start + most : lf;
}

const executor = / Comm: syz\.(\d{1,9})\.(\d{1,9}) /;

/** The first program of syzkaller's that the report names. */
function executorOf(report: string): Executor | null {
  const found = executor.exec(report);
  return found === null ? null : { proc: Number(found[1]), id: Number(found[2]) };
}
