import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DiskUse, diskUse } from "./disk-use.ts";
import { isSlotTaken } from "./slot-folder.ts";

/** A place for builds. */
export interface CachedSlot extends DiskUse {
  /** Inside of the cache folder. */
  readonly path: string;
  /** Objects of the git repository whose commits are built in it; null where that is not written down. */
  readonly objects: string | null;
  /** Whether a living process has it. */
  readonly taken: boolean;
}

/** Folders of the cache beside kernels, trees and slots; see the README for what is in them. */
const otherFolders = [
  "ccache",
  "programs",
  "syzkaller",
  "initramfs",
  "configs",
  "inputs",
  "compiled",
  "objects",
  "running",
  "modules",
];

/** The slots in the folder `cache`, by path. Waits for nobody and changes nothing. */
export async function listSlots(cache: string): Promise<CachedSlot[]> {
  const slots: CachedSlot[] = [];
  for (const path of await slotPaths(cache)) {
    const folder = join(cache, path);
    const objects = await readFile(join(folder, "git/objects/info/alternates"), "utf8").then(
      (text) => text.trim(),
      () => null,
    );
    slots.push({ path, objects, taken: await isSlotTaken(folder), ...diskUse(folder) });
  }
  return slots;
}

/** Those of kernels, then those of programs. */
async function slotPaths(cache: string): Promise<string[]> {
  const paths: string[] = [];
  for (const kind of ["slots", "program-slots"]) {
    for (const repository of await namesIn(join(cache, kind))) {
      const numbers = await namesIn(join(cache, kind, repository));
      paths.push(...numbers.map((number) => join(kind, repository, number)));
    }
  }
  return paths;
}

/** What each of the other folders in `cache` takes. */
export function otherUse(cache: string): ({ readonly name: string } & DiskUse)[] {
  return otherFolders.map((name) => ({ name, ...diskUse(join(cache, name)) }));
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
