import { ancestorMass } from "./ancestor-mass.ts";
import { ancestorsOf, type Lattice } from "./lattice.ts";

/** By node: the nearest of some marked nodes on one side of it, or -1; and how far that is. */
export interface Nearest {
  readonly node: Int32Array;
  readonly distance: Int32Array;
}

/** The nearest marked nodes on both sides of every node. */
export interface Neighbours {
  /** Among those that do not contain the node. */
  readonly older: Nearest;
  /** Among those that contain it. */
  readonly newer: Nearest;
}

interface Kept extends Neighbours {
  readonly marked: Set<number>;
}

const kept = new WeakMap<Lattice, Kept>();

/**
 * The nearest of `marked` on both sides of every node, the lowest of equals; a node is not its own
 * neighbour. Far is what many commits lie between: those that one of two contains and the other does
 * not.
 *
 * O(n) a node that was not marked when it was last asked; the answer before is no longer valid then.
 */
export function nearestOf(lattice: Lattice, marked: readonly number[]): Neighbours {
  let known = kept.get(lattice);
  const wanted = new Set(marked);
  if (known === undefined || [...known.marked].some((node) => !wanted.has(node))) {
    known = { marked: new Set(), older: nothingNear(lattice), newer: nothingNear(lattice) };
    kept.set(lattice, known);
  }
  for (const node of wanted) if (!known.marked.has(node)) mark(lattice, known, node);
  return known;
}

function nothingNear({ count }: Lattice): Nearest {
  return { node: new Int32Array(count).fill(-1), distance: new Int32Array(count) };
}

function mark(lattice: Lattice, { marked, older, newer }: Kept, node: number): void {
  const sizes = sizesOf(lattice);
  const contained = ancestorsOf(lattice, node);
  const common = ancestorMass(lattice, new Float64Array(contained));
  for (let i = 0; i < lattice.count; i++) {
    if (i === node) continue;
    const side = contained[i] === 1 ? newer : older;
    const distance = (sizes[node] as number) + (sizes[i] as number) - 2 * (common[i] as number);
    const before = side.node[i] as number;
    const farther = distance - (side.distance[i] as number);
    if (before >= 0 && (farther > 0 || (farther === 0 && node > before))) continue;
    side.node[i] = node;
    side.distance[i] = distance;
  }
  marked.add(node);
}

const keptSizes = new WeakMap<Lattice, Float64Array>();

/** For each node, how many nodes it is or descends from. */
function sizesOf(lattice: Lattice): Float64Array {
  const known = keptSizes.get(lattice);
  if (known !== undefined) return known;
  const sizes = ancestorMass(lattice, new Float64Array(lattice.count).fill(1));
  keptSizes.set(lattice, sizes);
  return sizes;
}
