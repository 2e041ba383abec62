import { lstat, opendir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes from `folder` everything but folders that was written at `since` (ms since 1970, by the file
 * system's clock) or later.
 *
 * A killed compiler leaves half an object that is newer than its sources and whose command is on record:
 * make would link it. The time of change (ctime) is asked for because no program can set it. Links are
 * not followed.
 */
export async function undoWrites(folder: string, since: number): Promise<void> {
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for await (const entry of await opendir(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if ((await lstat(path)).ctimeMs >= since) await rm(path, { force: true });
    }
  }
}
