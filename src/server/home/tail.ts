import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import type { BisectionEvent } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { readEvents } from "../../journal/ndjson.ts";

/** Bytes that are read and understood at a time; in between others have their turn. */
const slice = 256 * 1024;
/** Longest line that is waited for: longer ones than the journal itself takes are damage. */
const longestLine = 16 * 1024 * 1024;
/** Largest journal that a server keeps in memory. */
const largestJournal = 256 * 1024 * 1024;

/**
 * The events of a journal that somebody may be writing: each {@link read} takes in what was added since, whole lines
 * only. It never writes, and needs no lock.
 */
export class Tail {
  readonly path: string;
  #events: BisectionEvent[] = [];
  /** Bytes of whole lines that were read. */
  #offset = 0;
  /** Which file these were of. */
  #file = "";

  constructor(folder: string) {
    this.path = join(folder, "events.ndjson");
  }

  /** All that was read. Another array once the file was exchanged for another one. */
  get events(): readonly BisectionEvent[] {
    return this.#events;
  }

  /**
   * Takes in what was added; none where there is no file. Returns whether anything has changed. Throws
   * `journal-damaged`: what was read before stays.
   */
  async read(): Promise<boolean> {
    const file = await open(this.path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (file === null) return false;
    try {
      return await this.#readFrom(file);
    } finally {
      await file.close();
    }
  }

  async #readFrom(file: FileHandle): Promise<boolean> {
    const { dev, ino, size } = await file.stat();
    const before = this.#events.length;
    let changed = false;
    if (`${dev}:${ino}` !== this.#file || size < this.#offset) {
      changed = before > 0;
      this.#events = [];
      this.#offset = 0;
      this.#file = `${dev}:${ino}`;
    }
    if (size > largestJournal) throw this.#tooLarge(`${size} bytes`);
    for (let want = slice; this.#offset < size; ) {
      const bytes = Buffer.allocUnsafe(Math.min(want, size - this.#offset));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      if (bytesRead === 0) break;
      const { events, wholeBytes } = readEvents(
        bytes.subarray(0, bytesRead),
        this.path,
        this.#events.length,
      );
      for (const event of events) this.#events.push(event);
      this.#offset += wholeBytes;
      if (wholeBytes === 0 && this.#offset + bytesRead >= size) break;
      // A line longer than the slice: more of it is read at once.
      want = wholeBytes === 0 ? want * 4 : slice;
      if (want > longestLine * 4) throw this.#tooLarge("a line without end");
      if (this.#offset < size) await others();
    }
    return changed || this.#events.length !== before;
  }

  #tooLarge(what: string): Failure {
    return new Failure("journal-damaged", `${this.path} is no journal: ${what}`, {
      facts: { path: this.path },
      hint: "`firstbad show` reads it without a bound, if it is one all the same",
    });
  }
}
