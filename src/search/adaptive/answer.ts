import type { BeliefSummary } from "../reckoning.ts";
import type { Choice } from "./choose.ts";
import { commitOf } from "./lattice.ts";
import type { Search } from "./search.ts";
import { smallestSet } from "./smallest-set.ts";

/** What to do next. Commits are indices in the graph, or `-1 - k` for the outside commit `k`. */
export type Answer =
  /** Run these on; `runs` beside those made. Then ask again, as soon as one of them is done. */
  | {
      readonly kind: "test";
      readonly tests: readonly { readonly commit: number; readonly runs: number }[];
      readonly why: string;
      readonly summary: BeliefSummary;
      readonly unwanted: readonly number[];
    }
  /** The answers of pending tests are awaited, but those of `unwanted`: they would say nothing any more. */
  | { readonly kind: "wait"; readonly unwanted: readonly number[] }
  | {
      readonly kind: "found";
      readonly commit: number;
      readonly posterior: number;
      /** Its share of the prior. */
      readonly prior: number;
      readonly summary: BeliefSummary;
    }
  /** No test is worth its time, or none is left: the smallest set that has the culprit, with its odds. */
  | {
      readonly kind: "open";
      readonly commits: readonly number[];
      readonly odds: readonly number[];
      readonly why: string;
      readonly summary: BeliefSummary;
    }
  /** The end that should crash does not. */
  | { readonly kind: "not-reproduced"; readonly why: string };

/** The culprit is in the set that is named at an open end with this probability. */
export const setMass = 0.99;

/** These are tested. */
export function test(
  { lattice, summary, unwanted }: Search,
  choices: readonly Choice[],
  why: string,
): Answer {
  const tests = choices.map(({ node, runs }) => ({ commit: commitOf(lattice, node), runs }));
  return { kind: "test", tests, why, summary, unwanted };
}

/** What is under test is awaited. */
export function wait({ unwanted }: Search): Answer {
  return { kind: "wait", unwanted };
}

/** The likeliest suspect is named. */
export function found({ lattice, prior, belief, summary }: Search): Answer {
  return {
    kind: "found",
    commit: commitOf(lattice, belief.best),
    posterior: belief.weight[belief.best] as number,
    prior: prior[belief.best] as number,
    summary,
  };
}

/** It is left open which of several it is. */
export function open(search: Search, why: string): Answer {
  return { kind: "open", ...likeliestOf(search), why, summary: search.summary };
}

type OpenEnd = Extract<Answer, { kind: "open" }>;

/** The smallest set that has the culprit with 99 %, the likeliest first, with the odds of each. */
export function likeliestOf({
  lattice,
  belief,
}: Pick<Search, "lattice" | "belief">): Pick<OpenEnd, "commits" | "odds"> {
  // However likely one commit is: where that were enough, it would have been found.
  const nodes = smallestSet(belief.weight, setMass, 2);
  return {
    commits: nodes.map((node) => commitOf(lattice, node)),
    odds: nodes.map((node) => Math.min(1, belief.weight[node] as number)),
  };
}
