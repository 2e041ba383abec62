import type { Lattice } from "./lattice.ts";

/**
 * For each node, the sum of `weight` over it and all its ancestors: exact, in one pass.
 *
 * A commit has what its largest parent has, its own weight, and for merges what the other parents add;
 * those differences are kept in the lattice. O(n + what merges bring).
 */
export function ancestorMass(
  { count, base, restStart, rest }: Lattice,
  weight: Float64Array,
  into: Float64Array = new Float64Array(count),
): Float64Array {
  for (let i = 0; i < count; i++) {
    let sum = weight[i] as number;
    const parent = base[i] as number;
    if (parent >= 0) sum += into[parent] as number;
    const end = restStart[i + 1] as number;
    for (let k = restStart[i] as number; k < end; k++) sum += weight[rest[k] as number] as number;
    into[i] = sum;
  }
  return into;
}
