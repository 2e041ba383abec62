import { type BugWords, bugWords } from "../outcome/bug-words.ts";
import { type BisectionState, startOf } from "./state.ts";

/** How texts speak of the bug that is bisected. */
export function wordsOf(state: BisectionState): BugWords {
  return bugWords(startOf(state).expect);
}
