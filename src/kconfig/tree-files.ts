import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { ReadTreeFile } from "./read.ts";

/** Largest file that is read: Kconfig files have some 100 kB at most. */
const largest = 4 * 1024 ** 2;

/** Reads files of the tree in `folder`, which may be anybody's: none outside of it, and none that is huge. */
export function treeFiles(folder: string): ReadTreeFile {
  const top = realpathSync(folder) + sep;
  return (path) => {
    try {
      const real = realpathSync(join(top, path));
      if (!real.startsWith(top)) return null;
      const status = statSync(real);
      return status.isFile() && status.size <= largest ? readFileSync(real, "utf8") : null;
    } catch {
      return null;
    }
  };
}
