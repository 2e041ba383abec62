/** Nested parts, steps and characters of one name: a name that needs more is left as it is. */
const maxDepth = 100;
const maxSteps = 4000;
const maxText = 4000;

/** A name cannot be read: it is damaged, uses what is not known here, or is too large. */
export class BadName extends Error {}

/** Reads a mangled name from left to right, within bounds. */
export class Mangled {
  readonly text: string;
  at: number;
  #depth = 0;
  #steps = 0;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character, or "" at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? "";
  }

  /** Takes `word` if it comes next. */
  take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Takes `word`, which has to come next. */
  expect(word: string): void {
    if (!this.take(word)) throw new BadName();
  }

  next(): string {
    if (this.done) throw new BadName();
    return this.text[this.at++] as string;
  }

  /** What matches `pattern`, which is sticky, from here on. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  /** `count` characters. */
  slice(count: number): string {
    if (!(count >= 0) || this.at + count > this.text.length) throw new BadName();
    this.at += count;
    return this.text.slice(this.at - count, this.at);
  }

  /** Runs `read` one level deeper; its text is checked against the bound. */
  within(read: () => string): string {
    if (++this.#depth > maxDepth || ++this.#steps > maxSteps) throw new BadName();
    const text = read();
    if (text.length > maxText) throw new BadName();
    this.#depth--;
    return text;
  }
}
