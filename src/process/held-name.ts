import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { createConnection, createServer } from "node:net";

/** A name that no other process has meanwhile; it also ends with its holder, however that ends. */
export interface HeldName {
  /** Idempotent. */
  release(): Promise<void>;
}

/**
 * Takes `name`, or returns null where another process (or this one) has it.
 *
 * It is an abstract Unix socket (unix(7)): the kernel gives it free with its holder, so kill -9 leaves
 * nothing to clean up. It holds among the processes of one network namespace.
 */
export async function holdName(name: string): Promise<HeldName | null> {
  const server = createServer((peer) => peer.destroy());
  const listening = new Promise<boolean>((resolve, reject) => {
    server.once("listening", () => resolve(true));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
  });
  server.listen({ path: socketOf(name) });
  if (!(await listening)) return null;
  server.unref();
  let released: Promise<void> | null = null;
  return {
    release() {
      released ??= new Promise((resolve) => server.close(() => resolve()));
      return released;
    },
  };
}

/** Whether some process has `name` now. */
export function isHeld(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: socketOf(name) });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // ECONNREFUSED: nobody listens. A full queue (EAGAIN) means that somebody does.
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
  });
}

/** A name for the folder `path` that is the same by whatever way it is reached. */
export async function nameOfFolder(path: string): Promise<string> {
  const { dev, ino } = await stat(path);
  return `${dev}:${ino}:${await realpath(path)}`;
}

/** At most 107 bytes. */
function socketOf(name: string): string {
  return `\0firstbad-${createHash("sha256").update(name).digest("hex")}`;
}
