import type { EventOf } from "../../event/index.ts";
import { commitBlock } from "../commit-block.ts";
import {
  crashLines,
  endsWithCrash,
  possibleCulprits,
  resultLines,
  trailerLines,
} from "../ending.ts";
import { firstBadLine, onlySkippedLines } from "../git-output.ts";
import { noopLines } from "../noop.ts";
import { announcementLines } from "./announcement.ts";
import type { Log } from "./log.ts";

/** The end: what git says, whether the culprit changes anything, the times, the result. */
export function concludedLines(log: Log, concluded: EventOf<"concluded">): string[] {
  const { summary } = log;
  const { end, culprit } = concluded;
  const named = (end === "found" || end === "unconfirmed") && culprit !== null;
  const crash = endsWithCrash(summary, concluded) ? summary.crash : null;
  log.crashDue = crash === null && endsWithCrash(summary, concluded);
  return [
    ...announcementLines(log),
    ...gitEndLines(log, concluded),
    ...(named ? noopLines(summary, culprit, new Set(log.shown.keys())) : []),
    ...trailerLines(summary, log.flaky),
    ...resultLines(summary, concluded),
    ...(crash === null ? [] : crashLines(crash)),
  ];
}

/** git's answer to the last command: the culprit, what it may be, or nothing. */
function gitEndLines(log: Log, concluded: EventOf<"concluded">): string[] {
  if (log.git?.due !== true) return [];
  log.git.due = false;
  const { end, culprit } = concluded;
  if (end === "ties") return [...onlySkippedLines(possibleCulprits(concluded)), ""];
  if (culprit === null || (end !== "found" && end !== "unconfirmed")) return [""];
  const described = log.summary.commits.get(culprit);
  const block = described === undefined ? [] : commitBlock(described);
  return [firstBadLine(culprit), ...block, ""];
}

/** The report of a crash may come after the conclusion; it is the last thing in a log anyway. */
export function lateCrashLines(log: Log): string[] {
  const { crash } = log.summary;
  if (!log.crashDue || crash === null) return [];
  log.crashDue = false;
  return crashLines(crash);
}
