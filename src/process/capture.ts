/** Keeps the first and the last half of a stream within a bound of bytes. */
export class Capture {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #total = 0;

  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  /** Takes the next bytes of the stream; `chunk` must not be changed afterwards. */
  add(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#head.push(part);
      this.#headBytes += part.length;
    }
    const rest = chunk.subarray(Math.max(0, room));
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    // Joined only now and then, so that many small chunks cost linear time and bounded memory.
    if (this.#tailBytes > 4 * this.#half || this.#tail.length > 4096) this.#trim();
  }

  /** True where bytes between the two halves are gone. */
  get truncated(): boolean {
    return this.#total > 2 * this.#half;
  }

  /** What was kept: all of it, or the first half directly followed by the last. */
  bytes(): Buffer {
    this.#trim();
    return Buffer.concat([...this.#head, ...this.#tail]);
  }

  #trim(): void {
    const joined = Buffer.concat(this.#tail);
    // A copy, so that the bytes cut off are not kept alive by the rest.
    const kept = Buffer.from(joined.subarray(Math.max(0, joined.length - this.#half)));
    this.#tail = [kept];
    this.#tailBytes = kept.length;
  }
}
