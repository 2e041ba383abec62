import type { CommitGraph } from "../../history/graph.ts";
import type { Suspects } from "./suspects.ts";

/** Kinds of suspects by how git finds their weight. */
const rootKind = 0;
const chainKind = 1;
const mergeKind = 2;

/**
 * The suspect that `git bisect` tests where nothing is untestable.
 *
 * `weights` are the numbers of suspects that each commit contains. Git takes the first commit that it
 * finds close enough to half of them, and the best one only where none is; so the order in which it
 * looks is part of the answer. It weighs all merges first, in the order of the list, each by counting.
 * Then it goes through the list again and again, and weighs a commit with one parent as soon as that
 * parent's weight is known; a second round is needed only where clock skew puts a child before its
 * parent. Commits without parents among the suspects weigh 1 and are never taken early.
 * O(n + parents), n being the size of the graph.
 */
export function halvingSuspect(
  graph: CommitGraph,
  suspects: Suspects,
  weights: Int32Array,
): number {
  const { order } = suspects;
  const total = order.length;
  const kinds = new Uint8Array(graph.count);
  const parentOf = new Int32Array(graph.count).fill(-1);
  for (const commit of order) kinds[commit] = kindOf(graph, suspects, commit, parentOf);

  for (const commit of order) {
    if (kinds[commit] === mergeKind && isHalf(weights[commit] as number, total)) return commit;
  }
  const early = firstWeighedHalf(suspects, weights, kinds, parentOf);
  return early >= 0 ? early : bestSuspect(order, weights);
}

/** How near to a half is near enough: git's rule, strict for few suspects, 0.1 % for many. */
function isHalf(weight: number, total: number): boolean {
  const difference = Math.abs(2 * weight - total);
  return difference <= 1 || difference < Math.floor(total / 1024);
}

/** Counts a parent that is listed twice twice, as git does; `parentOf` gets the last that counts. */
function kindOf(
  graph: CommitGraph,
  suspects: Suspects,
  commit: number,
  parentOf: Int32Array,
): number {
  let inner = 0;
  const end = graph.parentStart[commit + 1] as number;
  for (let k = graph.parentStart[commit] as number; k < end; k++) {
    const parent = graph.parents[k] as number;
    if (parent < 0 || suspects.mask[parent] === 0) continue;
    parentOf[commit] = parent;
    inner += 1;
  }
  return Math.min(inner, mergeKind) === mergeKind ? mergeKind : inner === 1 ? chainKind : rootKind;
}

/**
 * The half-way commit with one parent that git weighs first, or -1. Its round is that of its parent,
 * or one later where the parent comes after it in the list; roots and merges are weighed before round 0.
 */
function firstWeighedHalf(
  suspects: Suspects,
  weights: Int32Array,
  kinds: Uint8Array,
  parentOf: Int32Array,
): number {
  const { mask, order } = suspects;
  const places = new Int32Array(mask.length);
  order.forEach((commit, place) => {
    places[commit] = place;
  });
  const rounds = new Int32Array(mask.length);
  let found = -1;
  // By index, parents come before children whatever their dates say.
  for (let commit = 0; commit < mask.length; commit++) {
    if (mask[commit] === 0 || kinds[commit] !== chainKind) continue;
    const parent = parentOf[commit] as number;
    if (kinds[parent] === chainKind) {
      const late = (places[parent] as number) > (places[commit] as number) ? 1 : 0;
      rounds[commit] = (rounds[parent] as number) + late;
    }
    if (!isHalf(weights[commit] as number, order.length)) continue;
    const sooner =
      found < 0 ||
      (rounds[commit] as number) < (rounds[found] as number) ||
      (rounds[commit] === rounds[found] && (places[commit] as number) < (places[found] as number));
    if (sooner) found = commit;
  }
  return found;
}

/** The suspect that splits the suspects most evenly; the first in the list among equals. */
function bestSuspect(order: Int32Array, weights: Int32Array): number {
  let best = order[0] as number;
  let bestDistance = -1;
  for (const commit of order) {
    const weight = weights[commit] as number;
    const distance = Math.min(weight, order.length - weight);
    if (distance > bestDistance) {
      best = commit;
      bestDistance = distance;
    }
  }
  return best;
}
