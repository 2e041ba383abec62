import { LineIndex } from "./line-index.ts";

const LF = 0x0a;

/** How a console that was cut tells so, at the beginning of a line. */
const cutMark = Buffer.from("\n[firstbad: ");

/** How large a console is, whatever is in it. */
export interface Counted {
  /** Bytes. */
  readonly size: number;
  /** Whether its middle was left out when it was kept. */
  readonly cut: boolean;
  readonly lines: number;
  /** Finds lines again. */
  readonly index: LineIndex;
}

/** Counts what a console has, taken in in chunks of any size. */
export class ConsoleCount {
  readonly #index = new LineIndex();
  #carry = Buffer.from("\n");
  #size = 0;
  #ends = 0;
  #cut = false;
  #isWhole = true;

  /** Bytes until now. */
  get size(): number {
    return this.#size;
  }

  push(bytes: Buffer): void {
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
      this.#ends++;
      this.#index.note(this.#ends + 1, this.#size + at + 1);
    }
    this.#isWhole = bytes.length === 0 ? this.#isWhole : bytes.at(-1) === LF;
    this.#size += bytes.length;
    this.#lookForCut(bytes);
  }

  finish(): Counted {
    const lines = this.#ends + (this.#isWhole ? 0 : 1);
    return { size: this.#size, cut: this.#cut, lines, index: this.#index };
  }

  #lookForCut(bytes: Buffer): void {
    if (this.#cut) return;
    const joined = Buffer.concat([this.#carry, bytes.subarray(0, cutMark.length)]);
    this.#cut = joined.includes(cutMark) || bytes.includes(cutMark);
    const all = bytes.length < cutMark.length ? Buffer.concat([this.#carry, bytes]) : bytes;
    this.#carry = Buffer.from(all.subarray(Math.max(0, all.length - cutMark.length + 1)));
  }
}
