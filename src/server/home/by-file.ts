import type { FileHandle } from "node:fs/promises";
import { Recent } from "./recent.ts";

/** What was found out of files, remembered for the newest `most` of them as long as these stay as they are. */
export class ByFile<T> {
  readonly #make: (file: FileHandle) => Promise<T>;
  readonly #known: Recent<T>;

  constructor(most: number, make: (file: FileHandle) => Promise<T>) {
    this.#known = new Recent(most);
    this.#make = make;
  }

  async of(file: FileHandle): Promise<T> {
    const { dev, ino, size, mtimeMs } = await file.stat();
    return this.#known.of(`${dev}:${ino}:${size}:${mtimeMs}`, () => this.#make(file));
  }
}
