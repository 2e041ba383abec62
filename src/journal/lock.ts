import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:net";

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
  const { dev, ino } = await stat(folder);
  const name = createHash("sha256")
    .update(`${dev}:${ino}:${await realpath(folder)}`)
    .digest("hex");
  const server = createServer((peer) => peer.end());
  const listening = new Promise<boolean>((resolve, reject) => {
    server.once("listening", () => resolve(true));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
  });
  server.listen({ path: `\0firstbad-${name}` });
  if (!(await listening)) return null;
  server.unref();
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
