import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { namedBisection } from "./named-bisection.ts";

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
  const stem = `${today.toISOString().slice(0, 10)}-${commit.slice(0, 12)}`;
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
  for (const entry of await foldersIn(root)) {
    // A folder that is just being removed has no birth; it is not listed.
    const status = await stat(join(root, entry)).catch(() => null);
    if (status !== null) born.push({ id: entry, at: status.birthtimeMs });
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
