import { join } from "node:path";
import { drive } from "../bisection/driver.ts";
import { asFailure } from "../failure/failure.ts";
import type { Repository } from "../history/repository.ts";
import type { Journal } from "../journal/journal.ts";
import type { Lab } from "../lab/lab.ts";
import { gitPolicy } from "../search/git/git-policy.ts";
import { eventStream } from "./event-stream.ts";
import { exitCodeOfFailure } from "./exit.ts";
import { logKeeper } from "./log-keeper.ts";
import { type Observer, observed } from "./observer.ts";
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

/** A bisection that is held by this process. */
export interface Held {
  readonly folder: string;
  readonly journal: Journal;
  readonly lab: Lab;
  readonly repository: Repository;
}

/** Name of the log in syzbot's dialect inside a bisection's folder. */
const logFile = "log.txt";

/**
 * Drives a held bisection to its end or until it is stopped, prints what came of it, gives back all that
 * was held, and returns the exit code.
 */
export async function driveToResult(
  held: Held,
  flags: SessionFlags,
  signals: Signals,
): Promise<number> {
  const { folder, journal, lab } = held;
  const log = join(folder, logFile);
  const observers = observersOf(flags, log, journal);
  signals.tell((text) => {
    for (const observer of observers) observer.note?.(text);
  });
  let code: number | null = null;
  try {
    await drive({
      ...held,
      journal: observed(journal, observers),
      policy: gitPolicy,
      finish: signals.finish,
      halt: signals.halt,
      onBuildProgress: (kernel, progress) => {
        for (const observer of observers) observer.building?.(kernel, progress);
      },
    });
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "interrupted") sayFailure(failure);
    code = exitCodeOfFailure(failure);
  } finally {
    for (const observer of observers) await observer.end?.();
    await lab.close();
    await journal.close();
  }
  return sayResult(journal.events, { log, json: flags.json ?? false }) ?? code ?? 1;
}

function observersOf(flags: SessionFlags, log: string, journal: Journal): Observer[] {
  const level = flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal";
  return [
    logKeeper(log),
    ...(flags.log === undefined ? [] : [logKeeper(flags.log)]),
    ...(flags.events === undefined ? [] : [eventStream(flags.events)]),
    plainLines(level, journal.events),
  ];
}
