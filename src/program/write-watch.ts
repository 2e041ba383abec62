import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { Failure } from "../failure/failure.ts";
import { isDiskFull } from "../process/disk-room.ts";
import { diskUse } from "../workplace/disk-use.ts";

/** Milliseconds between two looks. */
const interval = 100;
/** Bytes that a command may print before it is stopped. */
const mostOutput = 64 * 1024 ** 2;
/** Bytes by which the free space may shrink while a command runs, before its tree is measured. */
const mostGrowth = 8 * 1024 ** 3;

/** Watches what a command writes while it runs. */
export interface WriteWatch {
  /** Fires where it prints, or fills the disk, without end. */
  readonly signal: AbortSignal;
  /** Throws `disk-full` where there is no room left, and it is not the command that took it. */
  refuseFullDisk(): Promise<void>;
  /** Idempotent. */
  stop(): void;
}

/** Watches the folder `tree` and the file `output`. Looks now and then: a bound may be passed by a little. */
export function watchWrites(tree: string, output: string): WriteWatch {
  const flooded = new AbortController();
  let free: number | null = null;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      if (sizeOf(output) > mostOutput) flooded.abort();
      const { bavail, bsize } = await statfs(tree);
      free ??= bavail * bsize;
      // Others write too: only what lies in the tree itself is held against the command.
      if (free - bavail * bsize > mostGrowth) {
        if (diskUse(tree).bytes > mostGrowth) flooded.abort();
        free = bavail * bsize;
      }
    } catch {
      // The tree's file system cannot be asked: the bound of each file is there still.
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), interval);
  return {
    signal: flooded.signal,
    async refuseFullDisk() {
      // Its own doing, and its tree goes away with it.
      if (flooded.signal.aborted || !(await isNearlyFull(tree))) return;
      throw new Failure("disk-full", `no space left in ${tree}`, {
        facts: { folder: tree },
        hint: "free some space, then resume",
      });
    },
    stop() {
      clearInterval(timer);
    },
  };
}

async function isNearlyFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  // Trying it costs a flush to the disk; with so much room it cannot fail for want of space.
  return bavail * bsize < 1024 ** 3 && (await isDiskFull(folder));
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
