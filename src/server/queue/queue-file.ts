import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { type HeldName, holdName, isHeld, nameOfFolder } from "../../process/held-name.ts";
import { linesOf, type Queued, type QueueLine, queueAfter, queueLine } from "./queue-state.ts";

/** Lines after which the file is written anew with what still counts. */
const mostLines = 10_000;

/**
 * The queue in a file that one server holds: what happened, a line each, on stable storage before anything depends on
 * it. A line that a kill tore is cut off.
 */
export class QueueFile {
  readonly #path: string;
  readonly #lock: HeldName;
  #file: FileHandle;
  #lines: QueueLine[];
  #queue: readonly Queued[];
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, lock: HeldName, file: FileHandle, lines: QueueLine[]) {
    this.#path = path;
    this.#lock = lock;
    this.#file = file;
    this.#lines = lines;
    this.#queue = queueAfter(lines);
  }

  /**
   * The queue in the file `path`, made where there is none. Throws `queue-refused` where another server has it, or a
   * line of it is none.
   */
  static async open(path: string): Promise<QueueFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const lock = await holdName(await lockOf(path));
    if (lock === null) {
      throw new Failure("queue-refused", `another server has the queue ${path}`, {
        facts: { path },
        hint: "one home of bisections has one server: use that one, or stop it",
      });
    }
    try {
      const lines = linesOf(queueAfter(await readLines(path)));
      return new QueueFile(path, lock, await writeAnew(path, lines), lines);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The queue as it is now: see {@link queueAfter}. */
  get queue(): readonly Queued[] {
    return this.#queue;
  }

  /** Notes that something happened; it is on stable storage then, and counts. */
  add(line: Omit<QueueLine, "version" | "at">): Promise<void> {
    const added = this.#last.then(() =>
      this.#write({ version: 1, at: new Date().toISOString(), ...line }),
    );
    this.#last = added.catch(() => {});
    return added;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
    await this.#lock.release();
  }

  async #write(line: QueueLine): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(line)}\n`);
    await this.#file.datasync();
    this.#lines.push(line);
    this.#queue = queueAfter(this.#lines);
    if (this.#lines.length <= mostLines) return;
    this.#lines = linesOf(queueAfter(this.#lines));
    const before = this.#file;
    this.#file = await writeAnew(this.#path, this.#lines);
    await before.close();
  }
}

/** What the queue in the file `path` has to do with the bisection `id`; null: nothing. Whoever asks need not hold it. */
export async function queuedIn(
  path: string,
  id: string,
): Promise<(Queued & { readonly isServed: boolean }) | null> {
  // In this order: a server that begins meanwhile has it, one that ends has left it as it is read.
  const queued = queueAfter(await readLines(path)).find((one) => one.id === id);
  if (queued === undefined) return null;
  return { ...queued, isServed: await isHeld(await lockOf(path)) };
}

/** The name that whoever serves the queue holds. */
async function lockOf(path: string): Promise<string> {
  return `queue ${await nameOfFolder(dirname(path))}`;
}

async function readLines(path: string): Promise<QueueLine[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // What is behind the last line end was torn by a kill, and nobody was told that it counts.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, n) => {
      try {
        return queueLine.parse(JSON.parse(line));
      } catch (cause) {
        throw new Failure("queue-refused", `line ${n + 1} of ${path} is none of a queue`, {
          facts: { path, line: n + 1 },
          hint: "take the line out; a bisection that it is about can be resumed",
          cause,
        });
      }
    });
}

/** Puts a file with these lines into the place of the one before, in one piece, and leaves it open. */
async function writeAnew(path: string, lines: readonly QueueLine[]): Promise<FileHandle> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await file.sync();
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
  return file;
}
