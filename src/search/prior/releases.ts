/**
 * How far back the first clean release lies, in real bugs: the one before in half of them, nine or more
 * in 17 %. Without the end of the walk, the rest is spread over what is further back.
 */
const byDistance = [0.5, 0.09, 0.07, 0.045, 0.04, 0.035, 0.03, 0.02] as const;
/** Each release further back than those is a little less likely than the one after it. */
const decay = 0.85;

/**
 * The probability that the culprit lies between release `k` and the one after it, the newest first: of
 * `count` intervals between releases, when no clean end is known. They sum to one.
 */
export function releaseWeights(count: number): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, k) => {
    const last = byDistance.length;
    if (k < last) return byDistance[k] as number;
    const beyond = 1 - byDistance.reduce((a, b) => a + b, 0);
    return beyond * (1 - decay) * decay ** (k - last);
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
