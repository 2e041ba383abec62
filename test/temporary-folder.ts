import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { endLeftBehind } from "./process/left-behind.ts";

/** Bytes that must be free in memory: the fast tests need a few hundred MB at once. */
const roomInMemory = 4 * 1024 ** 3;

/**
 * Gives the whole test run one temporary folder of its own, one cache of modules, and takes it away with all in it
 * and with all that tests have left running.
 * That of the fast tests lies in memory where there is room: half of a story's time is the disk's, for every
 * event is stored before the next. Real kernels are built on the disk, and journals are kept on it there.
 */
export default function setup({ name }: TestProject): () => void {
  const below = name === "fast" && hasRoom("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = mkdtempSync(join(below, "firstbad-test-"));
  process.env.TMPDIR = folder;
  // Commands that tests start read each other's compiled modules, whatever home they are given.
  process.env.NODE_COMPILE_CACHE = join(folder, "modules");
  return () => {
    for (const command of endLeftBehind(folder))
      console.error(`left running by a test: ${command}`);
    rmSync(folder, { recursive: true, force: true });
  };
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= roomInMemory;
  } catch {
    return false;
  }
}
