import type { Evidence } from "./kernels.ts";
import { ancestorsOf, type Lattice } from "./lattice.ts";
import { type Neighbours, nearestOf } from "./nearest.ts";

/** Share of commits that can be tested where none is known that cannot. */
const usually = 0.97;

/** What stretches of untestable commits may be like in a history that has such. */
interface Kind {
  /** Share of commits in them: 5 to 50 % in real histories. */
  readonly broken: number;
  /** By distance: how surely two commits are both in one or both in none, in more than by chance. */
  readonly alike: Float64Array;
}

/** How far a stretch reaches is not known: these lengths, in commits. */
const reaches = [5, 40, 300, 2500] as const;
const kinds: readonly Kind[] = reaches.flatMap((reach) => {
  const alike = Float64Array.from({ length: 10_000 }, (_, far) => Math.exp(-far / reach));
  return [0.06, 0.2, 0.5].map((broken) => ({ broken, alike }));
});
/** A kind that is less likely is left out. */
const leastLikely = 0.03;

/**
 * The probability that each node can be tested. What breaks a build or a boot breaks it on all commits
 * between two, so that untestable commits come in stretches whose ends are not known: after one, the
 * next is untestable in 84 % of real cases, after a testable one in 9 %.
 *
 * What is known of a node's neighbours is the nearest commit that was tried on its older side, and the
 * nearest on its newer: between two untestable commits it is hardly testable, between two testable ones
 * it nearly always is, and between one of each the nearer one decides. How long stretches are in this
 * history, and how much they make up, is what foretells best each commit that was tried from the others.
 * O(n) a commit that was tried, once, and O(n) a kind.
 */
export function testableShare(lattice: Lattice, evidence: Evidence): Float64Array {
  const { untestable, arrival } = evidence;
  const share = new Float64Array(lattice.count).fill(usually);
  const doubts = doubtsOf(evidence);
  if ([...doubts.values()].some((doubt) => doubt > 0)) {
    const doubt = new Float64Array(lattice.count);
    for (const [node, value] of doubts) doubt[node] = value;
    const tried = [...doubts.keys()];
    const known = { ...nearestOf(lattice, tried), doubt };
    share.fill(0);
    for (const { kind, weight } of kindsBy(known, tried)) {
      for (let i = 0; i < share.length; i++) {
        share[i] = (share[i] as number) + weight * (1 - brokenBetween(kind, known, i));
      }
    }
  }
  discountClosed(lattice, evidence, share);
  for (const [node, doubt] of doubts) share[node] = 1 - doubt;
  for (const node of arrival) share[node] = 1;
  for (const node of untestable) share[node] = 0;
  return share;
}

/** The nearest commits that were tried, on both sides of every node. */
export function triedNeighbours(lattice: Lattice, evidence: Evidence): Neighbours {
  return nearestOf(lattice, [...doubtsOf(evidence).keys()]);
}

/**
 * Where the reproducer never came to the crashing function in n runs, it will hardly do so on what that commit
 * contains: those tests would say nothing. 1/(n+1): Laplace's estimate, nearly.
 */
function discountClosed(lattice: Lattice, { kernels }: Evidence, share: Float64Array): void {
  const never = kernels.filter(({ gets }) => gets === "never");
  if (never.length === 0) return;
  const most = new Int32Array(lattice.count);
  for (const { nodes, clean } of never) {
    for (const node of nodes) {
      const inside = ancestorsOf(lattice, node);
      for (let i = 0; i <= node; i++) {
        if (inside[i] === 1 && clean > (most[i] as number)) most[i] = clean;
      }
    }
  }
  most.forEach((runs, i) => {
    share[i] = (share[i] as number) / (runs + 1);
  });
}

/** How surely each commit that was tried cannot be tested. What the user said of one says nothing here. */
function doubtsOf({ kernels, untestable, banned, unclear }: Evidence): Map<number, number> {
  const doubts = new Map<number, number>();
  for (const { nodes, crashed, clean } of kernels) {
    if (crashed + clean > 0) for (const node of nodes) doubts.set(node, 0);
  }
  for (const node of untestable) if (!banned.has(node)) doubts.set(node, 1);
  // What hides the bug in one run of a kernel may hide it in all, and what it hides on others as well.
  const silences = unclear.reduce((sum, { silent }) => sum + silent, 0);
  for (const { node, silent } of unclear) {
    const all = (silent + silences) / 2;
    doubts.set(node, all / (all + 1));
  }
  return doubts;
}

interface Known extends Neighbours {
  /** By node that was tried. */
  readonly doubt: Float64Array;
}

/** The kinds by how well they foretell what was tried, each commit from its neighbours. */
function kindsBy(known: Known, tried: readonly number[]): { kind: Kind; weight: number }[] {
  const fits = kinds.map((kind) => {
    let fit = 0;
    for (const node of tried) {
      const doubt = known.doubt[node] as number;
      const foretold = brokenBetween(kind, known, node);
      fit += doubt * Math.log(foretold) + (1 - doubt) * Math.log(1 - foretold);
    }
    // Two neighbours foretell each other: what they have in common counts once.
    return fit / 2;
  });
  const top = Math.max(...fits);
  const weights = fits.map((fit) => Math.exp(fit - top));
  const kept = kinds.map((kind, n) => ({ kind, weight: weights[n] as number }));
  const likely = kept.filter(({ weight }) => weight >= leastLikely);
  const sum = likely.reduce((all, { weight }) => all + weight, 0);
  return likely.map(({ kind, weight }) => ({ kind, weight: weight / sum }));
}

/**
 * The probability that a node is in a broken stretch, by Bayes' rule from its neighbours: two states
 * that change at random places.
 */
function brokenBetween(
  { broken, alike }: Kind,
  { older, newer, doubt }: Known,
  node: number,
): number {
  let [ifBroken, ifNot] = [broken, 1 - broken];
  for (let side = 0; side < 2; side++) {
    const nearest = side === 0 ? older : newer;
    const tried = nearest.node[node] as number;
    if (tried < 0) continue;
    const more = (doubt[tried] as number) - broken;
    const near = alike[nearest.distance[node] as number] ?? 0;
    ifBroken *= 1 + (near * more) / broken;
    ifNot *= 1 - (near * more) / (1 - broken);
  }
  return ifBroken / (ifBroken + ifNot);
}
