/** A place in the lines of a text. */
export class Cursor {
  readonly #lines: readonly string[];
  /** Index of the next line. */
  at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** The next line, or `ahead` lines after it; null behind the end. */
  peek(ahead = 0): string | null {
    return this.#lines[this.at + ahead] ?? null;
  }

  /** Goes on by one line, and gives the one that was next; an empty one behind the end. */
  take(): string {
    return this.#lines[this.at++] ?? "";
  }

  /** Takes lines up to the first of which `ends` holds, or all that are left. */
  takeUntil(ends: (line: string) => boolean): string[] {
    const taken: string[] = [];
    for (let line = this.peek(); line !== null && !ends(line); line = this.peek()) {
      taken.push(this.take());
    }
    return taken;
  }
}
