import { open } from "node:fs/promises";
import type { BuildProgress } from "./kernel.ts";

/** Milliseconds between two looks at the log. */
const interval = 300;
const chunkBytes = 256 * 1024;

/** Counts what a build has compiled, from make's log while it grows. */
export interface ProgressWatch {
  /** Looks a last time and says how many files were compiled. Idempotent. */
  stop(): Promise<number>;
}

/**
 * Watches the log `path`; `of` is how many files there will be, where that is known. `onProgress` is
 * called when the count has changed. A log that cannot be read counts as empty: this is only for show.
 */
export function watchProgress(
  path: string,
  of: number | null,
  onProgress: ((progress: BuildProgress) => void) | undefined,
): ProgressWatch {
  const counter = new CompiledFiles();
  let position = 0;
  let told = -1;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const file = await open(path).catch(() => null);
    if (file === null) return;
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        counter.add(buffer.subarray(0, bytesRead));
      }
    } catch {
      // Only for show.
    } finally {
      await file.close();
    }
    if (counter.count === told) return;
    told = counter.count;
    onProgress?.({ done: told, of: of === null ? null : Math.max(of, told) });
  };
  const next = () => {
    looking = looking.then(look);
  };
  const timer = onProgress ? setInterval(next, interval) : null;
  return {
    async stop() {
      if (timer !== null) clearInterval(timer);
      next();
      await looking;
      return counter.count;
    },
  };
}

/** Counts make's lines `  CC      fs/eventfd.o` and `  AS …` in bytes that come in pieces. */
export class CompiledFiles {
  #count = 0;
  /** What the current line began with; more than five characters do not matter. */
  #begin = "";

  get count(): number {
    return this.#count;
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0x0a) {
        if (this.#begin === "  CC " || this.#begin === "  AS ") this.#count += 1;
        this.#begin = "";
      } else if (this.#begin.length < 5) {
        this.#begin += String.fromCharCode(byte);
      }
    }
  }
}
