import { type Answer, open, wait } from "./answer.ts";
import { few, untriedSuspects } from "./explore.ts";
import { type Observation, runsOf } from "./question.ts";
import type { Search } from "./search.ts";

/** Bounds: an open end with what is known by then. */
export function tooMuch(search: Search): Answer | null {
  const end = beyondBudget(search);
  // What is under way is paid for: its answers may still decide.
  return end !== null && search.question.pending.length > 0 ? wait(search) : end;
}

function beyondBudget(search: Search): Answer | null {
  const { observations, budget } = search.question;
  const runs = observations.reduce((sum, seen) => sum + runsOf(seen), 0);
  if (runs >= budget.runs) return open(search, `${runs} runs were made, the most that are allowed`);
  const told = observations.filter((seen) => seen.banned || isOnlySaid(seen)).length;
  const tested = observations.length - told;
  if (tested >= budget.builds) {
    return open(search, `${tested} kernels were tested, the most that are allowed`);
  }
  const untestable = search.evidence.untestable.length - search.evidence.banned.size;
  const tooMany = untestable - search.evidence.arrival.length >= budget.untestable;
  if (tooMany && untriedSuspects(search) > few) {
    return open(search, `${untestable} commits could not be tested`);
  }
  return null;
}

/** Nothing of it was run: the user's word is all that is known. */
function isOnlySaid(seen: Observation): boolean {
  return seen.override !== null && runsOf(seen) === 0;
}
