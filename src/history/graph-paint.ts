import type { CommitGraph } from "./graph.ts";

/** Of a graph, or of anything with parents before children: what painting looks at. */
type Parents = Pick<CommitGraph, "parents" | "parentStart">;

/**
 * Tells, for one merge after the other, which commits only its other parents contain and not one of them,
 * the base: by painting from the parents towards smaller indices until nothing is left that only the
 * others have. A merge costs about the distance to where its branches part.
 *
 * Parents below 0, and those outside of `within` where there is one, are looked over; `within` must be
 * closed between its members.
 */
export class Painter {
  readonly #graph: Parents;
  readonly #within: Uint8Array | null;
  /** Marks of merge number m are 2m (the base contains it) and 2m+1 (only others do): none needs clearing. */
  readonly #marks: Uint32Array;
  #merge = 0;

  constructor(graph: Parents, within: Uint8Array | null) {
    this.#graph = graph;
    this.#within = within;
    this.#marks = new Uint32Array(graph.parentStart.length - 1);
  }

  /**
   * How many commits the parents of `merge` contain that `base`, one of them, does not; they are appended to
   * `found`, where it is not null.
   */
  onlyInOthers(merge: number, base: number, found: number[] | null): number {
    const { parents, parentStart } = this.#graph;
    const within = this.#within;
    const marks = this.#marks;
    this.#merge += 1;
    const inBase = 2 * this.#merge;
    const onlyOthers = inBase + 1;
    let others = 0;
    let pending = 0;
    let highest = base;
    marks[base] = inBase;
    for (let k = parentStart[merge] as number; k < (parentStart[merge + 1] as number); k++) {
      const parent = parents[k] as number;
      if (parent < 0 || (within !== null && within[parent] === 0)) continue;
      if ((marks[parent] as number) >= inBase) continue;
      marks[parent] = onlyOthers;
      pending += 1;
      if (parent > highest) highest = parent;
    }
    for (let j = highest; pending > 0; j--) {
      const mark = marks[j] as number;
      if (mark < inBase) continue;
      if (mark === onlyOthers) {
        found?.push(j);
        others += 1;
        pending -= 1;
      }
      const last = parentStart[j + 1] as number;
      for (let k = parentStart[j] as number; k < last; k++) {
        const parent = parents[k] as number;
        if (parent < 0 || (within !== null && within[parent] === 0)) continue;
        const known = marks[parent] as number;
        if (known < inBase) {
          marks[parent] = mark;
          if (mark === onlyOthers) pending += 1;
        } else if (known === onlyOthers && mark === inBase) {
          marks[parent] = inBase;
          pending -= 1;
        }
      }
    }
    return others;
  }
}
