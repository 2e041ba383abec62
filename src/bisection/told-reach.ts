import { type ReachCounts, reachCounts } from "../search/reached.ts";
import type { RunState } from "./state.ts";

/** What runs told of whether they reached the crashing function; nothing where none did. */
export function toldReach(runs: readonly RunState[]): { reached?: ReachCounts } {
  const reached = reachCounts(runs);
  return reached.yes + reached.no > 0 ? { reached } : {};
}
