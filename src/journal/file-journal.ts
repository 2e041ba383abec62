import { closeSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BisectionEvent, type EventBody, eventVersion } from "../event/event.ts";
import { asFailure, Failure } from "../failure/failure.ts";
import {
  type Answerer,
  type HeldName,
  holdName,
  isHeld,
  nameOfFolder,
} from "../process/held-name.ts";
import { answererOf } from "./ask.ts";
import type { HeldJournal } from "./journal.ts";
import { readEvents, writeEvent } from "./ndjson.ts";
import { RequestQueue } from "./requests.ts";

/** Name of the journal's file inside a bisection's folder. */
const eventsFile = "events.ndjson";
/** What the first event usually fits into; filled anew by each that asks, and nobody keeps it. */
const firstBytes = Buffer.alloc(16 * 1024);

/**
 * The journal in `folder`, made where there is none, held for writing until it is closed.
 *
 * A line that a killed writer left unfinished is cut off. Throws `bisection-locked` where another process
 * holds it, `journal-damaged` where its text is not events.
 */
export async function openFileJournal(
  folder: string,
  now: () => Date = () => new Date(),
): Promise<HeldJournal> {
  const queue = new RequestQueue();
  let answer: Answerer = async () => JSON.stringify({ kind: "closed" });
  const lock = await holdName(await nameOfFolder(folder), (line) => answer(line));
  if (lock === null) {
    throw new Failure("bisection-locked", `another process is working on ${folder}`, {
      facts: { folder },
      hint: "wait for it or stop it; `firstbad show` reads it, `good`, `bad` and `skip` steer it",
    });
  }
  let file: FileHandle | null = null;
  try {
    const path = join(folder, eventsFile);
    file = await open(path, "a+");
    const { events, wholeBytes } = readEvents(await readFile(path), path);
    await file.truncate(wholeBytes);
    await syncFolder(folder);
    // Only a holder may change the key: the one before could not be asked any more.
    answer = await answererOf(folder, queue);
    return new FileJournal([...events], file, lock, queue, now);
  } catch (error) {
    await file?.close();
    await lock.release();
    throw error;
  }
}

/**
 * The events of the journal in `folder`, read without holding it: a writer may be at work, its
 * unfinished last line is left out. Throws `bisection-not-found`, `journal-damaged`.
 */
export async function readFileJournal(folder: string): Promise<readonly BisectionEvent[]> {
  const path = join(folder, eventsFile);
  const text = await readFile(path).catch((error) => {
    throw asNotFound(error, folder);
  });
  return readEvents(text, path).events;
}

/**
 * The first event of the journal in `folder`, without reading what follows; null: it has none yet. Throws as
 * {@link readFileJournal} does. It does not wait for the disk: thousands are asked for in a row, and that costs less.
 */
export function readFirstEvent(folder: string): BisectionEvent | null {
  const path = join(folder, eventsFile);
  const file = openToRead(path, folder);
  try {
    for (let bytes = firstBytes; ; bytes = Buffer.allocUnsafe(bytes.length * 4)) {
      const read = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
      const end = read.indexOf(0x0a);
      if (end >= 0) return readEvents(read.subarray(0, end + 1), path).events[0] ?? null;
      if (read.length < bytes.length) return null;
    }
  } finally {
    closeSync(file);
  }
}

/** Whether a process holds the journal in `folder`. */
export async function isHeldForWriting(folder: string): Promise<boolean> {
  return isHeld(await nameOfFolder(folder));
}

function openToRead(path: string, folder: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw asNotFound(error, folder);
  }
}

function asNotFound(error: unknown, folder: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  return new Failure("bisection-not-found", `there is no bisection in ${folder}`, {
    facts: { folder },
    hint: "`firstbad list` shows those that there are",
  });
}

class FileJournal implements HeldJournal {
  readonly requests: RequestQueue;
  readonly #events: BisectionEvent[];
  readonly #file: FileHandle;
  readonly #lock: HeldName;
  readonly #now: () => Date;
  /** The append under way; the next one waits for it, so that the order of calls is that of the file. */
  #last: Promise<unknown> = Promise.resolve();
  #broken: Failure | null = null;
  #closed = false;

  constructor(
    events: BisectionEvent[],
    file: FileHandle,
    lock: HeldName,
    requests: RequestQueue,
    now: () => Date,
  ) {
    this.requests = requests;
    this.#events = events;
    this.#file = file;
    this.#lock = lock;
    this.#now = now;
  }

  get events(): readonly BisectionEvent[] {
    return this.#events;
  }

  append(body: EventBody): Promise<BisectionEvent> {
    const appended = this.#last.then(() => this.#write(body));
    this.#last = appended.catch(() => {});
    return appended;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    this.requests.close();
    await this.#file.close();
    await this.#lock.release();
  }

  async #write(body: EventBody): Promise<BisectionEvent> {
    if (this.#broken !== null) throw this.#broken;
    const event: BisectionEvent = {
      version: eventVersion,
      seq: this.#events.length,
      at: this.#now().toISOString(),
      ...body,
    };
    try {
      await this.#file.appendFile(writeEvent(event));
      await this.#file.datasync();
    } catch (error) {
      // Half a line may be in the file: only opening it anew, which cuts it off, makes it whole again.
      this.#broken = asFailure(error);
      throw this.#broken;
    }
    this.#events.push(event);
    return event;
  }
}

/** Makes the folder's entries themselves durable: a new file's name lives in its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
