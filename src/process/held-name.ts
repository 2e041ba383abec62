import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";

/** A name that no other process has meanwhile; it also ends with its holder, however that ends. */
export interface HeldName {
  /** Idempotent. Askers that are waiting hear nothing more. */
  release(): Promise<void>;
}

/** Answers one line with another; what it takes long for keeps the asker waiting. */
export type Answerer = (line: string) => Promise<string>;

/** Longest line of a question or an answer, in bytes. */
const longestLine = 2 * 1024 * 1024;
/** Askers at once: more are refused. */
const mostAskers = 16;
/** Milliseconds in which an asker must have put its question. */
const questionTime = 10_000;

/**
 * Takes `name`, or returns null where another process (or this one) has it. What others ask of the
 * holder ({@link askHolder}) goes to `answer`; without one nobody is answered.
 *
 * It is an abstract Unix socket (unix(7)): the kernel gives it free with its holder, so kill -9 leaves
 * nothing to clean up. It holds among the processes of one network namespace, and any user of it may
 * ask: who asks is for `answer` to find out.
 */
export async function holdName(name: string, answer?: Answerer): Promise<HeldName | null> {
  const askers = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (asker) => {
    askers.add(asker);
    asker.once("close", () => askers.delete(asker));
    asker.unref();
    if (answer === undefined) asker.destroy();
    else serve(asker, answer);
  });
  server.maxConnections = mostAskers;
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
      released ??= new Promise((resolve) => {
        server.close(() => resolve());
        // One whose answer is on its way leaves when it has it.
        for (const asker of askers) if (!asker.writableEnded) asker.destroy();
      });
      return released;
    },
  };
}

/** One line in, one line out; whatever else an asker does ends the connection. */
function serve(asker: Socket, answer: Answerer): void {
  const end = () => asker.destroy();
  asker.on("error", end);
  asker.setTimeout(questionTime, end);
  readLine(asker, (line) => {
    asker.setTimeout(0);
    answer(line).then((text) => asker.end(`${text}\n`, end), end);
  });
}

/** Calls `take` with the first line of `socket`, once; ends a connection that sends a longer one. */
function readLine(socket: Socket, take: (line: string) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const read = (chunk: Buffer) => {
    const end = chunk.indexOf(0x0a);
    length += chunk.length;
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (length > longestLine) socket.destroy();
    else if (end >= 0) {
      socket.off("data", read);
      socket.resume();
      take(Buffer.concat(chunks).toString("utf8"));
    }
  };
  socket.on("data", read);
}

/**
 * Sends `line` to the process that has `name` and resolves to the line that it answers with; null where
 * nobody has it, or its holder ended before an answer. Gives up after `seconds` with null too.
 */
export function askHolder(name: string, line: string, seconds: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: socketOf(name) });
    const deadline = setTimeout(() => socket.destroy(), seconds * 1000);
    socket.once("connect", () => socket.write(`${line}\n`));
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(deadline);
      resolve(null);
    });
    readLine(socket, (answer) => {
      resolve(answer);
      socket.destroy();
    });
  });
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

/** The flag of a socket that listens, as the kernel's table of Unix sockets has it. */
const listens = 0x10000;

/**
 * The marks of all names that processes have now ({@link markOfName}), read at once out of the kernel's table: of ten
 * thousand names that costs as much as of one. Null where there is no such table; {@link isHeld} asks one by one then.
 */
export async function heldMarks(): Promise<ReadonlySet<string> | null> {
  const table = await readFile("/proc/net/unix", "latin1").catch(() => null);
  if (table === null) return null;
  const marks = new Set<string>();
  for (const line of table.split("\n")) {
    const at = line.indexOf("@firstbad-");
    // Num: RefCount Protocol Flags Type St Inode Path
    if (at < 0 || (Number.parseInt(line.split(/ +/, 4)[3] ?? "", 16) & listens) === 0) continue;
    marks.add(line.slice(at + 1).trimEnd());
  }
  return marks;
}

/** What stands for `name` among {@link heldMarks}. */
export function markOfName(name: string): string {
  return socketOf(name).slice(1);
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
