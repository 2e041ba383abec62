import type { BeliefSummary } from "../reckoning.ts";
import type { Belief } from "./belief.ts";
import { posteriorAgainstLookalikes, statedFor } from "./confidence.ts";
import { commitOf, type Lattice } from "./lattice.ts";
import { smallestSetSize } from "./smallest-set.ts";

/** The suspects that are counted have the culprit with this probability. */
const setMass = 0.99;
/** Stretches that a graph is told in: as many as a line of a terminal has room for. */
const mostStretches = 64;

/** What is believed, in a few numbers. O(n). */
export function summarise(lattice: Lattice, prior: Float64Array, belief: Belief): BeliefSummary {
  const { weight, rates, cases, best } = belief;
  const probability = weight[best] as number;
  return {
    best: { commit: commitOf(lattice, best), probability },
    suspects: smallestSetSize(weight, setMass),
    crashRate: cases.crashRates.reduce((sum, rate, j) => sum + rate * (rates[j] as number), 0),
    stated: statedFor(posteriorAgainstLookalikes(probability, prior[best] as number)),
    bits: bitsUnknown(weight),
    spread: spreadOf(lattice, weight),
  };
}

/** The entropy of the belief: what tests still have to tell. */
function bitsUnknown(weight: Float64Array): number {
  let bits = 0;
  for (let i = 0; i < weight.length; i++) {
    const share = weight[i] as number;
    if (share > 0) bits -= share * Math.log2(share);
  }
  return Math.max(0, bits);
}

/** The belief in each of at most 64 stretches of the graph, which are equally long, the oldest first. */
function spreadOf({ outsideCount, count }: Lattice, weight: Float64Array): number[] {
  const commits = count - outsideCount;
  const stretches = Math.min(mostStretches, commits);
  const sums = new Array<number>(stretches).fill(0);
  for (let i = 0; i < commits; i++) {
    const at = Math.floor((i * stretches) / commits);
    sums[at] = (sums[at] as number) + (weight[outsideCount + i] as number);
  }
  return sums;
}
