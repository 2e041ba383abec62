/**
 * The crash rates that a bug is thought to have, on a grid: the share of runs that crash on commits that
 * have it. Fine where few runs decide.
 */
export const crashRates: readonly number[] = [
  0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.995,
];

/**
 * How often each rate is met before anything was run. Of 1,048 real bugs 84 % crashed in every run of
 * the commit that they were reported on; the rest lies everywhere.
 */
export const logRatePrior: readonly number[] = normalisedLogs([
  0.5, 0.7, 1, 1, 1, 1, 1, 1.2, 1.2, 1.5, 1.2, 1.2, 1.5, 3, 8, 30,
]);

function normalisedLogs(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.log(weight / sum));
}
