import { shortHash } from "../event/short-hash.ts";
import type { BuildProgress } from "../kernel/kernel.ts";
import { cellsOf, clip } from "../report/clip.ts";
import { durationText } from "../report/duration.ts";
import type { TerminalSize } from "../report/index.ts";
import { plainLine } from "../syzbot/plain-line.ts";
import type { TriedRun } from "../trial/try-commit.ts";
import { marksOf } from "./trial-words.ts";

/** What a live window shows of a test; times are milliseconds since 1970. */
export interface TrialView {
  readonly commit: string;
  readonly subject: string;
  readonly runs: number;
  readonly since: number;
  readonly now: number;
  /** Null where no build is under way. */
  readonly build: { readonly since: number; readonly progress: BuildProgress | null } | null;
  /** When each run under way began. */
  readonly running: ReadonlyMap<number, number>;
  readonly finished: readonly TriedRun[];
}

/** The window: a rule with the commit, how far it is, a line for all that is under way. Pure. */
export function trialLines(view: TrialView, { columns, rows }: TerminalSize): string[] {
  const { build, running, finished, now } = view;
  const title = `── ${clip(`test ${shortHash(view.commit)} ${plainLine(view.subject)}`, columns - 6)} `;
  const rule = title + "─".repeat(Math.max(0, columns - cellsOf(title)));
  const marks = finished.length === 0 ? "" : `${marksOf(finished)} `;
  const status = `${marks}${finished.length}/${view.runs} runs, ${elapsed(view.since, now)} elapsed`;
  const busy = [
    ...(build === null ? [] : [`build  ${elapsed(build.since, now)}  ${compiled(build.progress)}`]),
    ...[...running].map(([n, since]) => `run ${n}  ${elapsed(since, now)}`),
  ];
  const room = Math.max(0, rows - 3);
  const shown = busy.length <= room ? busy : busy.slice(0, room);
  return [rule, status, ...shown]
    .slice(0, Math.max(0, rows - 1))
    .map((line) => clip(line, columns));
}

function compiled(progress: BuildProgress | null): string {
  if (progress === null) return "preparing";
  const { done, of } = progress;
  return of === null ? `compiling ${done} files` : `compiling ${done}/${of} files`;
}

/** Whole seconds: tenths that change all the time draw the eye. */
function elapsed(since: number, now: number): string {
  const seconds = Math.floor(Math.max(0, now - since) / 1000);
  return seconds < 10 ? `${seconds} s` : durationText(seconds);
}
