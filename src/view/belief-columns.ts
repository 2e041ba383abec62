/** Where a belief lies between two places of a graph, in columns that stand for equally many commits. */
export interface BeliefColumns {
  /** Places 0 to N-1 in the graph's order; `to` is not among them. */
  readonly from: number;
  readonly to: number;
  /** The sum of the belief of the commits of each column. */
  readonly columns: readonly number[];
  /** The likeliest commit of each column, the first of several. */
  readonly best: readonly number[];
}

/** More columns than any screen has. */
const mostColumns = 4096;

/**
 * The columns of `weights` (one for each commit of the graph, by place) from place `from` up to `to`: `wanted` of them,
 * or one a commit where there are fewer commits, and at least one. Ends outside of the graph are moved to its ends. O(to - from).
 */
export function beliefColumns(
  weights: Float64Array,
  stretch: { readonly from: number; readonly to: number; readonly wanted: number },
): BeliefColumns {
  const { from, to } = withinGraph(weights.length, stretch);
  const commits = to - from;
  const count = Math.min(commits, Math.max(1, whole(stretch.wanted)), mostColumns);
  const columns = new Array<number>(count).fill(0);
  const best = new Array<number>(count).fill(from);
  const highest = new Array<number>(count).fill(-1);
  for (let at = from; at < to; at++) {
    const column = Math.floor(((at - from) * count) / commits);
    const weight = weights[at] as number;
    columns[column] = (columns[column] as number) + weight;
    if (weight > (highest[column] as number)) {
      highest[column] = weight;
      best[column] = at;
    }
  }
  return { from, to, columns, best };
}

/** A stretch that lies in a graph of `count` commits, and is not empty where the graph is not. */
export function withinGraph(
  count: number,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly from: number; readonly to: number } {
  const first = Math.max(0, Math.min(whole(from), count - 1));
  return { from: first, to: Math.max(Math.min(first + 1, count), Math.min(whole(to), count)) };
}

/** What is no number, or none of a place, is 0. */
function whole(number: number): number {
  return Number.isFinite(number) ? Math.floor(number) : 0;
}

/** Equal weights for the commits that may be the culprit, where nobody reckons with probabilities. */
export function evenWeights(suspects: Uint8Array): Float64Array {
  const count = suspects.reduce((sum, one) => sum + one, 0);
  return Float64Array.from(suspects, (one) => (count === 0 ? 0 : one / count));
}
