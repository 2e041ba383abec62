import { codeFactor } from "../src/search/prior/factors.ts";
import { touchedHistory } from "../src/search/prior/history.ts";
import { reportPrior } from "../src/search/prior/report-prior.ts";
import { type Bug, makeBug } from "../src/simulate/bug.ts";
import { Culprits } from "../src/simulate/culprits.ts";
import type { SimulatedHistory } from "../src/simulate/dag-file.ts";
import type { World } from "../src/simulate/world.ts";

/** What no search can do better under the simulated truth. */
export interface Bounds {
  /** Share of bugs whose culprit and parents can all be tested. */
  readonly decidable: number;
  /**
   * Share of bugs that are named rightly by one who knows the sides of all commits that can be tested, and
   * takes the likeliest of those that remain.
   */
  readonly right: number;
  /** Bits that the report leaves open on average: as many builds at least, of two answers each. */
  readonly bits: number;
}

/** The bounds for the bugs that a simulation with this seed makes up. */
export function boundsOf(
  history: SimulatedHistory,
  world: World,
  { seed, bugs }: { seed: number; bugs: number },
): Bounds {
  const { graph, touched } = history;
  if (touched === null) throw new Error("the bounds need the files that commits change");
  const known = touchedHistory(graph, touched);
  const culprits = new Culprits(graph, known);
  let [decidable, right, bits] = [0, 0, 0];
  for (let number = 0; number < bugs; number++) {
    const { culprit, report } = culprits.draw(seed, number);
    const bug = makeBug(graph, world, { seed, number, culprit, find: "cause" });
    const prior = reportPrior(known, { report }, [codeFactor(known)]).weights.commits;
    const all = prior.reduce((sum, weight) => sum + weight, 0);
    bits -= Math.log2((prior[culprit] as number) / all);
    const left = indistinct(history, bug);
    if (left.length === 1) decidable += 1;
    const likeliest = left.reduce((a, b) => ((prior[b] as number) > (prior[a] as number) ? b : a));
    if (likeliest === culprit) right += 1;
  }
  return { decidable: decidable / bugs, right: right / bugs, bits: bits / bugs };
}

/** The commits that no commit that can be tested tells from the culprit: contained in all that crash, and in none that do not. */
function indistinct({ graph }: SimulatedHistory, bug: Bug): number[] {
  const parentsOf = (i: number) =>
    graph.parents.subarray(graph.parentStart[i], graph.parentStart[i + 1]);
  const { otherBug } = bug;
  const isHidden = (i: number) =>
    otherBug?.foreign === true && otherBug.rate === 1 && otherBug.commits[i] === 1;
  const canTest = (i: number) =>
    bug.stretches.every(({ commits }) => commits[i] === 0) && !isHidden(i);
  const cleared = new Uint8Array(graph.count);
  for (let i = graph.count - 1; i >= 0; i--) {
    if (bug.crashing[i] === 0 && canTest(i)) cleared[i] = 1;
    if (cleared[i] === 0) continue;
    for (const parent of parentsOf(i)) if (parent >= 0) cleared[parent] = 1;
  }
  // The first commits that crash: what all of them contain is what all that crash contain.
  const beyond = new Uint8Array(graph.count);
  const first: number[] = [];
  for (let i = 0; i < graph.count; i++) {
    if (parentsOf(i).some((parent) => parent >= 0 && beyond[parent] === 1)) beyond[i] = 1;
    else if (bug.crashing[i] === 1 && canTest(i)) {
      beyond[i] = 1;
      first.push(i);
    }
  }
  const containedBy = new Uint32Array(graph.count);
  for (const commit of first) {
    const inside = new Uint8Array(graph.count);
    inside[commit] = 1;
    for (let i = commit; i >= 0; i--) {
      if (inside[i] === 0) continue;
      containedBy[i] = (containedBy[i] as number) + 1;
      for (const parent of parentsOf(i)) if (parent >= 0) inside[parent] = 1;
    }
  }
  return Array.from(containedBy, (count, i) => ({ count, i }))
    .filter(({ count, i }) => count === first.length && cleared[i] === 0)
    .map(({ i }) => i);
}
