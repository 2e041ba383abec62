import { statSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import { shortHash } from "../event/short-hash.ts";
import { namedBisection } from "./named-bisection.ts";

/** Folders that are looked at before others have their turn. */
const folderSlice = 200;

/**
 * Makes a new folder for a bisection below `root` and returns its id, which is the folder's name:
 * the day and the crashing commit, `2026-01-31-7f25f0412c9e`, with `-2`, `-3`, … where that is taken.
 */
export async function createBisectionFolder(
  root: string,
  commit: string,
  today: Date,
): Promise<{ id: string; folder: string }> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const stem = `${today.toISOString().slice(0, 10)}-${shortHash(commit)}`;
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    const folder = join(root, id);
    try {
      await mkdir(folder, { mode: 0o700 });
      return { id, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Ids of all bisections below `root`, oldest first; none where there is no such folder. */
export async function listBisections(root: string): Promise<readonly string[]> {
  const born: { id: string; at: number }[] = [];
  for (const [n, entry] of (await foldersIn(root)).entries()) {
    // There may be thousands, of which so little is asked that not waiting for the disk is quicker than waiting.
    const status = statSync(join(root, entry), { throwIfNoEntry: false });
    // A folder that is just being removed has no birth; it is not listed.
    if (status !== undefined) born.push({ id: entry, at: status.birthtimeMs });
    if (n % folderSlice === folderSlice - 1) await others();
  }
  return born.sort((a, b) => a.at - b.at || a.id.localeCompare(b.id)).map(({ id }) => id);
}

/**
 * The id that `name` stands for: an id, the beginning of exactly one, or `last` for the newest.
 * Throws `bisection-not-found` where none or several fit.
 */
export async function findBisection(root: string, name: string): Promise<string> {
  return namedBisection(await listBisections(root), name, "firstbad list", { root });
}

async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
