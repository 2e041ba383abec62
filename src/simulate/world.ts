/** What a simulated bug is like. */
export interface World {
  readonly crashRate: CrashRate;
  /** Probability that a run, anywhere, shows an unrelated crash. */
  readonly unrelatedRate: number;
  /** Share of commits that do not build. */
  readonly broken: Broken;
  /** Share of commits that do not boot. */
  readonly unbootable: number;
  /** Probability that what mended a stretch applies to all of it; else it does to its newest part alone. */
  readonly fixApplies: number;
  /** Share of bugs with a stretch of history in which another bug crashes. */
  readonly otherBug: number;
  /** Share of commits with the bug that crash at a rate of their own. */
  readonly oddCommits: number;
  /** Where the reproducer does not come to the crashing function; absent: nowhere. */
  readonly way?: Way;
}

/** From where on reproducers come to the crashing function, which is there before. */
export interface Way {
  /** Share of bugs in which a commit after the culprit opens it, by chance: the bug is there, and cannot show. */
  readonly openedLater: number;
  /** Share of the others in which the culprit opens it. */
  readonly openedByCulprit: number;
  /** Whether runs tell. */
  readonly told: boolean;
}

/** Share of runs that crash on commits that have the bug: a number, or drawn as real bugs have it. */
export type CrashRate = number | "as-real-bugs";
/** Share of commits that do not build, in every bug; or drawn as real bugs have it. */
export type Broken = number | "as-real-bugs";

export const cleanWorld: World = {
  crashRate: 1,
  unrelatedRate: 0,
  broken: 0,
  unbootable: 0,
  fixApplies: 0.8,
  otherBug: 0,
  oddCommits: 0,
};

/** The mix of troubles in 2,305 real bisections. */
export const realWorld: World = {
  crashRate: "as-real-bugs",
  unrelatedRate: 0,
  broken: "as-real-bugs",
  unbootable: 0,
  fixApplies: 0.8,
  otherBug: 0.2,
  oddCommits: 0.03,
};

/**
 * The crash rates of 1,048 real bugs on the commit that they were reported on, as [share of bugs, from,
 * to]. The 5 % that did not crash at all are left out: they are never bisected. The least rate that could
 * be seen is one crash in twenty runs.
 */
export const realCrashRates: readonly (readonly [number, number, number])[] = [
  [84, 1, 1],
  [3.6, 0.7, 1],
  [2.8, 0.3, 0.7],
  [1.9, 0.1, 0.3],
  [2.3, 0.05, 0.1],
];

/** In 37 % of real bisections some commits cannot be tested: between 5 % and half of them. */
export const realBroken = { bugs: 0.37, from: 0.05, to: 0.5 } as const;

/** Lengths of broken stretches, in commits. */
export const brokenStretch = { from: 5, to: 1000 } as const;

/** Another bug's stretch: its share of the history, and how often its crash shows there. */
export const otherBugStretch = {
  from: 0.05,
  to: 0.4,
  rates: [1, 0.75, 0.3, 0.07],
  weights: [33, 18, 18, 31],
} as const;

/** Share of unrelated crashes whose title is none of the bug's own. */
export const foreignTitle = 0.85;
/** Share of the bug's own crashes whose title is none of those seen where it was reported. */
export const ownForeignTitle = 0.107;
