/** What was made for the newest `most` keys that were asked for; what failed is made again. */
export class Recent<T> {
  readonly #most: number;
  readonly #known = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What stands for `key`: as it was made, or made now. */
  of(key: string, make: () => Promise<T>): Promise<T> {
    const made = this.#known.get(key) ?? make();
    // The one that was wanted last is the last to go.
    this.#known.delete(key);
    this.#known.set(key, made);
    made.catch(() => {
      if (this.#known.get(key) === made) this.#known.delete(key);
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
    return made;
  }
}
