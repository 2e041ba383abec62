import type { HistoryPart } from "../event/index.ts";
import { type BisectionState, startOf } from "./state.ts";

/** What of history is searched: what the job says, and all of what a merge brought once that is looked into. */
export function partSearched(state: BisectionState): HistoryPart | null {
  const { part = null } = startOf(state);
  if (part === null || state.entered === null) return part;
  return part.paths.length === 0 ? null : { ...part, firstParent: false };
}
