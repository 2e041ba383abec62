/** The normal quantile of 97.5 %: two sides make 95 %. */
const z = 1.959964;

/**
 * The interval that has the probability behind `k` of `n` in 95 of 100 cases, after Wilson (1927); unlike the
 * usual one it means something for few and for extreme counts. `n` is above 0.
 */
export function wilsonInterval(k: number, n: number): readonly [number, number] {
  const share = k / n;
  const middle = share + z ** 2 / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  // Rounding must not take 0 and 1 out of it.
  return [k === 0 ? 0 : (middle - half) / scale, k === n ? 1 : (middle + half) / scale];
}
