import type { FileHandle } from "node:fs/promises";

/** What was found out of files, remembered for the newest `most` of them as long as these stay as they are. */
export class ByFile<T> {
  readonly #most: number;
  readonly #make: (file: FileHandle) => Promise<T>;
  readonly #known = new Map<string, Promise<T>>();

  constructor(most: number, make: (file: FileHandle) => Promise<T>) {
    this.#most = most;
    this.#make = make;
  }

  async of(file: FileHandle): Promise<T> {
    const { dev, ino, size, mtimeMs } = await file.stat();
    const key = `${dev}:${ino}:${size}:${mtimeMs}`;
    const made = this.#known.get(key) ?? this.#make(file);
    // The one that was wanted last is the last to go.
    this.#known.delete(key);
    this.#known.set(key, made);
    made.catch(() => this.#known.delete(key));
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
    return made;
  }
}
