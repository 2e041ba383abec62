import type { PriorWeights } from "../reckoning.ts";
import type { Lattice } from "./lattice.ts";

/** Share of the mass outside that goes to commits not known to lie before the change. */
const sideShare = 0.1;

/**
 * The prior by node, summing to one. What lies outside is mostly the commits that are thought to lie before the change;
 * the others, where topic branches forked earlier, share a tenth.
 */
export function priorOf(lattice: Lattice, { commits, outside }: PriorWeights): Float64Array {
  const { outsideCount, parentStart } = lattice;
  const prior = new Float64Array(lattice.count);
  const sum = commits.reduce((a, b) => a + b, 0);
  const inside = outsideCount === 0 ? 1 : 1 - outside;
  for (let i = 0; i < commits.length; i++) {
    prior[outsideCount + i] = ((commits[i] as number) * inside) / sum;
  }
  // Those thought to lie before contain the others, where there are any; all are alike where none is.
  const roots = countRoots(parentStart, outsideCount);
  const ends = outsideCount - roots;
  for (let node = 0; node < outsideCount; node++) {
    const isRoot = node < roots;
    const share = ends === 0 ? 1 / roots : isRoot ? sideShare / roots : (1 - sideShare) / ends;
    prior[node] = outside * share;
  }
  return prior;
}

function countRoots(parentStart: Uint32Array, outsideCount: number): number {
  let roots = 0;
  while (roots < outsideCount && parentStart[roots + 1] === parentStart[roots]) roots += 1;
  return roots;
}
