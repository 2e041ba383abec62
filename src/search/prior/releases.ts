import type { ReleaseAges } from "../../history/graph-releases.ts";
import type { Factor } from "./part.ts";

/**
 * How far back the first clean release lies, in real bugs: the one before in half of them, nine or more
 * in 17 %.
 */
const byDistance = [0.5, 0.09, 0.07, 0.045, 0.04, 0.035, 0.03, 0.02] as const;
const beyond = 1 - byDistance.reduce((sum, share) => sum + share, 0);
/** Each release further back than those is a little less likely than the one after it. */
const decay = 0.85;

/**
 * The probability that a culprit came out after `k` releases and before the next older one, where no clean
 * commit is known: 0 is what came since the newest release. All of them sum to one.
 */
export function shareOfRelease(k: number): number {
  return byDistance[k] ?? beyond * (1 - decay) * decay ** (k - byDistance.length);
}

/** Of what lies before the oldest release that can be tested something is always left: 8 % of real bugs. */
const leastOlder = 0.08;

/** The probability that a culprit is older than the newest `count` releases, to begin with. */
export function shareOlderThan(count: number): number {
  let share = 1;
  for (let k = 0; k < count; k++) share -= shareOfRelease(k);
  return Math.max(leastOlder, share);
}

/**
 * Commits of older releases are believed less, each alike: where releases are of a size, each of them has
 * its share of all belief; one that has only begun has as much less as it is smaller.
 */
export function releaseFactor({ age, releases }: ReleaseAges): Factor {
  const newest = shareOfRelease(0);
  const shares = Float64Array.from({ length: releases.length + 1 }, (_, k) => shareOfRelease(k));
  const since = releases[0]?.tag ?? "the oldest release";
  return {
    why: `no commit is known to be clean: commits since ${since} are believed most, those of each older release less`,
    factors: Float64Array.from(age, (k) => (shares[k] as number) / newest),
  };
}
