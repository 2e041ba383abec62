/** Numbers in all up to which the distribution is counted out; beyond, the normal one is near enough. */
const mostExact = 60;

/**
 * The rank-sum test of Wilcoxon (1945), Mann and Whitney (1947), one-sided: the probability that chance alone would
 * rank the numbers of `one` as high among all as they are, or higher, if both came from the same source. 1 where
 * either is empty.
 *
 * Equal numbers get the mean of their ranks. Up to 60 numbers it is exact: given the ranks, each choice of as many
 * as `one` has is equally likely (a permutation test, so that ties are right too). Beyond, the rank sum is taken
 * for normal, its variance lessened by ties: nm/12 · (N+1 - Σ(t³-t)/(N(N-1))), as in Lehmann, Nonparametrics
 * (1975), 1.A, with a continuity correction of a half.
 */
export function rankSum(one: readonly number[], other: readonly number[]): number {
  if (one.length === 0 || other.length === 0) return 1;
  const { doubled, ties } = ranksOf([...one, ...other]);
  const sum = doubled.slice(0, one.length).reduce((total, rank) => total + rank, 0);
  return doubled.length <= mostExact
    ? exact(doubled, one.length, sum)
    : normal(one.length, other.length, sum / 2, ties);
}

/** The ranks of numbers, twice, so that they are whole; and how many numbers each group of equal ones has. */
function ranksOf(numbers: readonly number[]): { doubled: number[]; ties: number[] } {
  const order = numbers.map((_, place) => place);
  order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const doubled = new Array<number>(numbers.length).fill(0);
  const ties: number[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && numbers[order[end]!] === numbers[order[start]!]) end += 1;
    for (let place = start; place < end; place++) doubled[order[place]!] = start + end + 1;
    ties.push(end - start);
    start = end;
  }
  return { doubled, ties };
}

/** The share of all choices of `n` of the ranks whose sum is at least `sum`. */
function exact(ranks: readonly number[], n: number, sum: number): number {
  const most = ranks.reduce((total, rank) => total + rank, 0);
  // How many choices of k ranks have each sum; as shares of what is left, nothing would be whole any more.
  const counts = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  (counts[0] as Float64Array)[0] = 1;
  for (const rank of ranks) {
    for (let k = n; k > 0; k--) {
      const [into, from] = [counts[k] as Float64Array, counts[k - 1] as Float64Array];
      for (let s = most; s >= rank; s--) into[s] = (into[s] as number) + (from[s - rank] as number);
    }
  }
  const choices = counts[n] as Float64Array;
  let [above, all] = [0, 0];
  for (let s = 0; s <= most; s++) {
    all += choices[s] as number;
    if (s >= sum) above += choices[s] as number;
  }
  return above / all;
}

function normal(n: number, m: number, sum: number, ties: readonly number[]): number {
  const all = n + m;
  const tied = ties.reduce((total, t) => total + (t ** 3 - t), 0);
  const variance = ((n * m) / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;
  const mean = (n * (all + 1)) / 2;
  return upperTail((sum - mean - 0.5) / Math.sqrt(variance));
}

/**
 * The probability that a standard normal number is above `z`: the complementary error function by the rational
 * approximation 7.1.26 of Abramowitz and Stegun (1964), whose error is below 1.5e-7.
 */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * polynomial * Math.exp(-x * x);
  return z >= 0 ? tail : 1 - tail;
}
