import type { BisectionEvent, EventOf } from "../event/index.ts";
import { words } from "./grammar.ts";
import { knownEnds } from "./known-ends.ts";
import { addEvent, emptySummary } from "./summary.ts";
import {
  aheadLines,
  announcementLines,
  chosenLines,
  gitStartLines,
} from "./write-2022/announcement.ts";
import { answeredLines, judgedLines } from "./write-2022/answer.ts";
import { concludedLines, lateCrashLines } from "./write-2022/conclusion.ts";
import { isFix, type Log } from "./write-2022/log.ts";
import {
  answeredConfigLines,
  chosenConfigLines,
  minimisedLines,
  preparedLines,
} from "./write-2022/minimise.ts";

/**
 * The log of a bisection in syzbot's dialect of 2022 (July 2021 to July 2022), from its events alone.
 *
 * The log of a list begins with the log of every shorter list, so it can be written while the
 * bisection goes on. Every line that is written is complete and ends with LF. What the dialect has no
 * line for is left out (`building syzkaller on`, a session that stopped) or put into lines that it
 * has: a kernel that is run again gives a further test block with the further runs alone.
 */
export function writeLog2022(events: readonly BisectionEvent[]): string {
  return events.map(log2022()).join("");
}

/** The same, event by event: what each adds to the log, the events given in order. */
export function log2022(): (event: BisectionEvent) => string {
  const log: Log = {
    summary: emptySummary(),
    git: null,
    unannounced: null,
    announced: null,
    ahead: null,
    shown: new Map(),
    flaky: false,
    crashDue: false,
  };
  return (event) => {
    const lines = linesOf(log, event);
    return lines.map((line) => `${line}\n`).join("");
  };
}

/** The lines that `event` adds. */
function linesOf(log: Log, event: BisectionEvent): string[] {
  const open = log.summary.probe;
  addEvent(log.summary, event);
  switch (event.kind) {
    case "started":
      return [startLine(event)];
    case "merge-bases-listed":
      return event.bases.length > 0 && !isFix(log)
        ? gitStartLines(log, event.after, event.before)
        : [];
    case "graph-loaded":
      return gitStartLines(log, event.after, knownEnds(log.summary, event.before));
    case "minimise-prepared":
      return preparedLines(event);
    case "config-chosen":
      return chosenConfigLines(log, event);
    case "config-answered":
      return answeredConfigLines(log, event);
    case "minimised":
      return minimisedLines(event);
    case "probe-chosen":
      return [...aheadLines(log, event.ahead), ...chosenLines(log, event, open)];
    case "fork-judged":
      return judgedLines(log, event);
    case "commit-described":
      return log.unannounced?.probes[0]?.commit === event.commit ? announcementLines(log) : [];
    case "probe-answered":
      return answeredLines(log, event, open);
    case "crash-symbolized":
      return lateCrashLines(log);
    case "concluded":
      return concludedLines(log, event);
    default:
      return [];
  }
}

function startLine({ find, crashes }: EventOf<"started">): string {
  return `${find === "cause" ? words.startCause : words.startFix}${crashes.hash}`;
}
