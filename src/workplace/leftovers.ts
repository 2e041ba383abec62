import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "../process/process-tree.ts";

/** Where something is made under a name with the process that makes it, and how that name reads. */
const unfinished = [
  // A program that is compiled: its source and result.
  { folder: "programs", name: /^\.(\d+)-[0-9a-f-]{36}$/ },
  // A guest's first file system that is written.
  { folder: "initramfs", name: /^[0-9a-f]{64}\.cpio\.(\d+)-[0-9a-f-]{36}$/ },
  // A copy of a built program's tree, in which it runs.
  { folder: "running", name: /^(\d+)-[0-9a-f-]{36}$/ },
] as const;

/** Where Node keeps compiled modules: a folder for each of its versions. */
const moduleFolder = "modules";

/**
 * Removes what processes that are gone left half made in the folder `cache`, and the modules that other versions of
 * Node than this one compiled, and returns its paths inside of it. What a `SharedCache` has is not looked at: opening one does that.
 */
export async function sweepLeftovers(cache: string): Promise<string[]> {
  const swept: string[] = [];
  for (const { folder, name } of unfinished) {
    for (const entry of await readdir(join(cache, folder)).catch(() => [])) {
      const maker = name.exec(entry)?.[1];
      if (maker === undefined || isRunning(Number(maker))) continue;
      await rm(join(cache, folder, entry), { recursive: true, force: true });
      swept.push(join(folder, entry));
    }
  }
  for (const entry of await readdir(join(cache, moduleFolder)).catch(() => [])) {
    if (entry.startsWith(`${process.version}-`)) continue;
    await rm(join(cache, moduleFolder, entry), { recursive: true, force: true });
    swept.push(join(moduleFolder, entry));
  }
  return swept;
}
