import { ancestorMask, descendantMask } from "../../history/graph-walk.ts";
import type { RepairWish } from "../policy.ts";
import { nodeOf } from "./lattice.ts";
import type { Observation, Question } from "./question.ts";
import { type Search, searchOf } from "./search.ts";
import { startOf } from "./start.ts";
import { triedNeighbours } from "./testable.ts";

/**
 * Builds that a culprit which can be named instead of a stretch that has it is worth. In a simulated history with
 * 20 % of commits that do not build and 10 % that do not boot, 12 of 40 bugs end open without repairs; 5 with this
 * and 4.6 builds more, 4 with 20 and 8.1 more, 4 with 40 and 12.9 more; with 9 nothing is repaired.
 */
const worthOfAnswer = 15;
/** Builds beside those that halve what is left: the fix's own commit, and the broken one with it. */
const besideHalving = 2;
/** A probability below which nothing is repaired, however cheap it is. */
const leastMass = 0.1;

/**
 * What to repair, or null. What does not build or boot is gone around as long as that costs little; it is
 * repaired when the culprit is likely enough among commits that cannot be tested, for all that is known, to
 * be worth the builds that the search for the fix takes. Of several commits it is the one that most of that
 * probability lies beside. O(n), and O(n) for each broken commit.
 */
export function repairWish(question: Question, closed: ReadonlySet<number>): RepairWish | null {
  const broken = question.observations.filter(
    (seen) => seen.broken !== undefined && seen.commit >= 0 && !closed.has(seen.commit),
  );
  if (broken.length === 0 || startOf(question).kind !== "seen") return null;
  const beside = massBeside(searchOf(question), broken);
  const mass = beside.reduce((sum, one) => sum + one, 0);
  if (mass < leastMass) return null;
  const [worst, most] = beside.reduce((best, one, n) => (one > best[1] ? [n, one] : best), [-1, 0]);
  const seen = broken[worst];
  if (seen?.broken === undefined || most === 0) return null;
  const builds = Math.ceil(Math.log2(1 + commitsAbove(question, seen.commit))) + besideHalving;
  if (mass * worthOfAnswer < builds) return null;
  return { commit: seen.commit, how: seen.broken, mass, builds };
}

/**
 * The probability that the culprit cannot be found, because it or a parent of it cannot be tested, by the
 * broken commit that it lies nearest to: half of it each where it lies between two.
 */
function massBeside(
  { lattice, belief, outlook, evidence }: Omit<Search, "unwanted">,
  broken: readonly Observation[],
) {
  const beside = new Float64Array(broken.length);
  const places = new Map(broken.map(({ commit }, n) => [nodeOf(lattice, commit), n]));
  const { older, newer } = triedNeighbours(lattice, evidence);
  const { count, parentStart, parents } = lattice;
  for (let node = 0; node < count; node++) {
    const weight = belief.weight[node] as number;
    if (weight === 0) continue;
    let [share, least] = [outlook.testable[node] as number, node];
    const end = parentStart[node + 1] as number;
    for (let k = parentStart[node] as number; k < end; k++) {
      const parent = parents[k] as number;
      const theirs = outlook.testable[parent] as number;
      if (theirs < share) [share, least] = [theirs, parent];
    }
    const near = [least, older.node[least] as number, newer.node[least] as number];
    const at = near.flatMap((one) => places.get(one) ?? []);
    for (const place of at)
      beside[place] = (beside[place] as number) + (weight * (1 - share)) / at.length;
  }
  return beside;
}

/** How many commits lie between a broken commit and the nearest later one that was built. */
function commitsAbove({ graph, after, observations, cached }: Question, commit: number): number {
  const later = descendantMask(graph, commit);
  const built = observations
    .filter((seen) => seen.broken === undefined && !seen.untestable)
    .map((seen) => seen.commit);
  let fewest = Number.POSITIVE_INFINITY;
  for (const top of new Set([after, ...built, ...cached])) {
    if (top < 0 || later[top] === 0) continue;
    const contained = ancestorMask(graph, [top]);
    let between = 0;
    for (let i = 0; i <= top; i++) between += contained[i]! & later[i]!;
    fewest = Math.min(fewest, between);
  }
  return Number.isFinite(fewest) ? fewest : graph.count;
}
