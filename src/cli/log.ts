import { open } from "node:fs/promises";
import { join } from "node:path";
import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { readEvents } from "../journal/ndjson.ts";
import { findBisection } from "../journal/store.ts";
import { type LogForm, logText } from "../session/log-text.ts";
import { readLog } from "../syzbot/index.ts";
import { exitCodeOfUsage } from "./exit.ts";
import { foldersOf } from "./folders.ts";

export interface LogFlags {
  readonly format: LogForm;
  readonly from?: string;
}

/** More than any log, and any journal of a bisection, in bytes. */
const longestInput = 64 * 1024 * 1024;

/** So many numbers of lines that were not understood are told; all are in the form `json`. */
const shownLines = 10;

/** `firstbad log`: the log of a bisection, or of a file in any form, in the form that is asked for. */
export async function log(name: string | undefined, { format, from }: LogFlags): Promise<number> {
  if ((name === undefined) === (from === undefined)) {
    process.stderr.write(
      "error: name either a bisection or a file: firstbad log ID | --from FILE\n",
    );
    return exitCodeOfUsage;
  }
  const events = from === undefined ? await readBisection(name ?? "") : await readFrom(from);
  const text = logText(events, format);
  const [head] = events;
  const latin1 = format !== "json" && head?.kind === "log-read" && head.encoding === "latin-1";
  // A log is as hostile as the kernel that wrote it: a file may have every byte of it, a terminal not.
  const shown = process.stdout.isTTY ? text.replace(terminalControls, "") : text;
  process.stdout.write(shown, latin1 ? "latin1" : "utf8");
  tellUnrecognised(events, from);
  return 0;
}

const terminalControls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

async function readBisection(name: string): Promise<readonly BisectionEvent[]> {
  const { bisections } = foldersOf(process.env);
  return readFileJournal(join(bisections, await findBisection(bisections, name)));
}

/** What is in a file, or comes on standard input: events as lines of JSON, or a log. */
export async function readFrom(path: string): Promise<readonly BisectionEvent[]> {
  const name = path === "-" ? "standard input" : path;
  const bytes = path === "-" ? await gather(process.stdin, name) : await readFileOf(path);
  return bytes[0] === "{".charCodeAt(0) ? readEvents(bytes, name).events : readLog(bytes, name);
}

async function readFileOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    return await gather(file.createReadStream(), path);
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    throw new Failure("log-not-readable", `${path} cannot be read: ${error.message}`, {
      facts: { path },
      hint: "give a file that there is, or `-` for standard input",
      cause: error,
    });
  }
}

async function gather(stream: AsyncIterable<Buffer>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= longestInput) continue;
    throw new Failure("log-not-readable", `${name} has more than ${longestInput} bytes`, {
      facts: { name, bytes: longestInput },
      hint: "cut it to one bisection",
    });
  }
  return Buffer.concat(chunks);
}

export function tellUnrecognised(
  events: readonly BisectionEvent[],
  from: string | undefined,
): void {
  const lines = events.flatMap((event) => (event.kind === "line-unrecognised" ? [event.line] : []));
  if (lines.length === 0) return;
  const shown = lines.slice(0, shownLines).join(", ");
  const more = lines.length > shownLines ? ", …" : "";
  const count = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  process.stderr.write(`${from ?? "the log"}: ${count} not understood: ${shown}${more}\n`);
}
