import { type BugWords, bugWords } from "../outcome/bug-words.ts";
import { type BisectionState, startOf } from "./state.ts";

/** How texts speak of the bug that is bisected. */
export function wordsOf(state: BisectionState): BugWords {
  return bugWords(startOf(state).expect);
}

/** Why a commit with clean runs enough, and so many that show the bug, is taken for one without it. */
export function saysClean(state: BisectionState, crashed: number): string {
  const { isCrash, show } = wordsOf(state);
  return crashed === 0
    ? `that many clean runs are enough at this ${isCrash ? "crash " : ""}rate`
    : `a commit that has the bug would ${show} far more often`;
}
