import type { Side } from "../search/verdict.ts";
import { type BisectionState, startOf } from "./state.ts";

/** Which side of the change a crash of the bug puts a commit on. */
export function crashMeans(state: BisectionState): Side {
  return startOf(state).find === "cause" ? "after" : "before";
}
