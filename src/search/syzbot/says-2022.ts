import { type RunCounts, totalOf } from "../verdict.ts";
import type { Says } from "./says.ts";

/**
 * What the runs of a commit say in 2022: one crash, of whatever, is the bug. Else more than
 * two thirds of runs that say nothing (in whole numbers, ⌊n/3⌋·2: 6 of 10, 12 of 20) leave it open;
 * else one clean run is enough.
 */
export function says2022(counts: RunCounts): Says {
  const { crashed, clean, foreign, missing } = counts;
  if (crashed > 0) return "crashes";
  if (foreign + missing > Math.floor(totalOf(counts) / 3) * 2) return "unclear";
  return clean > 0 ? "clean" : "unclear";
}
