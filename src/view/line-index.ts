/** A line begins an entry once so many lines, or bytes, follow the entry before. */
const linesApart = 256;
const bytesApart = 64 * 1024;

/** A line of a console and the offset of its first byte; lines count from 1. */
export interface LinePlace {
  readonly line: number;
  readonly offset: number;
}

/**
 * Where some of the lines of a console begin, by which any of them is found with little reading. Memory: 16 bytes for
 * 256 lines or 64 KiB, whichever is more often.
 */
export class LineIndex {
  #lines = new Float64Array(64);
  #offsets = new Float64Array(64);
  #entries = 1;

  /** A console begins with its first line. */
  constructor() {
    this.#lines[0] = 1;
  }

  /** Notes that `line` begins at `offset`: each line in order, though none has to be told. */
  note(line: number, offset: number): void {
    const last = this.#entries - 1;
    const near =
      line - (this.#lines[last] as number) < linesApart &&
      offset - (this.#offsets[last] as number) < bytesApart;
    if (near) return;
    if (this.#entries === this.#lines.length) {
      this.#lines = doubled(this.#lines);
      this.#offsets = doubled(this.#offsets);
    }
    this.#lines[this.#entries] = line;
    this.#offsets[this.#entries] = offset;
    this.#entries++;
  }

  /** The last place noted that is not behind `line`. */
  beforeLine(line: number): LinePlace {
    return this.#at(this.#lines, line);
  }

  /** The last place noted that is not behind `offset`. */
  beforeOffset(offset: number): LinePlace {
    return this.#at(this.#offsets, offset);
  }

  #at(keys: Float64Array, key: number): LinePlace {
    let [low, high] = [0, this.#entries - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((keys[middle] as number) <= key) low = middle;
      else high = middle - 1;
    }
    return { line: this.#lines[low] as number, offset: this.#offsets[low] as number };
  }
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
