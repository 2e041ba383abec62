import { type BisectionEvent, parseEvent } from "../event/event.ts";
import { Failure } from "../failure/failure.ts";

/** Longest line that is read: far above any event, far below what would hurt. */
const longestLine = 16 * 1024 * 1024;

/** What a journal file holds. */
export interface JournalText {
  readonly events: readonly BisectionEvent[];
  /** Bytes of whole lines; what follows is a line that a killed writer did not finish. */
  readonly wholeBytes: number;
}

/**
 * The events in the bytes of a journal: one JSON object a line, `seq` counting from 0.
 *
 * A last line without its line end was torn by a kill and is left out. Anything else that does not fit
 * throws `journal-damaged` with the line's number: a journal is never read in part without saying so.
 * `first` events are before them.
 */
export function readEvents(bytes: Buffer, path: string, first = 0): JournalText {
  const events: BisectionEvent[] = [];
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) return { events, wholeBytes: from };
    events.push(readLine(bytes.subarray(from, end), first + events.length, path));
    from = end + 1;
  }
}

/** One event as its line, the line end included. */
export function writeEvent(event: BisectionEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function readLine(line: Buffer, seq: number, path: string): BisectionEvent {
  const damaged = (why: string, cause?: unknown) =>
    new Failure("journal-damaged", `line ${seq + 1} of ${path} is not an event: ${why}`, {
      facts: { path, line: seq + 1 },
      hint: "restore the file from a copy, or cut it before that line to go on from there",
      cause,
    });
  if (line.length > longestLine) throw damaged(`${line.length} bytes long`);
  let event: BisectionEvent;
  try {
    event = parseEvent(JSON.parse(line.toString("utf8")));
  } catch (error) {
    throw damaged(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "", error);
  }
  if (event.seq !== seq) throw damaged(`it has seq ${event.seq} where ${seq} belongs`);
  return event;
}
