import type { FileHandle } from "node:fs/promises";
import { Recent } from "./recent.ts";

/**
 * What was found out of files, remembered for the newest `most` of them as long as these stay as they are. `About`: what
 * else it depends on, as JSON has it.
 */
export class ByFile<T, About = null> {
  readonly #make: (file: FileHandle, about: About) => Promise<T>;
  readonly #known: Recent<T>;

  constructor(most: number, make: (file: FileHandle, about: About) => Promise<T>) {
    this.#known = new Recent(most);
    this.#make = make;
  }

  async of(file: FileHandle, about: About): Promise<T> {
    const { dev, ino, size, mtimeMs } = await file.stat();
    const key = `${dev}:${ino}:${size}:${mtimeMs} ${JSON.stringify(about)}`;
    return this.#known.of(key, () => this.#make(file, about));
  }
}
