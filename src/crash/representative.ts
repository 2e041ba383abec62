import type { CrashSeen } from "../event/event.ts";

/** The crash that stands for a test of many runs. */
export interface Representative {
  /** Index of the crash in the list that was given. */
  readonly index: number;
  /** The types it stands for, the most frequent one first. */
  readonly types: readonly string[];
}

/** Types that are taken at most. */
const mostTypes = 3;

/**
 * Which of `crashes`, one a run, stands for all of them, as syzkaller chooses it (2026): types are
 * taken by their frequency, equally frequent ones in order of appearance, until they cover two thirds
 * of the crashes ((n+2)·2/3, rounded down); the first crash of the first type stands. A hang is often
 * the consequence of another crash and is passed over where less than half of the crashes are hangs,
 * a lost connection wherever there is anything else. Null where nothing is left to take.
 */
export function representativeOf(crashes: readonly CrashSeen[]): Representative | null {
  const counts = new Map<string, number>();
  for (const { type } of crashes) counts.set(type, (counts.get(type) ?? 0) + 1);
  const enough = Math.floor(((crashes.length + 2) * 2) / 3);
  const types: string[] = [];
  let covered = 0;
  for (const [type, count] of [...counts].sort(([, a], [, b]) => b - a)) {
    if (covered >= enough || types.length === mostTypes) break;
    const alone = counts.size === 1;
    if (type === "HANG" && count * 2 < crashes.length && !alone) continue;
    if (type === "LOST_CONNECTION" && !alone) continue;
    types.push(type);
    covered += count;
  }
  const [first] = types;
  if (first === undefined) return null;
  return { index: crashes.findIndex(({ type }) => type === first), types };
}
