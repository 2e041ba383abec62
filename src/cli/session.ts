import { drive } from "../bisection/driver.ts";
import { policyOf } from "../bisection/policy-of.ts";
import { asFailure, type Failure } from "../failure/failure.ts";
import { describeCommit } from "../history/describe-commit.ts";
import type { Repository } from "../history/repository.ts";
import type { HeldJournal } from "../journal/journal.ts";
import type { Lab } from "../lab/lab.ts";
import { eventStream } from "./event-stream.ts";
import { exitCodeOfFailure } from "./exit.ts";
import { canShowWindow, liveWindow } from "./live-window.ts";
import { logFileOf } from "./log-file.ts";
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
  readonly journal: HeldJournal;
  readonly lab: Lab;
  readonly repository: Repository;
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
  const { folder, journal, lab } = held;
  const log = logFileOf(folder);
  const observers = observersOf(flags, log, held);
  const tell = (text: string) => {
    for (const observer of observers) observer.note?.(text);
  };
  signals.tell(tell);
  let failure: Failure | null = null;
  try {
    await drive({
      ...held,
      journal: observed(journal, observers),
      requests: journal.requests,
      policy: policyOf(journal.events),
      finish: signals.finish,
      halt: signals.halt,
      tell,
      onBuildProgress: (kernel, progress) => {
        for (const observer of observers) observer.building?.(kernel, progress);
      },
    });
  } catch (error) {
    failure = asFailure(error);
  } finally {
    for (const observer of observers) await observer.end?.();
    if (failure !== null && failure.code !== "interrupted") sayFailure(failure);
    await lab.close();
    await journal.close();
  }
  const code = failure === null ? 1 : exitCodeOfFailure(failure);
  return (await sayResult(folder, journal.events, { log, json: flags.json ?? false })) ?? code;
}

function observersOf(flags: SessionFlags, log: string, held: Held): Observer[] {
  return [
    logKeeper(log),
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
