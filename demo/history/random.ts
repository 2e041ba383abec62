/**
 * Numbers that look random and depend on nothing but `seed`: mulberry32 (Tommy Ettinger, public
 * domain) started from the FNV-1a hash of the seed. Good enough to vary a story, for nothing else.
 */
export class Random {
  readonly #seed: string;
  #state: number;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = 0x811c9dc5;
    for (const byte of Buffer.from(seed)) {
      this.#state = Math.imul(this.#state ^ byte, 0x01000193);
    }
  }

  /** A sequence of its own for one purpose: what others draw does not shift it. */
  fork(purpose: string): Random {
    return new Random(`${this.#seed}/${purpose}`);
  }

  /** In [0, 1). */
  real(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.real() * (high - low + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.real() < probability;
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[this.between(0, items.length - 1)] as T;
  }

  /** One of `items`, the earlier ones more often: some files are worked on more than others. */
  pickEarly<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[Math.floor(this.real() ** 2 * items.length)] as T;
  }

  /** `items` in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    for (let i = left.length - 1; i > 0; i--) {
      const j = this.between(0, i);
      [left[i], left[j]] = [left[j] as T, left[i] as T];
    }
    return left;
  }
}
