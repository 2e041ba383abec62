import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { type BisectionState, type Deeper, startOf } from "./state.ts";
import { wordsOf } from "./words-of.ts";

/** A search behind a culprit, or inside of one that is a merge. */
export type DeeperSearch = Pick<
  EventOf<"deeper-begun">,
  "search" | "after" | "before" | "onto" | "why"
>;

/** Searches that were begun for this culprit. */
export function deeperOf({ deeper }: BisectionState, culprit: string): readonly Deeper[] {
  return deeper.filter(({ begun }) => begun.culprit === culprit);
}

/** The search that is to be begun for `culprit` once those before it have ended; null: none. */
export function nextSearch(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): DeeperSearch | null {
  const [first, ...others] = parents;
  if (first === undefined) return null;
  if (others.length > 0) return nextInside(state, culprit, parents);
  if (deeperOf(state, culprit).length > 0) return null;
  if ((state.examined.get(culprit)?.detectors.length ?? 0) === 0) return null;
  const why = "it may have made visible what was there: its change is brought to older commits";
  return {
    search: "behind",
    after: first,
    before: state.graph?.before[0] ?? null,
    onto: null,
    why,
  };
}

/**
 * Two sides of a merge, until two are found that do not bear each other: then the commits of each are searched. A merge
 * of more than two has as many pairs looked at as kernels may be built for one search.
 */
function nextInside(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): DeeperSearch | null {
  const known = deeperOf(state, culprit);
  const isMany = parents.length > 2;
  let pairs = 0;
  for (const [onto, after] of pairsOf(parents)) {
    if (pairs++ >= (startOf(state).checks?.deeper ?? 0)) return null;
    const one = between(known, onto, after);
    if (one === undefined) return inside(state, onto, after, isMany);
    if (one.ended?.result === "found") {
      return between(known, after, onto) === undefined ? inside(state, after, onto, isMany) : null;
    }
    // What one side of two does not tell, the other one will not.
    if (!isMany || one.ended?.bounded) return null;
  }
  return null;
}

/** Each two of a merge's parents, the first with all others before those with each other. */
function* pairsOf(parents: readonly string[]): Generator<readonly [string, string]> {
  for (const [n, one] of parents.entries()) {
    for (const other of parents.slice(n + 1)) yield [one, other];
  }
}

function between(known: readonly Deeper[], onto: string, after: string): Deeper | undefined {
  return known.find(({ begun }) => begun.onto === onto && begun.after === after);
}

function inside(state: BisectionState, onto: string, after: string, isMany: boolean): DeeperSearch {
  const { shows } = wordsOf(state);
  const [one, other] = [onto, after].map(shortHash);
  const why = isMany
    ? `no side of the merge ${shows}: ${other} is merged into ${one} alone`
    : `neither side of the merge ${shows}: its commits are merged one by one`;
  return { search: "inside", after, before: onto, onto, why };
}

/** What a conclusion says of these searches; null where there was none. */
export function toldDeeper(
  state: BisectionState,
  culprit: string,
): EventOf<"concluded">["deeper"] | null {
  const all = deeperOf(state, culprit).flatMap(({ ended }) => ended ?? []);
  const [first] = all;
  if (first === undefined) return null;
  const sides = state.described.get(culprit)?.parents ?? [];
  const found = all.filter(({ result }) => result === "found");
  if (found.length === 0) {
    return sides.length > 2 && first.search === "inside"
      ? toldOfMany(state, sides.length, all)
      : { search: first.search, result: first.result, commits: first.commits, why: first.why };
  }
  const commits = found.flatMap((one) => one.commits);
  // Of more than two sides it is said which; those that were looked at in vain say nothing of them.
  const told = sides.length > 2 ? found : all;
  const why = [...namedSides(state, culprit, sides), ...told.map((one) => one.why)].join("; ");
  return { search: first.search, result: "found", commits, why };
}

function namedSides(
  state: BisectionState,
  culprit: string,
  sides: readonly string[],
): readonly string[] {
  const one = deeperOf(state, culprit).find(({ ended }) => ended?.result === "found")?.begun;
  if (sides.length <= 2 || one?.onto == null) return [];
  const [a, b] = [one.onto, one.after].map((hash) => sides.indexOf(hash) + 1);
  return [`of its ${sides.length} sides, ${a} and ${b} do not bear each other`];
}

function toldOfMany(
  state: BisectionState,
  sides: number,
  all: readonly EventOf<"deeper-ended">[],
): NonNullable<EventOf<"concluded">["deeper"]> {
  const { show } = wordsOf(state);
  const inside = { search: "inside" as const, commits: [] };
  const open = all.find(({ result }) => result !== "own");
  if (open !== undefined) return { ...inside, result: "given-up", why: open.why };
  const pairs = (sides * (sides - 1)) / 2;
  if (all.length < pairs) {
    const why = `${all.length} of ${pairs} pairs of its ${sides} sides were merged, as many as are allowed: they do not ${show}`;
    return { ...inside, result: "given-up", why };
  }
  const why = `no two of its ${sides} sides ${show} when they are merged without help: it takes more of them, or what was resolved by hand`;
  return { ...inside, result: "own", why };
}
