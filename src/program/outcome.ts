import { endNamed } from "../crash/program/named-end.ts";
import type { ProgramCrash } from "../crash/program/program-crash.ts";
import { readProgramOutput } from "../crash/program/read.ts";
import type { RunOutcome } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { CommandEnd } from "./program.ts";

/** Exit code that says "this commit cannot be tested", as git's. */
const cannotTest = 125;
/** What a shell, and `env`, end with where a command cannot be run, or is not there. */
const cannotRun = [126, 127];

/** A crash as far as this room makes and passes it. */
export type SeenCrash = Pick<
  ProgramCrash,
  "title" | "frame" | "stack" | "start" | "end" | "report"
> & {
  readonly type: string;
};

/** What one run said. */
export interface ProgramOutcome {
  readonly outcome: RunOutcome;
  /** In order of appearance. */
  readonly crashes: readonly SeenCrash[];
}

/**
 * What a run of the job's `run` said. Pure.
 *
 * A crash that was printed counts however the program ended: only 125 takes it back. A program that was
 * stopped says nothing else, unless `isExpected` says that this is the bug. Where it could not be run at
 * all, the commit cannot be tested; where only a sanitizer gave up, the run says nothing.
 */
export function outcomeOfRun(
  end: CommandEnd,
  output: Buffer,
  isExpected: ((crash: SeenCrash) => boolean) | null,
): ProgramOutcome {
  if (isExit(end, cannotTest)) return { outcome: "untestable", crashes: [] };
  const printed = readProgramOutput(output, { exitCode: null, signal: null });
  if (printed.length === 0 && isExit(end, ...cannotRun)) {
    return { outcome: "untestable", crashes: [] };
  }
  const crashes = readProgramOutput(output, endedBy(end)).filter(
    ({ type }) => type !== "SANITIZER-FAILURE",
  );
  if (crashes.length > 0) return { outcome: "crashed", crashes };
  if (printed.length > 0) return { outcome: "lost", crashes: [] };
  switch (end.kind) {
    case "exited":
    case "signal":
      return { outcome: "clean", crashes: [] };
    case "deadline":
      return stopped("hang", "hung", output, isExpected);
    case "out-of-memory":
      return stopped("out of memory", "lost", output, isExpected);
    case "flooded":
      return { outcome: "flooded", crashes: [] };
    default:
      return end satisfies never;
  }
}

/**
 * What the user's own command said, as `git bisect run` takes it: 0 is clean, 1 to 124 are the bug, and so
 * are 126 and 127 (whoever runs it asks the good end first), 125 cannot be tested. Throws
 * `predicate-stopped` for any other code and for a signal: they say nothing about the commit.
 */
export function outcomeOfPredicate(end: CommandEnd, output: Buffer): ProgramOutcome {
  switch (end.kind) {
    case "exited":
      if (end.exitCode === 0) return { outcome: "clean", crashes: [] };
      if (end.exitCode === cannotTest) return { outcome: "untestable", crashes: [] };
      if (end.exitCode < 128) {
        return { outcome: "crashed", crashes: readProgramOutput(output, endedBy(end)) };
      }
      throw stoppedPredicate(`code ${end.exitCode}`);
    case "signal":
      throw stoppedPredicate(end.signal);
    case "deadline":
      return { outcome: "hung", crashes: [] };
    case "out-of-memory":
      return { outcome: "lost", crashes: [] };
    case "flooded":
      return { outcome: "flooded", crashes: [] };
    default:
      return end satisfies never;
  }
}

/** Whether a command ended as one that is broken does: it could not be run. */
export function couldNotRun(end: CommandEnd): boolean {
  return isExit(end, ...cannotRun);
}

/** The report of the crash titled `title` in an output: of an end, which prints none, the last lines. */
export function reportIn(output: Buffer, title: string): string {
  const crashes = readProgramOutput(output, endNamed(title));
  return crashes.find((crash) => crash.title === title)?.report ?? `${title}\n`;
}

function stopped(
  title: string,
  otherwise: RunOutcome,
  output: Buffer,
  isExpected: ((crash: SeenCrash) => boolean) | null,
): ProgramOutcome {
  const [start, end] = [output.length, output.length];
  const crash = { title, type: "STOPPED", frame: null, stack: [], start, end, report: "" };
  return isExpected?.(crash)
    ? { outcome: "crashed", crashes: [crash] }
    : { outcome: otherwise, crashes: [] };
}

/** Whoever stopped the program is no part of what it did. */
function endedBy(end: CommandEnd): { exitCode: number | null; signal: string | null } {
  switch (end.kind) {
    case "exited":
      return { exitCode: end.exitCode, signal: null };
    case "signal":
      return { exitCode: null, signal: end.signal };
    default:
      return { exitCode: null, signal: null };
  }
}

function isExit(end: CommandEnd, ...codes: readonly number[]): boolean {
  return end.kind === "exited" && codes.includes(end.exitCode);
}

function stoppedPredicate(how: string): Failure {
  return new Failure("predicate-stopped", `the command ended with ${how}, which is no answer`, {
    facts: { how },
    hint: "0 is good, 1 to 124 bad, 125 skip; see the end of the run's console, then resume",
  });
}
