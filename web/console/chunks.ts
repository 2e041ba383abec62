/** Lines that are asked for at once. */
const chunkLines = 400;
/** So many of them are kept: some screens in both directions. */
const mostKept = 48;

/** Reads the lines `from` to `to` (from 1, the last among them). */
export type ReadLines = (from: number, to: number, signal: AbortSignal) => Promise<string[]>;

/**
 * Lines of a console, read in chunks as they come into sight. At most one chunk is asked for at a time, the one that was
 * wanted last: who pulls through a hundred megabytes does not ask for all of them.
 */
export class Chunks {
  readonly #read: ReadLines;
  readonly #lines: number;
  readonly #changed: () => void;
  readonly #kept = new Map<number, readonly string[]>();
  readonly #abort = new AbortController();
  #wanted: number[] = [];
  #isReading = false;

  /** `changed` is called when lines came; it fails to nothing, and what could not be read is asked for again when seen. */
  constructor(lines: number, read: ReadLines, changed: () => void) {
    this.#lines = lines;
    this.#read = read;
    this.#changed = changed;
  }

  /** The text of a line; null: it is not there yet. */
  line(n: number): string | null {
    const chunk = Math.floor((n - 1) / chunkLines);
    return this.#kept.get(chunk)?.[(n - 1) % chunkLines] ?? null;
  }

  /** Lines `from` to `to` are in sight: they are read, and what was wanted before and is not now is not. */
  want(from: number, to: number): void {
    const [first, last] = [Math.floor((from - 1) / chunkLines), Math.floor((to - 1) / chunkLines)];
    const wanted: number[] = [];
    for (let chunk = first; chunk <= last; chunk++) {
      const kept = this.#kept.get(chunk);
      if (kept === undefined) wanted.push(chunk);
      else {
        // The last that was in sight is the last to be forgotten.
        this.#kept.delete(chunk);
        this.#kept.set(chunk, kept);
      }
    }
    this.#wanted = wanted;
    void this.#next();
  }

  /** Nothing more is read. */
  end(): void {
    this.#abort.abort();
  }

  async #next(): Promise<void> {
    if (this.#isReading || this.#abort.signal.aborted) return;
    const chunk = this.#wanted.shift();
    if (chunk === undefined) return;
    this.#isReading = true;
    const from = chunk * chunkLines + 1;
    const to = Math.min(this.#lines, from + chunkLines - 1);
    try {
      this.#kept.set(chunk, await this.#read(from, to, this.#abort.signal));
      this.#forget();
      this.#changed();
    } catch {
      // Asked for again as soon as somebody scrolls there.
    }
    this.#isReading = false;
    void this.#next();
  }

  #forget(): void {
    for (const chunk of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) return;
      this.#kept.delete(chunk);
    }
  }
}
