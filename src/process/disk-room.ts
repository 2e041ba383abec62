import { randomUUID } from "node:crypto";
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Less than this is left by programs that gave up for want of room and tidied up after themselves. */
const leastRoom = 1024 * 1024;

/**
 * Whether the disk of `folder` is full, or this user's share of it: some programs, git among them, say
 * that they cannot write and not why. Tries it, since free space does not tell of quotas.
 */
export async function isDiskFull(folder: string): Promise<boolean> {
  const probe = join(folder, `.firstbad-room-${randomUUID()}`);
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < leastRoom) return true;
    await writeFile(probe, Buffer.alloc(4096), { flush: true });
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOSPC" || code === "EDQUOT";
  } finally {
    await rm(probe, { force: true });
  }
}
