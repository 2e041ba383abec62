/**
 * One reason to suspect some commits: a share of all belief, spread over them. A part that has no
 * commits gives its share to all.
 */
export interface Part {
  /** For people: what these commits change. */
  readonly changed: string;
  /** For people: which of them above all, if any. */
  readonly aboveAll?: string;
  /** The share of culprits that this explains, measured on real bugs. */
  readonly mass: number;
  /** Relative weights, by commit. */
  readonly weights: ReadonlyMap<number, number>;
  /** The user suspects them. */
  readonly byUser?: true;
}

/** One reason to believe some commits more or less than their neighbours: a factor by commit. */
export interface Factor {
  /** For people. */
  readonly why: string;
  /** By index in the graph, each above 0. */
  readonly factors: Float64Array;
}
