import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpath, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";

/** A held lock; it also ends with the process that holds it, however that ends. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the writer's place of `folder`, or returns null where another process has it.
 *
 * The lock is a Unix socket that the holder listens on, in Linux's abstract namespace: the kernel gives
 * the name free with the holder, so kill -9 leaves no stale file and there is no race in removing one
 * (and no limit of 107 bytes on the folder's path). It holds among processes of one network namespace.
 */
export async function lockFolder(folder: string): Promise<Lock | null> {
  const path = await lockName(folder);
  const server = createServer((peer) => peer.end());
  const listening = new Promise<boolean>((resolve, reject) => {
    server.once("listening", () => resolve(true));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
  });
  server.listen({ path });
  if (!(await listening)) return null;
  server.unref();
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Whether a process holds `folder`. */
export async function isLocked(folder: string): Promise<boolean> {
  const socket = connect({ path: await lockName(folder) });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function lockName(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder);
  const name = createHash("sha256").update(`${dev}:${ino}:${await realpath(folder)}`);
  return `\0firstbad-${name.digest("hex")}`;
}
