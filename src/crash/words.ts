/**
 * Finds any of a set of words in bytes, in one pass.
 *
 * The shift rule is Wu and Manber's (1994) with blocks of two bytes: the last two bytes of a window
 * as long as the shortest word say how far the window may move without missing a word. Lines of a
 * quiet console contain no such pair most of the time, so most bytes are never looked at.
 */
export class WordFinder {
  readonly #words: readonly Buffer[];
  readonly #window: number;
  /** For each pair of bytes: how far the window may move. */
  readonly #shift = new Uint8Array(65536);
  /** For each pair that ends a word's window: the words it may be. */
  readonly #ending = new Map<number, Buffer[]>();

  /** `words`: ASCII, at least two bytes each. */
  constructor(words: readonly string[]) {
    this.#words = words.map((word) => Buffer.from(word, "latin1"));
    this.#window = Math.min(255, ...this.#words.map((word) => word.length));
    this.#shift.fill(this.#window - 1);
    for (const word of this.#words) this.#learn(word);
  }

  #learn(word: Buffer): void {
    for (let end = 1; end < this.#window; end++) {
      const pair = ((word[end - 1] ?? 0) << 8) | (word[end] ?? 0);
      const shift = this.#window - 1 - end;
      if (shift < (this.#shift[pair] ?? 0)) this.#shift[pair] = shift;
      if (shift === 0) this.#ending.set(pair, [...(this.#ending.get(pair) ?? []), word]);
    }
  }

  /** The first byte of the first word that lies from `from` on and before `to`, or -1. */
  find(bytes: Uint8Array, from: number, to: number = bytes.length): number {
    const window = this.#window;
    const shifts = this.#shift;
    const length = Math.min(to, bytes.length);
    let end = from + window - 1;
    while (end < length) {
      const pair = ((bytes[end - 1] as number) << 8) | (bytes[end] as number);
      const shift = shifts[pair] as number;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const start = end - window + 1;
      for (const word of this.#ending.get(pair) ?? []) {
        if (start + word.length <= length && startsWith(bytes, start, word)) return start;
      }
      end++;
    }
    return -1;
  }
}

function startsWith(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) {
    if (bytes[start + i] !== word[i]) return false;
  }
  return true;
}
