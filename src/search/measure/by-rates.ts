import { otherSide, type RunCounts, type Side, type Verdict } from "../verdict.ts";

/** The share of runs whose number is the bug's: on commits that have the bug, and on those that have it not. */
export interface Rates {
  readonly bug: number;
  readonly alarm: number;
}

/** Fewest and most runs of a commit. */
const fewest = 4;
const most = 60;

/** By how much likelier counted runs are with the bug than without, as a logarithm. */
export function logOdds(
  { crashed, clean }: Pick<RunCounts, "crashed" | "clean">,
  { bug, alarm }: Rates,
): number {
  return crashed * Math.log(bug / alarm) + clean * Math.log((1 - bug) / (1 - alarm));
}

/**
 * The side that counted runs make likelier, where some runs of any commit may be either. As with crashes, most of
 * the runs must say something.
 */
export function sideByRates(counts: RunCounts, rates: Rates, crashMeans: Side): Verdict {
  const { crashed, clean, foreign, missing } = counts;
  if (crashed + clean === 0 || crashed + clean < foreign + missing) return "untestable";
  const odds = logOdds(counts, rates);
  // Even odds are never quite even in binary fractions.
  if (Math.abs(odds) < 1e-9) return "untestable";
  return odds > 0 ? crashMeans : otherSide(crashMeans);
}

/**
 * Runs after which the wrong side is likelier with a probability of at most `error`: by Bhattacharyya's bound
 * (√(pq) + √((1-p)(1-q)))ⁿ of the error of the likelier of two, at most 60.
 */
export function runsByRates({ bug, alarm }: Rates, error: number): number {
  const overlap = Math.sqrt(bug * alarm) + Math.sqrt((1 - bug) * (1 - alarm));
  if (overlap >= 1) return most;
  return Math.min(most, Math.max(fewest, Math.ceil(Math.log(error) / Math.log(overlap))));
}
