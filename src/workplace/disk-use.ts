import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";

/** What something takes on the disk. */
export interface DiskUse {
  /** Blocks that are taken; a file with several names is counted once. */
  readonly bytes: number;
  readonly files: number;
}

/** Unit of `st_blocks` (stat(2)), whatever the file system's own. */
const blockBytes = 512;

/**
 * What `path` and all below it takes; nothing where it is not there. What disappears or may not be read
 * while this looks is left out; links are not followed.
 *
 * Synchronous: a build folder has a hundred thousand files, and asking for one after the other without
 * waiting takes a quarter of the time.
 */
export function diskUse(path: string): DiskUse {
  const seen = new Set<string>();
  const waiting = [path];
  let bytes = 0;
  let files = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const status = statusOf(next);
    if (status === null) continue;
    if (status.isDirectory()) {
      for (const name of namesIn(next)) waiting.push(join(next, name));
    } else {
      const file = `${status.dev}:${status.ino}`;
      if (status.nlink > 1 && seen.has(file)) continue;
      if (status.nlink > 1) seen.add(file);
      files += 1;
    }
    bytes += status.blocks * blockBytes;
  }
  return { bytes, files };
}

function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
