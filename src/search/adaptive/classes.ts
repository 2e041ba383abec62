import { ancestorsOf, type Lattice } from "./lattice.ts";

/**
 * Suspects that no test so far tells apart: two are in one class if the same tested nodes contain them.
 * There are about twice as many classes as tests, whatever the size of the graph.
 */
export interface Classes {
  /** Class by node; -1 for a node that the search cannot reach. */
  readonly classOf: Int32Array;
  /** For each class, the tested nodes that contain it: places in `tested`. */
  readonly containedBy: readonly ReadonlySet<number>[];
  readonly tested: readonly number[];
}

interface Growing extends Classes {
  readonly after: number;
  readonly containedBy: Set<number>[];
  readonly tested: number[];
}

const kept = new WeakMap<Lattice, Growing>();

/**
 * The classes that the tests of `tested` make among `after` and its ancestors. O(n) a test; what was
 * worked out for the tests before the last ones is used again, and is no longer valid then.
 */
export function classesOf(lattice: Lattice, after: number, tested: readonly number[]): Classes {
  let classes = kept.get(lattice);
  if (classes === undefined || classes.after !== after || !begins(tested, classes.tested)) {
    classes = {
      after,
      tested: [],
      classOf: Int32Array.from(ancestorsOf(lattice, after), (reached) => reached - 1),
      containedBy: [new Set()],
    };
    kept.set(lattice, classes);
  }
  for (let t = classes.tested.length; t < tested.length; t++) split(lattice, classes, tested[t]!);
  return classes;
}

function split(lattice: Lattice, { classOf, containedBy, tested }: Growing, node: number): void {
  const inside = ancestorsOf(lattice, node);
  const newClass = new Int32Array(containedBy.length).fill(-1);
  for (let i = 0; i <= node; i++) {
    const old = classOf[i] as number;
    if (inside[i] === 0 || old < 0) continue;
    if ((newClass[old] as number) < 0) {
      newClass[old] = containedBy.length;
      containedBy.push(new Set(containedBy[old]).add(tested.length));
    }
    classOf[i] = newClass[old] as number;
  }
  tested.push(node);
}

function begins(list: readonly number[], start: readonly number[]): boolean {
  return start.length <= list.length && start.every((value, k) => value === list[k]);
}
