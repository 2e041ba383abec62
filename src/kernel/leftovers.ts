import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "../process/process-tree.ts";

/** Where something is made under a name with the process that makes it, and how that name reads. */
const unfinished = [
  // A program that is compiled: its source and result.
  { folder: "programs", name: /^\.(\d+)-[0-9a-f-]{36}$/ },
  // A guest's first file system that is written.
  { folder: "initramfs", name: /^[0-9a-f]{64}\.cpio\.(\d+)-[0-9a-f-]{36}$/ },
] as const;

/**
 * Removes what processes that are gone left half made in the folder `cache`, and returns its paths inside
 * of it. Kernels are not looked at: opening a `KernelCache` does that.
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
  return swept;
}
