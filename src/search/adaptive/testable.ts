import { ancestorMass } from "./ancestor-mass.ts";
import type { Evidence } from "./kernels.ts";
import { ancestorsOf, type Lattice } from "./lattice.ts";

/** Share of commits that can be tested where nothing is known of their neighbours. */
const usually = 0.97;
/** What an untestable commit says of one right beside it: of 100 such neighbours some 90 cannot be tested. */
const besideUntestable = 0.93;
/** How far a broken stretch of history reaches is not known: these lengths, in commits, are as likely. */
const reaches = [10, 100, 1000] as const;

/**
 * The probability that each node can be tested. What breaks a build or a boot breaks it on all commits
 * between two, so that untestable commits come in stretches: after one, the next is untestable in 84 %
 * of real cases, after a testable one in 9 %. Nearness is the number of commits that one of two contains
 * and not the other. O(n) an untestable node.
 */
export function testableShare(
  lattice: Lattice,
  { untestable, banned, unclear, arrival }: Evidence,
): Float64Array {
  const share = new Float64Array(lattice.count).fill(usually);
  const doubts = [
    ...untestable.filter((node) => !banned.has(node)).map((node) => ({ node, doubt: 1 })),
    // What hides the bug in one run of a kernel may hide it in all, and on its neighbours.
    ...unclear.map(({ node, silent }) => ({ node, doubt: silent / (silent + 1) })),
  ];
  if (untestable.length + doubts.length === 0) return share;
  const sizes = sizesOf(lattice);
  const common = new Float64Array(lattice.count);
  for (const { node, doubt } of doubts) {
    ancestorMass(lattice, Float64Array.from(ancestorsOf(lattice, node)), common);
    for (let i = 0; i < share.length; i++) {
      const distance = (sizes[node] as number) + (sizes[i] as number) - 2 * (common[i] as number);
      const near = nearness[distance] ?? 0;
      if (near > 0) share[i] = (share[i] as number) * (1 - doubt * besideUntestable * near);
    }
  }
  for (const node of untestable) share[node] = 0;
  for (const node of arrival) share[node] = 1;
  return share;
}

/** By distance; further away it is 0. */
const nearness = Float64Array.from({ length: 10_000 }, (_, distance) => {
  const near = reaches.map((reach) => Math.exp(-distance / reach));
  return near.reduce((a, b) => a + b, 0) / reaches.length;
});

const kept = new WeakMap<Lattice, Float64Array>();

/** For each node, how many nodes it is or descends from. */
function sizesOf(lattice: Lattice): Float64Array {
  const known = kept.get(lattice);
  if (known !== undefined) return known;
  const sizes = ancestorMass(lattice, new Float64Array(lattice.count).fill(1));
  kept.set(lattice, sizes);
  return sizes;
}
