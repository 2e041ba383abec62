import { isGeneric, isWaiting } from "./generic.ts";

/** The function of a sleeping task that stands for what it waits for, or null without frames. */
export function sleeperOf(frames: readonly string[]): string | null {
  return frames.find((name) => !isWaiting(name) && !isGeneric(name)) ?? null;
}
