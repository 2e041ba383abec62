/**
 * Share of commits that crash but hardly ever do so, or the reverse: on real bugs the crash rate is not
 * the same on every commit, so that no number of clean runs of one commit says more than this allows.
 * From 1,984 commits of correctly bisected bugs.
 */
const unlikeTheOthers = 0.02;

/** The crash rate that `crashed` of `of` runs suggest: Jeffreys' estimate, never 0 or 1. */
export function crashRate(crashed: number, of: number): number {
  return (crashed + 0.5) / (of + 1);
}

/**
 * Probability that a commit which has the bug shows `clean` clean runs and no crash, where a run crashes
 * with probability `rate` on most commits and with one drawn from Beta(½,½) on a few.
 */
export function missedBy(clean: number, rate: number): number {
  return (
    (1 - unlikeTheOthers) * (1 - rate) ** clean + unlikeTheOthers * allCleanUnderJeffreys(clean)
  );
}

/** The least number of clean runs, at most `most`, that brings {@link missedBy} to `target` or below. */
export function cleanRunsFor(target: number, rate: number, most: number): number {
  for (let clean = 1; clean < most; clean++) {
    if (missedBy(clean, rate) <= target) return clean;
  }
  return most;
}

/** B(½, n+½) / B(½, ½) = ∏ (2i-1)/2i for i = 1…n. */
function allCleanUnderJeffreys(n: number): number {
  let product = 1;
  for (let i = 1; i <= n; i++) product *= (2 * i - 1) / (2 * i);
  return product;
}
