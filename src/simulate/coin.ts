/**
 * A number in [0, 1) that depends on nothing but the seed and the places given: the same coin, however
 * often and in whatever order it is flipped, so that every policy meets the same bugs and the same runs.
 */
export function coin(seed: number, ...places: readonly number[]): number {
  let state = mix(seed | 0);
  for (const place of places)
    state = mix(state ^ mix(Math.imul(place | 0, 0x9e3779b1) + 0x7f4a7c15));
  return (state >>> 0) / 2 ** 32;
}

/** Spreads every bit over all others (the finaliser of murmur3). */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Draws in turn: for making things up where their order is fixed. */
export class Draws {
  readonly #places: readonly number[];
  readonly #seed: number;
  #turn = 0;

  constructor(seed: number, ...places: readonly number[]) {
    this.#seed = seed;
    this.#places = places;
  }

  /** In [0, 1). */
  share(): number {
    return coin(this.#seed, ...this.#places, this.#turn++);
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return Math.min(count - 1, Math.floor(this.share() * count));
  }

  /** Between two numbers. */
  between(from: number, to: number): number {
    return from + (to - from) * this.share();
  }

  /** The place of one of `weights`, each as likely as it weighs. */
  weighted(weights: readonly number[]): number {
    let left = this.share() * weights.reduce((a, b) => a + b, 0);
    for (let k = 0; k < weights.length; k++) {
      left -= weights[k] as number;
      if (left < 0) return k;
    }
    return weights.length - 1;
  }
}
