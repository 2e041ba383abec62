import type { CommitGraph } from "../../history/graph.ts";
import { ancestorMask } from "../../history/graph-walk.ts";

/** The commits that may still be the culprit. */
export interface Suspects {
  /** 1 for each suspect, by index. */
  readonly mask: Uint8Array;
  /** Their indices in the order in which git bisect looks at them: the oldest first. */
  readonly order: Int32Array;
}

/**
 * What `git rev-list AFTER ^BEFORE…` lists, from its end: the ancestors of `after`, itself included,
 * that no commit of `before` contains.
 *
 * The order decides between commits that halve the suspects equally well. It is that of git's walk:
 * from `after` on, the commit of the newest date next; among equal dates, the one that was reached
 * first; a commit is reached when its first child is taken, parents in their order.
 * O(n log n).
 */
export function suspectsOf(graph: CommitGraph, after: number, before: readonly number[]): Suspects {
  const mask = ancestorMask(graph, [after]);
  const cleared = ancestorMask(graph, before);
  let count = 0;
  for (let i = 0; i < graph.count; i++) {
    if (cleared[i] === 1) mask[i] = 0;
    count += mask[i] as number;
  }
  const order = new Int32Array(count);
  if (count === 0) return { mask, order };

  const queue = new DateQueue(graph.times, count);
  const reached = new Uint8Array(graph.count);
  reached[after] = 1;
  queue.push(after);
  for (let place = count - 1; place >= 0; place--) {
    const commit = queue.pop();
    order[place] = commit;
    const end = graph.parentStart[commit + 1] as number;
    for (let k = graph.parentStart[commit] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      if (parent < 0 || mask[parent] === 0 || reached[parent] === 1) continue;
      reached[parent] = 1;
      queue.push(parent);
    }
  }
  return { mask, order };
}

/** A binary heap of commits: the newest date first, among equal dates the one pushed first. */
class DateQueue {
  readonly #times: Float64Array;
  readonly #heap: Int32Array;
  /** When a commit was pushed, by index. */
  readonly #turn: Int32Array;
  #size = 0;
  #turns = 0;

  constructor(times: Float64Array, capacity: number) {
    this.#times = times;
    this.#heap = new Int32Array(capacity);
    this.#turn = new Int32Array(times.length);
  }

  push(commit: number): void {
    this.#turn[commit] = this.#turns++;
    const heap = this.#heap;
    let at = this.#size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#precedes(commit, heap[above] as number)) break;
      heap[at] = heap[above] as number;
      at = above;
    }
    heap[at] = commit;
  }

  pop(): number {
    const heap = this.#heap;
    const first = heap[0] as number;
    const last = heap[--this.#size] as number;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (
        below + 1 < this.#size &&
        this.#precedes(heap[below + 1] as number, heap[below] as number)
      ) {
        below += 1;
      }
      if (!this.#precedes(heap[below] as number, last)) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = last;
    return first;
  }

  #precedes(a: number, b: number): boolean {
    const later = (this.#times[a] as number) - (this.#times[b] as number);
    return later > 0 || (later === 0 && (this.#turn[a] as number) < (this.#turn[b] as number));
  }
}
