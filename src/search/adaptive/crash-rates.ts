/**
 * What is not known of a bug besides its culprit, on a grid of cases: how often runs crash on commits
 * that have it, and how often runs show a crash that looks like it on commits that do not. Fine where
 * few runs decide.
 */
const shares: readonly (readonly [share: number, weight: number])[] = [
  [0.02, 0.5],
  [0.035, 0.7],
  [0.05, 1],
  [0.075, 1],
  [0.1, 1],
  [0.15, 1],
  [0.2, 1],
  [0.3, 1.2],
  [0.4, 1.2],
  [0.5, 1.5],
  [0.6, 1.2],
  [0.7, 1.2],
  [0.8, 1.5],
  [0.9, 3],
  // Of 1,048 real bugs 84 % crashed in every run of the commit that they were reported on.
  [0.97, 8],
  [0.995, 30],
];

/**
 * Crashes of something else whose title is one of the bug's. Hardly any once titles were compared: 85 %
 * of unrelated crashes are told apart by them. The rest is where a frequent one was met twice on the
 * crashing commit, and its title was taken for one of the bug's.
 */
const falseShares: readonly (readonly [share: number, weight: number])[] = [
  [0.004, 0.93],
  [0.03, 0.04],
  [0.1, 0.03],
];

/** What runs show on commits that have the bug and on those that have it not, by case. */
export interface Cases {
  /** The share of runs that crash on commits that have the bug, of it or what looks like it. */
  readonly crashRates: readonly number[];
  /** The share of runs that crash on commits that do not have it. */
  readonly falseRates: readonly number[];
  /** How often it is met before anything was run, in logarithms. */
  readonly logPrior: readonly number[];
}

type Shares = readonly (readonly [share: number, weight: number])[];

function casesOf(crashing: Shares, falsely: Shares): Cases {
  const cases = falsely.flatMap(([falseShare, falseWeight]) =>
    crashing.map(([share, weight]) => ({ share, falseShare, weight: weight * falseWeight })),
  );
  const all = cases.reduce((sum, { weight }) => sum + weight, 0);
  return {
    crashRates: cases.map(({ share, falseShare }) => 1 - (1 - share) * (1 - falseShare)),
    falseRates: cases.map(({ falseShare }) => falseShare),
    logPrior: cases.map(({ weight }) => Math.log(weight / all)),
  };
}

/** Those of crashes. */
export const usualCases: Cases = casesOf(shares, falseShares);

/**
 * Those of numbers beyond a limit. It is where the two ends part best: with the bug most runs are beyond it and without
 * some are, how many of each is for their numbers to say.
 */
const noisyCases: Cases = casesOf(
  [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 0.99].map((share) => [share, 1]),
  [0.004, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3].map((share) => [share, 1]),
);

/** The cases that a search reckons with. */
export function casesFor({ noisy = false }: { readonly noisy?: boolean }): Cases {
  return noisy ? noisyCases : usualCases;
}

export const { crashRates, falseRates, logPrior: logRatePrior } = usualCases;
