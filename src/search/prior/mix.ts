import type { PriorWeights } from "../reckoning.ts";
import type { TouchedHistory } from "./history.ts";
import type { Factor, Part } from "./part.ts";

/** A prior, and what it says in words. */
export interface Prior {
  readonly weights: PriorWeights;
  /** A line for each reason that found commits, and for what the user suspects in vain. */
  readonly lines: readonly string[];
}

/**
 * Share of all belief that is spread over all commits alike. Of 274 real culprits some 10 % have nothing
 * in common with their report, and those are bugs that were solved: more is kept, so that a report that
 * misleads costs a few builds and nothing else.
 */
const floorShare = 0.16;

/**
 * Of all belief, what the merges share: in some 6,000 pairs of a fix and its culprit 0.65 to 1.4 % of the
 * culprits were merges.
 */
const mergeShare = 0.005;

/** That the clean end, though named, crashes too. */
const outsideShare = 0.05;

/** Least and most that all factors together change a commit's weight. */
const factorBounds = [1e-4, 20] as const;

/**
 * One prior of several reasons. Parts are added by their masses, what has no commits goes to all alike,
 * merges get their share, then factors apply to all. No commit is ever impossible.
 */
export function mixPrior(
  history: TouchedHistory,
  parts: readonly Part[],
  factors: readonly Factor[],
  outside: number = outsideShare,
): Prior {
  const { count } = history.graph;
  const found = parts.filter(({ weights }) => weights.size > 0);
  // Hints come on top of what the report says: all masses shrink to leave the floor.
  const sum = found.reduce((total, { mass }) => total + mass, 0);
  const scale = Math.min(1, (1 - floorShare) / sum);
  const shares = found.map(({ mass }) => mass * scale);
  const rest = 1 - shares.reduce((total, share) => total + share, 0);

  const commits = spread(history, rest);
  found.forEach(({ weights }, n) => {
    const whole = [...weights.values()].reduce((total, weight) => total + weight, 0);
    for (const [commit, weight] of weights) {
      commits[commit] = (commits[commit] as number) + ((shares[n] as number) * weight) / whole;
    }
  });
  for (let i = 0; i < count; i++) commits[i] = (commits[i] as number) * factorOf(factors, i);
  return {
    weights: { commits, outside },
    lines: [
      ...found.map((part, n) => sayPart(part, shares[n] as number)),
      ...parts.filter((part) => !found.includes(part)).flatMap(sayMissed),
      ...factors.map(({ why }) => why),
    ],
  };
}

/** `mass` over all commits alike, but for merges, which have a share of the whole and not of this. */
function spread({ graph, isMerge }: TouchedHistory, mass: number): Float64Array {
  const merges = isMerge.reduce((sum, one) => sum + one, 0);
  const others = graph.count - merges;
  const ofMerges = others === 0 ? 1 : mergeShare;
  const eachMerge = merges === 0 ? 0 : ofMerges / merges;
  const eachOther = others === 0 ? 0 : (mass - (merges === 0 ? 0 : ofMerges)) / others;
  return Float64Array.from(isMerge, (merge) => (merge === 1 ? eachMerge : eachOther));
}

function factorOf(factors: readonly Factor[], commit: number): number {
  const product = factors.reduce((all, factor) => all * (factor.factors[commit] as number), 1);
  return Math.min(factorBounds[1], Math.max(factorBounds[0], product));
}

function sayPart({ changed, aboveAll, weights }: Part, share: number): string {
  const percent = (100 * share).toFixed(0);
  const commits =
    weights.size === 1 ? "1 commit that changes" : `${weights.size} commits that change`;
  const most = aboveAll === undefined ? "" : `; above all on ${aboveAll}`;
  return `${percent} % on ${commits} ${changed}${most}`;
}

/** What a report points at may well be what nobody changed; a user's suspicion he wants to hear of. */
function sayMissed({ byUser, changed }: Part): string[] {
  return byUser ? [`no commit of the range changes ${changed}`] : [];
}
