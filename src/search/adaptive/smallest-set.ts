/** Values fall into buckets by sign, exponent, and the first bits of their mantissa: in ascending order. */
const bucketBits = 16;

/**
 * How many of `weights`, the largest first, sum to at least `mass`. O(n): only the values around the
 * border are sorted. The weights are at least 0.
 */
export function smallestSetSize(weights: Float64Array, mass: number): number {
  const words = new Uint32Array(weights.buffer, weights.byteOffset, weights.length * 2);
  const sums = new Float64Array(1 << bucketBits);
  const counts = new Uint32Array(1 << bucketBits);
  for (let i = 0; i < weights.length; i++) {
    const bucket = (words[2 * i + 1] as number) >>> (32 - bucketBits);
    sums[bucket] = (sums[bucket] as number) + (weights[i] as number);
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  let [sum, count] = [0, 0];
  let border = sums.length - 1;
  for (; border > 0 && sum + (sums[border] as number) < mass; border--) {
    sum += sums[border] as number;
    count += counts[border] as number;
  }
  const rest: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    const bucket = (words[2 * i + 1] as number) >>> (32 - bucketBits);
    if (bucket === border) rest.push(weights[i] as number);
  }
  rest.sort((a, b) => b - a);
  for (let k = 0; k < rest.length && sum < mass; k++) {
    sum += rest[k] as number;
    count += 1;
  }
  return count;
}

/**
 * The places of the largest weights that sum to at least `mass`, the largest first, then by place; no fewer
 * than `least` where so many are above 0. O(n log n).
 */
export function smallestSet(weights: Float64Array, mass: number, least = 0): number[] {
  const places = Array.from(weights, (_, place) => place).filter((place) => weights[place]! > 0);
  places.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let sum = 0;
  let size = 0;
  while (size < places.length && (sum < mass || size < least)) sum += weights[places[size++]!]!;
  return places.slice(0, size);
}
