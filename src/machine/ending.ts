import type { Crash } from "../crash/crash.ts";
import type { GuestProgress } from "../crash/guest-markers.ts";
import type { MachineEnding } from "./machine.ts";
import type { StopReason } from "./run-watch.ts";

/** All that the ending of a run depends on. */
export interface RunFacts {
  readonly bytes: number;
  readonly progress: GuestProgress;
  readonly crashes: readonly Crash[];
  /** Why it was stopped: by the watch, at its deadline, or null where it ended by itself. */
  readonly stopped: StopReason | "deadline" | null;
}

/**
 * How a run ended. Pure.
 *
 * A crash counts as the reproducer's only from its start on: a kernel that warns during boot and goes on
 * is alive, and one that never comes to the reproducer says nothing about it.
 */
export function endingOf({ bytes, progress, crashes, stopped }: RunFacts): MachineEnding {
  if (bytes === 0) return "no-output";
  const { started, refused, done } = progress;
  if (started !== null && crashes.some((crash) => crash.start >= started)) return "crashed";
  if (stopped === "flooded") return "flooded";
  if (started === null || refused) return "boot-failed";
  if (stopped !== null && stopped !== "done") return "hung";
  return done ? "clean" : "lost";
}
