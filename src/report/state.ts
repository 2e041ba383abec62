import type { Summary } from "../syzbot/index.ts";

/**
 * Where a bisection stands, in a word: its end; `running` while a process has it; `stopped` where the
 * last session said so; `cut off` where it did not, as after a power failure; `reopened` where somebody
 * spoke against its conclusion since.
 */
export function stateWord({ concluded, stopped, reopened }: Summary, running: boolean): string {
  if (concluded !== null) return concluded.end;
  if (running) return "running";
  if (reopened) return "reopened";
  return stopped === null ? "cut off" : "stopped";
}

/** True where a process ended before a conclusion; how to go on after `budget` is part of that end. */
export function isCutShort({ concluded }: Summary, running: boolean): boolean {
  return !running && concluded === null;
}
