import type { Costs } from "../reckoning.ts";

/**
 * What a run is thought to cost beside the time it takes, in parts of that time: machines are not free,
 * and without a price ten runs at once would seem as cheap as one.
 */
const priceOfRun = 0.1;

/** Minutes until `runs` runs of a kernel are done, and their price. */
export function minutesOfRuns({ run, runsAtOnce }: Costs, runs: number): number {
  return run * Math.ceil(runs / runsAtOnce) + runs * run * priceOfRun;
}

/** Minutes until `builds` kernels that are built at once are done. */
export function minutesOfBuilds({ build, crowding }: Costs, builds: number): number {
  return builds === 0 ? 0 : build * (1 + crowding * (builds - 1));
}
