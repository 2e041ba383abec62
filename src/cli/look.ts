import { join } from "node:path";
import { suspicionToShow } from "../bisection/told-suspicion.ts";
import type { BisectionEvent } from "../event/index.ts";
import { isHeldForWriting, readFileJournal } from "../journal/file-journal.ts";
import { findBisection, listBisections } from "../journal/store.ts";
import { listEntryOf, listText, paint, resultOf, showText } from "../report/index.ts";
import { logFileOf } from "../session/log-file.ts";
import { differenceLines, verifyAll } from "../session/verify.ts";
import { foldersOf } from "./folders.ts";
import { listOfServer, showOfServer } from "./look-remote.ts";
import type { ServerFlags } from "./remote.ts";

export interface ListFlags extends ServerFlags {
  readonly json?: boolean;
  /** Only their names, which needs no journal: a shell asks for them while somebody types. */
  readonly ids?: boolean;
}

export interface ShowFlags extends ServerFlags {
  readonly json?: boolean;
  /** Instead, take its decisions again. */
  readonly verify?: boolean;
}

/** `firstbad list`: every bisection there is, that with the newest event first. */
export async function list(flags: ListFlags): Promise<number> {
  if (flags.server !== undefined) return listOfServer(flags);
  const { json, ids } = flags;
  const { bisections } = foldersOf(process.env);
  if (ids) {
    const all = (await listBisections(bisections)).toReversed();
    process.stdout.write(all.map((id) => `${id}\n`).join(""));
    return 0;
  }
  const entries = [];
  const results = [];
  for (const id of await listBisections(bisections)) {
    const folder = join(bisections, id);
    const events = await readFileJournal(folder).catch(() => []);
    // A bisection that is just being prepared, or was given up then, has no events.
    if (events.length === 0) continue;
    entries.push(listEntryOf(events, await isHeldForWriting(folder)));
    results.push(resultOf(events, { log: logFileOf(folder), suspicion: null }));
  }
  if (json) print(`${JSON.stringify(results)}\n`);
  else if (entries.length === 0)
    print("no bisections yet: begin one with `firstbad bisect JOB.yaml`\n");
  else print(listText(entries, Date.now()));
  return 0;
}

/** `firstbad show ID`: what it came to or where it stands, with the evidence. */
export async function show(name: string, flags: ShowFlags): Promise<number> {
  if (flags.server !== undefined) return showOfServer(name, flags);
  const { json, verify } = flags;
  const { folder, events } = await read(name);
  if (verify) return showVerification(folder, events, json ?? false);
  const log = logFileOf(folder);
  const suspicion = await suspicionToShow(folder, events);
  if (json) print(`${JSON.stringify(resultOf(events, { log, suspicion }))}\n`);
  else print(showText(events, { log, running: await isHeldForWriting(folder), suspicion }));
  return 0;
}

async function showVerification(
  folder: string,
  events: readonly BisectionEvent[],
  json: boolean,
): Promise<number> {
  const result = await verifyAll(folder, events, (line) => process.stderr.write(`${line}\n`));
  const { of, differing } = result;
  if (json) print(`${JSON.stringify({ version: 1, ...result })}\n`);
  else if (differing.length === 0) print(`all ${of} decisions come out as they were taken\n`);
  else
    print(
      differenceLines(result)
        .map((line) => `${line}\n`)
        .join(""),
    );
  return 0;
}

async function read(name: string): Promise<{ folder: string; events: readonly BisectionEvent[] }> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  return { folder, events: await readFileJournal(folder) };
}

function print(text: string): void {
  process.stdout.write(paint(text, process.stdout));
}
