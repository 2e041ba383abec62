import type { BeliefSummary } from "../reckoning.ts";
import type { Belief } from "./belief.ts";
import type { Outlook } from "./choose.ts";
import { cleanRunsWanted, type Standing, standingOf } from "./confirm.ts";
import type { Evidence } from "./kernels.ts";
import { type Lattice, nodeOf } from "./lattice.ts";
import type { Question } from "./question.ts";
import { type Reckoned, reckon } from "./reckon.ts";
import { summarise } from "./summarise.ts";
import { testableShare } from "./testable.ts";

/** A question, and what follows from it. */
export interface Search extends Reckoned {
  readonly question: Question;
  readonly summary: BeliefSummary;
  readonly outlook: Outlook;
  /** Commits under test whose answers would say nothing any more; `question.pending` is without them. */
  readonly unwanted: readonly number[];
}

/** What follows from a question, whatever is unwanted. */
export function searchOf(question: Question): Omit<Search, "unwanted"> {
  const { lattice, evidence, prior, belief } = reckon(question);
  return {
    question,
    lattice,
    prior,
    evidence,
    belief,
    summary: summarise(lattice, prior, belief),
    outlook: outlookOf(question, lattice, evidence, belief),
  };
}

function outlookOf(
  question: Question,
  lattice: Lattice,
  evidence: Evidence,
  belief: Belief,
): Outlook {
  const nodes = (commits: Iterable<number>) =>
    [...commits].map((commit) => nodeOf(lattice, commit));
  return {
    lattice,
    belief,
    evidence,
    testable: testableShare(lattice, evidence),
    costs: question.costs,
    taken: new Set([
      ...nodes(question.observations.map(({ commit }) => commit)),
      ...nodes(question.pending),
    ]),
    pending: new Set(nodes(question.pending)),
    cached: new Set(nodes(question.cached)),
  };
}

/** How far the likeliest suspect is from being the culprit. */
export function standingOfBest({ question, lattice, evidence, belief }: Search): Standing {
  const cleanRuns = cleanRunsWanted(belief.rates, question.budget.runs, belief.cases);
  const { crashMeans } = question;
  return standingOf(lattice, belief.best, evidence, belief.rates, { crashMeans, cleanRuns });
}

/** How many more kernels may be under test at once. */
export function roomIn({ builders, pending }: Question): number {
  return Math.max(0, builders - pending.length);
}
