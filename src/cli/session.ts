import { describeCommit } from "../history/describe-commit.ts";
import { driveHeld, type Held } from "../session/drive-held.ts";
import { logFileOf } from "../session/log-file.ts";
import { logKeeper } from "../session/log-keeper.ts";
import type { Observer } from "../session/observer.ts";
import { eventStream } from "./event-stream.ts";
import { exitCodeOfFailure } from "./exit.ts";
import { canShowWindow, liveWindow } from "./live-window.ts";
import { plainLines } from "./plain-lines.ts";
import { sayFailure } from "./say-failure.ts";
import { sayResult } from "./say-result.ts";
import type { Signals } from "./signals.ts";

/** Flags of every command that drives a bisection. */
export interface SessionFlags {
  /** Builds, and machines, at once. */
  readonly jobs?: number;
  readonly machines?: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** Where events go as they happen, and a further copy of the log. */
  readonly events?: string;
  readonly log?: string;
}

/**
 * Drives a held bisection to its end or until it is stopped, prints what came of it, gives back all that
 * was held, and returns the exit code.
 */
export async function driveToResult(
  held: Held,
  flags: SessionFlags,
  signals: Signals,
): Promise<number> {
  const { folder, journal } = held;
  const observers = observersOf(flags, held);
  signals.tell((text) => {
    for (const observer of observers) observer.note?.(text);
  });
  const failure = await driveHeld(held, observers, signals, (why) => {
    if (why.code !== "interrupted") sayFailure(why);
  });
  const code = failure === null ? 1 : exitCodeOfFailure(failure);
  const log = logFileOf(folder);
  return (await sayResult(folder, journal.events, { log, json: flags.json ?? false })) ?? code;
}

function observersOf(flags: SessionFlags, held: Held): Observer[] {
  return [
    ...(flags.log === undefined ? [] : [logKeeper(flags.log)]),
    ...(flags.events === undefined ? [] : [eventStream(flags.events)]),
    progressOf(flags, held),
  ];
}

function progressOf(flags: SessionFlags, { journal, lab, repository }: Held): Observer {
  const level = flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal";
  // Events that are written to the same screen would tear the window to pieces.
  const torn = flags.events === "-" && process.stdout.isTTY;
  return level === "quiet" || torn || !canShowWindow(process.stderr, process.env)
    ? plainLines(level, journal.events)
    : liveWindow(process.stderr, level, journal.events, {
        slots: lab.slots,
        async subjectOf(commit, signal) {
          return (await describeCommit(repository, commit, { culprit: false, signal })).subject;
        },
      });
}
