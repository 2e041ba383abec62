import { rmSync } from "node:fs";
import type { Meaning, TriedRun } from "../trial/try-commit.ts";

/** Consoles of one test that stay: each may have 4 MiB. */
const most = 100;

/**
 * Removes consoles as runs finish, but for those of the first hundred runs and of the first run of each
 * meaning: a bug that shows once in a thousand runs is to be read.
 */
export class KeptConsoles {
  readonly #met = new Set<Meaning>();
  readonly #removed = new Set<number>();

  finished({ n, means, console }: TriedRun): void {
    const isFirst = !this.#met.has(means);
    this.#met.add(means);
    if (n <= most || isFirst) return;
    rmSync(console, { force: true });
    this.#removed.add(n);
  }

  /** Whether the console of run `n` is there. */
  has(n: number): boolean {
    return !this.#removed.has(n);
  }
}
